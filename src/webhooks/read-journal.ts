import type { Ledger, StoredEvent } from '../ledger/port.js';
import { JOURNAL_STREAM, parseJournalEvent, type JournalEvent } from './journal-events.js';
import { EMPTY_JOURNAL, evolveStored, saysAll, type JournalState } from './journal-state.js';
import type { Message } from './message.js';

type Reads = Pick<Ledger, 'readStream'>;

/** Events read at once on the way back. */
const BLOCK = 256n;

/**
 * The journal as it stands, however long it is: its end is found by halving, then it is read back to an event that says
 * all. The ledger reads forwards only, and a stream has no gaps.
 */
export const readJournal = async (ledger: Reads): Promise<JournalState> => {
  const last = await lastRevision(ledger);
  if (last === null) return EMPTY_JOURNAL;
  for (let size = BLOCK; ; size *= 4n) {
    const from = last >= size ? last - size + 1n : 0n;
    const events = await eventsFrom(ledger, from);
    const start = events.findLastIndex(saysAll);
    if (start >= 0 || from === 0n)
      return events.slice(Math.max(start, 0)).reduce(evolveStored, EMPTY_JOURNAL);
  }
};

/** The last message of a stretch that was finished; null: there is none. Reads the journal back as far as it lies. */
export const lastMessage = async (ledger: Reads, state: JournalState): Promise<Message | null> => {
  const first = (state.revision ?? -1n) + 1n;
  for (let until = first; until > 0n;) {
    const from = until > BLOCK ? until - BLOCK : 0n;
    const events = await eventsFrom(ledger, from, Number(until - from));
    const found = events
      .flatMap(({ type, data }) => messagesOf(parseJournalEvent(type, data)))
      .findLast(({ id }) => !state.unfinished.has(id));
    if (found !== undefined) return found;
    until = from;
  }
  return null;
};

const messagesOf = (event: JournalEvent): readonly Message[] =>
  event.type === 'MessagesIssued' ? event.messages : [];

/** What came since. */
export const readOn = async (ledger: Reads, state: JournalState): Promise<JournalState> => {
  const from = state.revision === null ? 0n : state.revision + 1n;
  return (await eventsFrom(ledger, from)).reduce(evolveStored, state);
};

const eventsFrom = async (
  ledger: Reads,
  from: bigint,
  maxCount?: number,
): Promise<readonly StoredEvent[]> => {
  const events: StoredEvent[] = [];
  for await (const event of ledger.readStream(JOURNAL_STREAM, from, maxCount)) events.push(event);
  return events;
};

const lastRevision = async (ledger: Reads): Promise<bigint | null> => {
  const has = async (revision: bigint): Promise<boolean> => {
    for await (const _event of ledger.readStream(JOURNAL_STREAM, revision, 1)) return true;
    return false;
  };
  if (!(await has(0n))) return null;
  let [found, missing] = [0n, 1n];
  while (await has(missing)) [found, missing] = [missing, missing * 2n];
  while (missing - found > 1n) {
    const middle = (found + missing) / 2n;
    if (await has(middle)) found = middle;
    else missing = middle;
  }
  return found;
};
