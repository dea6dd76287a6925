import type { Position, StoredEvent } from '../ledger/port.js';
import { parseJournalEvent, type JournalEvent, type Place } from './journal-events.js';

/** What the journal says, as far as it was read. */
export interface JournalState {
  /** Of the last event; null: the stream does not exist. */
  readonly revision: bigint | null;
  /** Null: nobody holds the lease, none having taken it or the last having released it. */
  readonly holder: string | null;
  /** That the holder promised to be heard of within; null: not told yet. */
  readonly ttlMs: number | null;
  /** Up to where the ledger was considered; null: nothing of it was. */
  readonly through: Position | null;
  /** What stands at `through`; null: not said. */
  readonly lastEvent: Place | null;
  /** Ids of messages issued since, of a stretch that was not finished. */
  readonly unfinished: ReadonlySet<string>;
}

export const EMPTY_JOURNAL: JournalState = {
  revision: null,
  holder: null,
  ttlMs: null,
  through: null,
  lastEvent: null,
  unfinished: new Set(),
};

/** @throws ZodError when the event is of a kind that this release does not know */
export const evolveStored = (state: JournalState, { type, data, revision }: StoredEvent): JournalState =>
  evolveJournal(state, parseJournalEvent(type, data), revision);

export const evolveJournal = (state: JournalState, event: JournalEvent, revision: bigint): JournalState => {
  const next = { ...state, revision, holder: event.holder };
  switch (event.type) {
    case 'LeaseTaken':
      return { ...next, ttlMs: event.ttlMs };
    case 'LeaseReleased':
      return { ...next, holder: null };
    case 'DeliveriesSettled':
      return next;
    case 'LeaseRenewed':
      return { ...next, ttlMs: event.ttlMs, ...reached(event) };
    case 'MessagesIssued': {
      const { ttlMs, through, messages } = event;
      if (through !== null) return { ...next, ttlMs, ...reached(event) };
      return { ...next, ttlMs, unfinished: new Set([...state.unfinished, ...messages.map(({ id }) => id)]) };
    }
  }
};

interface Reached {
  readonly through: Position | null;
  readonly lastEvent: Place | null;
}

const reached = ({ through, lastEvent }: Reached): Partial<JournalState> =>
  through === null ? {} : { through, lastEvent, unfinished: new Set() };

/** Whether what was before this event can be left unread: it says all that the state holds. */
export const saysAll = ({ type, data }: StoredEvent): boolean => {
  const event = parseJournalEvent(type, data);
  return (event.type === 'LeaseRenewed' || event.type === 'MessagesIssued') && event.through !== null;
};
