import type { Appended, Expected, Ledger, NewEvent, StreamName } from '../ledger/port.js';

/** An append's worth of a long list of events. */
export interface AppendedPart extends Appended {
  readonly events: readonly NewEvent[];
}

/** Below what any engine takes in one append: 1,000 events, and EventStoreDB's own 1 MiB with what it adds. */
const PART_EVENTS = 500;
const PART_BYTES = 768 * 1024;

/**
 * Appends events in their order, in as many appends as they need: one where they fit. An event that is larger than a part
 * goes alone. What was appended before a fault stays.
 * @throws LedgerError as the ledger's `append`
 */
export async function* appendParts(
  ledger: Pick<Ledger, 'append'>,
  stream: StreamName,
  expected: Expected,
  events: readonly NewEvent[],
): AsyncGenerator<AppendedPart, void> {
  let next = expected;
  for (const part of partsOf(events)) {
    const appended = await ledger.append(stream, next, part);
    yield { ...appended, events: part };
    next = appended.revision;
  }
}

const partsOf = (events: readonly NewEvent[]): readonly (readonly NewEvent[])[] => {
  if (events.length <= 1) return [events];
  const parts: NewEvent[][] = [];
  let bytes = 0;
  for (const event of events) {
    const size = Buffer.byteLength(JSON.stringify([event.data, event.metadata]));
    const last = parts.at(-1);
    if (last === undefined || last.length >= PART_EVENTS || bytes + size > PART_BYTES) {
      parts.push([event]);
      bytes = size;
    } else {
      last.push(event);
      bytes += size;
    }
  }
  return parts;
};
