import { START, type LedgerReader, type NewEvent, type StreamName } from '../ledger/port.js';
import { contentOf } from './content-hash.js';
import type { ExportedEvent } from './export-format.js';

/** An event on its way from one ledger to another. */
export interface TravellingEvent {
  readonly event: ExportedEvent;
  readonly recordedAt: string;
}

/** Events that lie beside each other in the log, in one stream, recorded at one time: they can be one append. */
export interface TravellingAppend {
  readonly stream: StreamName;
  /** Of the first event. */
  readonly revision: number;
  readonly recordedAt: string;
  readonly events: NewEvent[];
}

/** EventStoreDB's own bound of an append is 1 MiB, with what it adds. An event above that goes alone. */
const APPEND_BYTES = 768 * 1024;
const APPEND_EVENTS = 500;

/**
 * Gathers events into appends, and appends into groups of at most `groupSize` and about an append's bytes. Their order
 * is that of the log.
 */
export async function* appendGroups(
  events: AsyncIterable<TravellingEvent>,
  groupSize: number,
): AsyncGenerator<readonly TravellingAppend[], void> {
  let group: TravellingAppend[] = [];
  let bytes = 0;
  for await (const { event, recordedAt } of events) {
    const { stream, revision, ...rest } = event;
    const size = Buffer.byteLength(JSON.stringify([rest.data, rest.metadata]));
    let last = group.at(-1);
    if (last?.stream !== stream || last.recordedAt !== recordedAt || last.events.length >= APPEND_EVENTS)
      last = undefined;
    if (group.length > 0 && (bytes + size > APPEND_BYTES || (!last && group.length >= groupSize))) {
      yield group;
      group = [];
      bytes = 0;
      last = undefined;
    }
    if (!last) {
      last = { stream: stream as StreamName, revision, recordedAt, events: [] };
      group.push(last);
    }
    last.events.push(rest);
    bytes += size;
  }
  if (group.length > 0) yield group;
}

/** All events of a ledger as it is now. */
export async function* travelling(ledger: LedgerReader): AsyncGenerator<TravellingEvent, void> {
  for await (const stored of ledger.readAll(START))
    yield { event: contentOf(stored), recordedAt: stored.recordedAt };
}
