import { setTimeout } from 'node:timers/promises';
import { canonical } from '../catalogue/canonical.js';
import {
  DuplicateEventId,
  InvalidAppend,
  Overloaded,
  UnknownOutcome,
  WrongRevision,
} from '../ledger/errors.js';
import { START, type Ledger } from '../ledger/port.js';
import { LedgerDiffers } from './audit-errors.js';
import { ContentHash, contentOf } from './content-hash.js';
import { appendGroups, type TravellingAppend, type TravellingEvent } from './transfer-batches.js';
import { readLedger } from './verify-ledger.js';

/** What a transfer did. */
export interface Transferred {
  readonly events: number;
  /** How many of them the target had already. */
  readonly found: number;
  /** The content hash of both sides. */
  readonly content: string;
}

export interface TransferOptions {
  /**
   * How many appends may be under way together. More than one only where the engine writes what it is handed in one
   * turn in that order, and all of it or nothing; else an interruption could leave a hole.
   *
   * @defaultValue 1
   */
  readonly groupSize?: number;
  /** Told when the next appends were recorded where they come from, ms since 1970, before they are handed over. */
  readonly onTime?: (recordedAtMs: number) => void;
  readonly onProgress?: (progress: TransferProgress) => void;
  /** Pauses before an append without a clear outcome is sent again. */
  readonly retryPausesMs?: readonly number[];
}

/** How far it is: `compared` until the target's own events are through, then `written`, then `read` back. */
export interface TransferProgress {
  readonly stage: 'compared' | 'written' | 'read';
  readonly events: number;
}

const RETRY_PAUSES_MS = [100, 500, 2_000, 5_000, 15_000, 30_000];

/**
 * Brings all events of a source into a ledger, in order, with their ids and revisions; then reads the ledger back. A
 * target that holds the beginning of the source already is gone on with, so an interrupted transfer is done again.
 *
 * @throws LedgerDiffers when the target holds anything else; nothing was written then, unless another writer is at work
 * @throws InvalidAppend when the target does not take an event: what is before it is there
 */
export const transfer = async (
  source: AsyncIterable<TravellingEvent>,
  target: Ledger,
  options: TransferOptions = {},
): Promise<Transferred> => {
  const { groupSize = 1, onTime, onProgress, retryPausesMs = RETRY_PAUSES_MS } = options;
  const content = new ContentHash();
  const incoming = counted(source, content);
  let found: number;
  try {
    found = await skipFound(incoming, target, (events) => onProgress?.({ stage: 'compared', events }));
    for await (const group of appendGroups(incoming, groupSize)) {
      await appendGroup(target, group, onTime, retryPausesMs);
      onProgress?.({ stage: 'written', events: content.events });
    }
  } finally {
    await incoming.return();
  }
  const there = await readLedger(target, { onEvent: (events) => onProgress?.({ stage: 'read', events }) });
  if (there.content !== content.value || there.events !== content.events)
    throw new LedgerDiffers(
      `the target now holds ${there.events} events with the content hash ${there.content}, the source ${content.events} with ${content.value}: someone else writes to the target`,
      there.events,
    );
  return { events: content.events, found, content: content.value };
};

/** Takes the events that the target holds already off the source. @returns how many */
const skipFound = async (
  incoming: AsyncGenerator<TravellingEvent, void>,
  target: Ledger,
  onEvent: (events: number) => void,
): Promise<number> => {
  let n = 0;
  for await (const held of target.readAll(START)) {
    n += 1;
    const next = await incoming.next();
    const what = `${held.type} ${held.id}, revision ${held.revision} of ${held.stream}`;
    if (next.done === true)
      throw new LedgerDiffers(`the target is ahead: the source ends before its event ${n}, ${what}`, n);
    if (canonical(next.value.event) !== canonical(contentOf(held)))
      throw new LedgerDiffers(
        `the target holds other events: its event ${n} is ${what}; the source has ${next.value.event.type} ${next.value.event.id} there. Nothing was written`,
        n,
      );
    onEvent(n);
  }
  return n;
};

const appendGroup = async (
  target: Ledger,
  group: readonly TravellingAppend[],
  onTime: TransferOptions['onTime'],
  pausesMs: readonly number[],
): Promise<void> => {
  for (let attempt = 0; ; attempt += 1) {
    const outcomes = await Promise.allSettled(
      group.map(({ stream, revision, recordedAt, events }) => {
        onTime?.(Date.parse(recordedAt));
        return target.append(stream, revision === 0 ? 'no_stream' : BigInt(revision - 1), events);
      }),
    );
    const failed = outcomes.flatMap((outcome, index) =>
      outcome.status === 'rejected' ? [explained(asError(outcome.reason), group[index])] : [],
    );
    const [error] = failed;
    if (error === undefined) return;
    const pauseMs = pausesMs[attempt];
    if (pauseMs === undefined || !failed.every(isPassing)) throw error;
    await setTimeout(pauseMs);
  }
};

/** After these the same may be sent again, with the same ids. */
const isPassing = (error: unknown): boolean => error instanceof UnknownOutcome || error instanceof Overloaded;

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));

const explained = (error: Error, append: TravellingAppend | undefined): Error => {
  if (error instanceof WrongRevision || error instanceof DuplicateEventId)
    return new LedgerDiffers(`someone else writes to the target: ${error.message}`, 0);
  const [first] = append?.events ?? [];
  if (!(error instanceof InvalidAppend) || append === undefined || first === undefined) return error;
  const what = `${first.type} ${first.id}, revision ${append.revision} of ${append.stream}`;
  const said = `the target does not take ${what}: ${error.message}. All before it is there, nothing after it.`;
  return new InvalidAppend(`${said} ${REMEDY}`, { cause: error });
};

const REMEDY =
  'Let the target take more (EventStoreDB: MaxAppendSize, on all nodes) and do the same again: it goes on from there';

async function* counted(
  source: AsyncIterable<TravellingEvent>,
  content: ContentHash,
): AsyncGenerator<TravellingEvent, void> {
  for await (const travelling of source) {
    content.add(travelling.event);
    yield travelling;
  }
}
