import { START, type Filter, type Ledger, type Position, type StreamName } from '../ledger/port.js';
import type { Place } from './journal-events.js';
import type { JournalState } from './journal-state.js';
import { lastMessage } from './read-journal.js';

type Reads = Pick<Ledger, 'readStream' | 'readAll'>;

/**
 * The position in this ledger after which nothing was considered yet; null: nothing of it was. `through` is a position of
 * the ledger that it was written to, and this one may be a copy of that, where the same event stands elsewhere.
 *
 * @param filter what is read to make messages
 * @throws Error when the event that the journal ends at is not in this ledger
 */
export const issueBegin = async (
  ledger: Reads,
  state: JournalState,
  filter: Filter,
): Promise<Position | null> => {
  const { through, lastEvent } = state;
  if (through === null) return null;
  if (lastEvent === null) return beginByMessage(ledger, state, filter);
  const position = await positionOf(ledger, lastEvent);
  if (position === null) throw new Error(`the event ${lastEvent.id}, which the journal names, is not there`);
  return position;
};

/**
 * Of a journal that does not say which event it ends at: the last one that was told of is in its last message. Where that
 * stands elsewhere, what follows it is looked at again; nothing of it was told, and ids are derived from events.
 */
const beginByMessage = async (
  ledger: Reads,
  state: JournalState,
  filter: Filter,
): Promise<Position | null> => {
  const message = await lastMessage(ledger, state);
  if (message === null) return null;
  const { event } = message.body['data'] as { readonly event?: unknown };
  for await (const { id, position } of ledger.readAll(START, filter))
    if (id === event) return position === message.position ? state.through : position;
  return state.through;
};

const positionOf = async (ledger: Reads, { stream, revision, id }: Place): Promise<Position | null> => {
  for await (const event of ledger.readStream(stream as StreamName, BigInt(revision), 1))
    return event.id === id ? event.position : null;
  return null;
};
