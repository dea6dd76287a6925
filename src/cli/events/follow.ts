import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../client/client.js';
import { ServerRefused, ServerUnreachable } from '../client/server-failure.js';
import type { FeedEvent } from './event-line.js';

export interface Following {
  /** Resume after this position. */
  readonly after: string;
  readonly filter: object;
  readonly onEvent: (event: FeedEvent) => Promise<void>;
  /** Told when the connection is lost, and how long it will be before another try. */
  readonly onLost: (error: Error, pauseMs: number) => void;
}

const FEED = /* GraphQL */ `
  subscription Feed($after: Position, $filter: EventFilter) {
    events(after: $after, filter: $filter) {
      id
      type
      stream
      vm
      host
      position
      revision
      occurredAt
      recordedAt
      actor
      tool
      data
    }
  }
`;

const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [500, 15_000];

/**
 * Follows the ledger for good. After a lost connection it subscribes again after the last event that it saw, so that
 * nothing is missed or told twice.
 * @throws ServerRefused when the server will not have it, however often it is asked
 */
export const followEvents = async (client: Client, following: Following): Promise<never> => {
  const [{ createClient }, { WebSocket }] = await Promise.all([import('graphql-ws'), import('ws')]);
  let { after } = following;
  for (let failures = 0; ;) {
    const live = createClient({
      url: new URL('graphql', `${client.url}/`).href.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      // Its own retries would subscribe after the first position again.
      retryAttempts: 0,
      connectionParams: client.token === undefined ? {} : { authorization: `Bearer ${client.token}` },
    });
    try {
      const answers = live.iterate<{ events: FeedEvent }>({
        query: FEED,
        variables: { after, filter: following.filter },
      });
      for await (const { data, errors } of answers) {
        if (errors?.[0] !== undefined) throw refusal(errors);
        if (data == null) continue;
        await following.onEvent(data.events);
        after = data.events.position;
        failures = 0;
      }
      throw new ServerUnreachable(client.url, new Error('the server ended the subscription'));
    } catch (error) {
      const failure = asFailure(client, error);
      if (failure instanceof ServerRefused && !RESUMABLE.has(failure.code ?? '')) throw failure;
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
      failures += 1;
      following.onLost(failure, pauseMs);
      await sleep(pauseMs);
    } finally {
      await live.dispose();
    }
  }
};

/** Errors after which subscribing again is the answer. */
const RESUMABLE = new Set([
  'SUBSCRIBER_TOO_SLOW',
  'SHUTTING_DOWN',
  'LEDGER_CLOSED',
  'SUBSCRIPTION_LIMIT',
  'OVERLOADED',
]);

const refusal = (
  errors: readonly { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }[],
): ServerRefused => {
  const code = errors[0]?.extensions?.['code'];
  return new ServerRefused(typeof code === 'string' ? code : 'INTERNAL', errors[0]?.message ?? 'no message');
};

/** graphql-ws throws errors, lists of GraphQL errors, and the events with which a socket closes. */
const asFailure = (client: Client, error: unknown): Error => {
  if (error instanceof ServerRefused || error instanceof ServerUnreachable) return error;
  if (Array.isArray(error)) return refusal(error as Parameters<typeof refusal>[0]);
  if (
    typeof error === 'object' &&
    error !== null &&
    'reason' in error &&
    typeof error.reason === 'string' &&
    error.reason !== ''
  ) {
    return /^[A-Z_]+$/.test(error.reason) || refusedForGood(error)
      ? new ServerRefused(refusedForGood(error) ? 'UNAUTHENTICATED' : error.reason, error.reason)
      : new ServerUnreachable(client.url, new Error(error.reason));
  }
  const cause = typeof error === 'object' && error !== null && 'error' in error ? error.error : error;
  return new ServerUnreachable(
    client.url,
    cause instanceof Error ? cause : new Error('the connection was closed'),
  );
};

/** Close codes of the graphql-transport-ws protocol: unauthorized, forbidden. */
const refusedForGood = (error: object): boolean =>
  'code' in error && (error.code === 4401 || error.code === 4403);
