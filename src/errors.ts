/** How a code reaches a GraphQL client: as `extensions.code` of an error, or as a member of the mutation's result union. */
export type GraphqlForm = 'extension' | 'result';

/** One row of the error reference (docs/reference/errors.md is tested against these). */
export interface ErrorKind {
  readonly when: string;
  readonly callerCan: string;
  readonly http: number;
  readonly graphql: GraphqlForm;
}

/**
 * Every error code that hopledger answers with, in any protocol. Codes are stable: clients match on them, messages
 * are for people and may change. A code is never reused with another meaning.
 */
export const ERRORS = {
  // The ledger
  WRONG_REVISION: {
    when: 'The stream moved on since the caller read it.',
    callerCan: 'Read it again, decide again, send it again.',
    http: 409,
    graphql: 'result',
  },
  DUPLICATE_EVENT_ID: {
    when: 'An event id is in the ledger already, in another stream or at another revision.',
    callerCan: 'Send the report as it was first sent, or a new one with an id of its own.',
    http: 409,
    graphql: 'result',
  },
  OVERLOADED: {
    when: 'Too many appends wait. Nothing of this one was written.',
    callerCan: 'Send the same again after a pause.',
    http: 503,
    graphql: 'extension',
  },
  UNKNOWN_OUTCOME: {
    when: 'The engine cannot say whether the append happened.',
    callerCan: 'Send the very same again, with the same ids: it is recorded once.',
    http: 503,
    graphql: 'extension',
  },
  INVALID_APPEND: {
    when: 'An append is empty, too large, or names a stream or an id that no ledger accepts.',
    callerCan: 'Correct it. The same again fails again.',
    http: 422,
    graphql: 'extension',
  },
  LEDGER_CLOSED: {
    when: 'The ledger is closed, or its engine died.',
    callerCan: 'Wait for the service to come back; /health/ready says when.',
    http: 503,
    graphql: 'extension',
  },
  LEDGER_UNAVAILABLE: {
    when: 'The server that holds the ledger does not answer, refuses hopledger, or has lost part of a stream.',
    callerCan: 'Send the same again after a pause; the message says what the server said.',
    http: 503,
    graphql: 'extension',
  },
  CANNOT_OPEN_LEDGER: {
    when: 'At start only: the ledger is in use, of a later hopledger, not a ledger, or on a server that does not let us in.',
    callerCan: 'Stop the other process, or give the right file or connection string; the facts say which.',
    http: 500,
    graphql: 'extension',
  },
  BAD_CATALOGUE: {
    when: 'At start only: the catalogue of behaviours has faults.',
    callerCan: 'Mend the files; the message names each fault with file, line and field.',
    http: 500,
    graphql: 'extension',
  },
  EVENT_FROM_THE_FUTURE: {
    when: 'The ledger holds an event that a later hopledger wrote; reading on would lose what it says.',
    callerCan: 'Run the hopledger that wrote it, or a later one.',
    http: 500,
    graphql: 'extension',
  },
  BAD_EXPORT: {
    when: 'On the command line only: an export is cut off, changed, or out of order. The message names each wrong line.',
    callerCan: 'Take the export again; keep the wrong one, it tells what happened to it.',
    http: 422,
    graphql: 'extension',
  },
  LEDGER_DIFFERS: {
    when: 'On the command line only: a ledger holds other events than the export or ledger that it is held against.',
    callerCan: 'Import into an empty ledger, or find out who wrote the event that the message names.',
    http: 409,
    graphql: 'extension',
  },
  PROBE_FAILED: {
    when: 'A probe: a QEMU binary cannot be started, does not answer, or does not answer as QEMU does.',
    callerCan: 'See what it wrote last, and whether it runs by itself with `-machine none -S -qmp stdio`.',
    http: 422,
    graphql: 'extension',
  },

  // What the caller named
  UNKNOWN_VM: {
    when: 'No event of this VM was ever recorded.',
    callerCan: 'Check the UUID; import its history or record its birth.',
    http: 404,
    graphql: 'result',
  },
  UNKNOWN_HOST: {
    when: 'No report of this host was ever recorded.',
    callerCan: 'Check the name; report it with `hopledger record report-host`.',
    http: 404,
    graphql: 'result',
  },
  UNKNOWN_EVENT: {
    when: 'No event has this id.',
    callerCan: 'Check the id in the history of the VM.',
    http: 404,
    graphql: 'result',
  },
  UNKNOWN_BEHAVIOUR: {
    when: 'The catalogue has no such behaviour.',
    callerCan: 'Check the id in the catalogue.',
    http: 404,
    graphql: 'result',
  },
  UNKNOWN_WEBHOOK_ENDPOINT: {
    when: 'There is no webhook endpoint of this id, or it was removed.',
    callerCan: 'Check the id with `hopledger webhook list`.',
    http: 404,
    graphql: 'result',
  },
  NOT_FOUND: {
    when: 'No route has this method and path.',
    callerCan: 'Check both against the HTTP reference.',
    http: 404,
    graphql: 'extension',
  },

  // What the caller sent
  BAD_INPUT: {
    when: 'A body, argument or variable is malformed. The facts name which.',
    callerCan: 'Correct it. The same again fails again.',
    http: 400,
    graphql: 'extension',
  },
  BAD_DOMAIN_XML: {
    when: 'Domain XML is not well-formed, has a document type, is over a limit, or is no `<domain>`.',
    callerCan: 'Send what libvirt gave, unchanged.',
    http: 422,
    graphql: 'result',
  },
  UNKNOWN_HOOK_OPERATION: {
    when: 'The hook was called with an operation that libvirt does not document.',
    callerCan:
      'Check the arguments of the hook script; report the operation if libvirt is newer than hopledger.',
    http: 422,
    graphql: 'result',
  },
  UNWRITABLE_OVERRIDE: {
    when: 'A value that the guest needs cannot be written in the form that `hook.form` asks for.',
    callerCan: 'Use another form, or `auto`; the facts name the override and the reason.',
    http: 422,
    graphql: 'result',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    when: 'The body has a content type that the route does not read, or is packed (content-encoding).',
    callerCan: 'Send JSON, CloudEvents JSON, or XML as text, not packed, and say which in content-type.',
    http: 415,
    graphql: 'extension',
  },
  PAYLOAD_TOO_LARGE: {
    when: 'The body is over the limit of its route. Nothing of it was read as a message.',
    callerCan: 'Send it in parts, or raise `limits.*BodyBytes`.',
    http: 413,
    graphql: 'extension',
  },
  IDEMPOTENCY_CONFLICT: {
    when: 'The idempotency key was used before, with another request.',
    callerCan: 'Use a new key, or send what was sent first.',
    http: 409,
    graphql: 'result',
  },
  CLOCK_SKEW: {
    when: 'A warning, never a refusal: the time a report gives is far from the clock of this server.',
    callerCan: 'Check the clock of the reporting host; the order of the ledger does not depend on it.',
    http: 200,
    graphql: 'result',
  },

  // Webhooks
  TOO_MANY_WEBHOOK_ENDPOINTS: {
    when: 'There are as many webhook endpoints as `webhooks.maxEndpoints` allows.',
    callerCan: 'Remove one, or raise the setting.',
    http: 409,
    graphql: 'result',
  },
  WEBHOOK_ENDPOINT_PAUSED: {
    when: 'A test delivery was asked for, and the endpoint is paused: nothing is sent to it.',
    callerCan: 'Resume it, then test it.',
    http: 409,
    graphql: 'result',
  },
  WEBHOOK_KEY: {
    when: 'The file of the master key that secrets of webhooks are derived from is missing, unreadable, malformed, or open to others.',
    callerCan:
      'Put the file back, or mend its mode; the facts name it. With a new one, rotate the secret of each endpoint.',
    http: 503,
    graphql: 'extension',
  },

  // Who the caller is
  UNAUTHENTICATED: {
    when: 'No bearer token, client certificate or signature, or one that nobody here knows.',
    callerCan:
      'Send `authorization: Bearer …` with a token of `hopledger token create`; for events, a signature made within the last five minutes.',
    http: 401,
    graphql: 'extension',
  },
  FORBIDDEN: {
    when: 'The role or the host of the token does not allow this; or a page of another origin asked.',
    callerCan: 'Use a token with the role that the facts name.',
    http: 403,
    graphql: 'extension',
  },
  RATE_LIMITED: {
    when: 'More requests than `rateLimit.requests` in the window, by one token or one address.',
    callerCan: 'Wait as long as `retry-after` says.',
    http: 429,
    graphql: 'extension',
  },

  // Reading
  QUERY_TOO_DEEP: {
    when: 'A GraphQL query nests deeper, or has more aliases or tokens, than the limits allow.',
    callerCan: 'Ask in two queries.',
    http: 400,
    graphql: 'extension',
  },
  QUERY_TOO_COSTLY: {
    when: 'The cost of a GraphQL query, counted before it runs, is over the limit.',
    callerCan: 'Ask for smaller pages or fewer fields; the facts give the cost and the limit.',
    http: 400,
    graphql: 'extension',
  },
  PAGE_TOO_LARGE: {
    when: '`first` is over the largest page.',
    callerCan: 'Ask for at most as many as the facts say, and follow the cursor.',
    http: 400,
    graphql: 'extension',
  },
  BAD_CURSOR: {
    when: 'A cursor is not one that this field gave for this filter, or a position is of another engine.',
    callerCan: 'Start again without it.',
    http: 400,
    graphql: 'extension',
  },
  POSITION_NOT_REACHED: {
    when: 'The views did not reach the position that the caller wants to read in time.',
    callerCan: 'Ask again, or ask without the position.',
    http: 504,
    graphql: 'extension',
  },
  SUBSCRIPTION_LIMIT: {
    when: 'Too many subscriptions on one connection, or too many connections.',
    callerCan: 'Close some; one subscription with a filter often serves for many.',
    http: 429,
    graphql: 'extension',
  },
  SUBSCRIBER_TOO_SLOW: {
    when: 'A subscriber fell further behind than its buffer holds. The facts give the cursor to resume from.',
    callerCan: 'Subscribe again after that cursor; nothing is lost.',
    http: 503,
    graphql: 'extension',
  },

  // The server
  SHUTTING_DOWN: {
    when: 'The server finishes what it has and takes nothing new.',
    callerCan: 'Send the same again after a pause.',
    http: 503,
    graphql: 'extension',
  },
  INTERNAL: {
    when: 'A fault in hopledger. The log has the details under the request id.',
    callerCan: 'Send the same again once; then report it with the request id.',
    http: 500,
    graphql: 'extension',
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;

/** What an error knows, by name: which stream, what was expected, what was found. Safe to show to the caller. */
export type Facts = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERRORS, value);
}

/** Base of the errors that carry a code of the table. `message` and `facts` are shown to the caller. */
export class HopledgerError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly facts: Facts = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  override get name(): string {
    return this.constructor === HopledgerError ? this.code : this.constructor.name;
  }
}
