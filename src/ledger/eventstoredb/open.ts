import { CannotOpenLedger } from '../errors.js';
import { DEFAULT_LIMITS, type LedgerLimits } from '../limits.js';
import { START, type LedgerReader, type Position } from '../port.js';
import { Backoff } from './backoff.js';
import { readCertificates } from './certificates.js';
import { classify } from './classify.js';
import { Connection } from './connection.js';
import {
  BadConnectionString,
  describeConnection,
  parseConnectionString,
  type ConnectionSettings,
} from './connection-string.js';
import { PastDeadline } from './deadline.js';
import { EventStoreDBLedger } from './eventstoredb-ledger.js';
import { Follower } from './follower.js';
import { findOrigin, findOrMakeOrigin, type Origin } from './ledger-origin.js';
import { NAMESPACE, namespaceOf } from './namespace.js';
import { reasonOf } from './read-stream.js';
import { timingsFor, type Timings } from './timings.js';

export interface EventStoreDBOptions {
  /** `esdb://…` or `esdb+discover://…`; see connection-string.ts. */
  readonly connection: string;
  /** Of the ledger on the server. @defaultValue `hopledger` */
  readonly namespace?: string;
  readonly limits?: Partial<LedgerLimits>;
  readonly timings?: Partial<Timings>;
}

/**
 * Connects, makes the ledger when it is not there, and reads all of it once: which event ids it holds is known from then on.
 * @throws CannotOpenLedger whose message says what is wrong with the connection string or what the server said
 */
export function openEventStoreDB(options: EventStoreDBOptions): Promise<EventStoreDBLedger> {
  return open(options, findOrMakeOrigin);
}

/**
 * The same without making anything: nothing is written, so a user who may only read will do. A ledger without its metadata
 * is told from none by its events, for which all of the server's log is searched.
 * @throws CannotOpenLedger, also when the server has no ledger of this namespace
 */
export function openEventStoreDBForReading(options: EventStoreDBOptions): Promise<LedgerReader> {
  return open(options, findOrigin);
}

async function open(options: EventStoreDBOptions, originOf: typeof findOrigin): Promise<EventStoreDBLedger> {
  const { settings, certificates } = checked(options.connection);
  const where = describeConnection(settings);
  const namespace = namespaceOf(options.namespace ?? 'hopledger');
  if (!NAMESPACE.test(namespace.name))
    throw new CannotOpenLedger(where, 'refused', 'the namespace must be 1 to 60 letters, digits, . _ or -');
  const timings = { ...timingsFor(settings.defaultDeadlineMs), ...options.timings };
  const leader = new Connection({ settings, certificates, nodePreference: 'leader' });
  const replica = new Connection({ settings, certificates, nodePreference: settings.nodePreference });
  const close = (): Promise<unknown> => Promise.all([leader.close(), replica.close()]);
  try {
    const found = await untilAnswered(where, leader, timings, () =>
      originOf(leader.client, namespace, timings.attemptMs),
    );
    const origin = admitted(where, found);
    const follower = new Follower({ connection: replica, namespace, origin, timings });
    try {
      await follower.ready;
      if (!found && follower.seen === START)
        throw new CannotOpenLedger(where, 'not_a_ledger', `it has no ledger named ${namespace.name}`);
    } catch (error) {
      await follower.close();
      throw cannotOpen(where, error);
    }
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    return new EventStoreDBLedger({ namespace, origin, leader, replica, follower, limits, timings });
  } catch (error) {
    await close();
    throw error;
  }
}

function checked(connection: string) {
  try {
    const settings: ConnectionSettings = parseConnectionString(connection);
    return { settings, certificates: readCertificates(settings) };
  } catch (error) {
    if (error instanceof BadConnectionString)
      throw new CannotOpenLedger('the connection string of the ledger', 'refused', error.message);
    throw error;
  }
}

function admitted(where: string, origin: Origin | undefined): Position {
  if (!origin) return START;
  if (origin.kind === 'ours') return origin.position;
  throw origin.kind === 'newer'
    ? new CannotOpenLedger(where, 'newer_version', `written by a later hopledger (format ${origin.format})`)
    : new CannotOpenLedger(where, 'not_a_ledger', 'the namespace belongs to another program');
}

async function untilAnswered<T>(
  where: string,
  connection: Connection,
  timings: Timings,
  call: () => Promise<T>,
): Promise<T> {
  const backoff = new Backoff(timings.retryMs);
  const never = new AbortController().signal;
  const startedAt = performance.now();
  for (;;) {
    const { client } = connection;
    try {
      return await call();
    } catch (error) {
      connection.failed(client, error);
      if (classify(error).kind === 'refused' || performance.now() - startedAt > timings.openMs)
        throw cannotOpen(where, error);
    }
    await backoff.pause(never);
  }
}

function cannotOpen(where: string, error: unknown): CannotOpenLedger {
  if (error instanceof CannotOpenLedger) return error;
  const failure = classify(error);
  if (failure.kind === 'refused') return new CannotOpenLedger(where, 'refused', failure.why);
  const silent = error instanceof PastDeadline;
  return new CannotOpenLedger(where, 'unreachable', silent ? 'no answer' : reasonOf(error));
}
