import { ERRORS, isErrorCode } from '../../errors.js';
import { errorFacts } from '../error-facts.js';
import { EXIT } from '../exit-codes.js';
import { CliFailure } from '../failure.js';

/** Nothing at the URL answered. */
export class ServerUnreachable extends CliFailure {
  constructor(url: string, cause: unknown) {
    super(`cannot reach hopledger at ${url}: ${reasonOf(cause)}`, {
      exitCode: EXIT.UNREACHABLE,
      advice: 'is it running (hopledger serve)? Give its URL with --url or HOPLEDGER_URL',
      cause,
    });
    this.mayHaveArrived = !NEVER_CONNECTED.has(codeOf(cause));
  }

  /** Whether the request may have reached the server all the same. */
  readonly mayHaveArrived: boolean;
}

const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** The server answered with an error of its table. */
export class ServerRefused extends CliFailure {
  constructor(
    code: string,
    message: string,
    readonly facts: { readonly requestId?: string; readonly retryAfterMs?: number } = {},
  ) {
    const known = isErrorCode(code) ? ERRORS[code] : undefined;
    const request = facts.requestId === undefined ? '' : ` (request ${facts.requestId})`;
    super(code === 'INTERNAL' ? `${message}${request}` : message, {
      code,
      exitCode: known?.http === 503 ? EXIT.UNREACHABLE : EXIT.FAILED,
      ...(known !== undefined && { advice: known.callerCan }),
    });
  }
}

/** Something answered, and it was not hopledger. */
export class NotHopledger extends CliFailure {
  constructor(url: string, status: number, contentType: string | null) {
    super(
      `${url} answered ${status} with ${contentType ?? 'no content type'}, which is not hopledger's way`,
      {
        // A proxy in front of a server that is away answers so.
        exitCode: status >= 502 && status <= 504 ? EXIT.UNREACHABLE : EXIT.FAILED,
        advice:
          'check --url or HOPLEDGER_URL: it is the URL of the server, without a path unless a proxy adds one',
      },
    );
    this.status = status;
  }
  readonly status: number;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'no such host name',
  EAI_AGAIN: 'the host name cannot be looked up now',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ETIMEDOUT: 'timed out',
  UND_ERR_CONNECT_TIMEOUT: 'timed out',
  UND_ERR_HEADERS_TIMEOUT: 'timed out',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'its certificate is self-signed; NODE_EXTRA_CA_CERTS names a file of ones to trust',
};

/** Of the error, or of what it is due to. */
const codeOf = (error: unknown): string => {
  const facts = errorFacts(error);
  return facts === null ? '' : (facts.code ?? codeOf(facts.cause));
};

const reasonOf = (error: unknown): string => {
  const facts = errorFacts(error);
  if (facts === null) return String(error);
  if (facts.name === 'TimeoutError') return 'no answer in time';
  const known = REASONS[facts.code ?? ''];
  // `fetch failed` says nothing; what it failed of is its cause, at times two deep.
  return known ?? (facts.cause === undefined ? facts.message || (facts.code ?? '') : reasonOf(facts.cause));
};
