import { randomUUID } from 'node:crypto';
import type {
  Delivery,
  Expected,
  Ledger,
  NewEvent,
  Position,
  StoredEvent,
  StreamName,
} from '../../src/ledger/port.js';

export function newStream(prefix = 'vm-'): StreamName {
  return `${prefix}${randomUUID()}` as StreamName;
}

export function newEvent(change: Partial<NewEvent> = {}): NewEvent {
  return {
    id: randomUUID(),
    type: 'MigrationFinished',
    data: { hop: 1 },
    metadata: { by: 'test' },
    ...change,
  };
}

export function newEvents(count: number, change: Partial<NewEvent> = {}): NewEvent[] {
  return Array.from({ length: count }, (_, index) => newEvent({ data: { index }, ...change }));
}

export function idsOf(events: readonly { readonly id: string }[]): string[] {
  return events.map((event) => event.id);
}

/** Appends `count` events to a new stream, one append. */
export async function streamWith(ledger: Ledger, count: number) {
  const stream = newStream();
  const events = newEvents(count);
  const appended = count === 0 ? undefined : await ledger.append(stream, 'no_stream', events);
  return { stream, events, appended };
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

export async function revisionsAndIds(ledger: Ledger, stream: StreamName): Promise<[bigint, string][]> {
  return (await all(ledger.readStream(stream))).map((event) => [event.revision, event.id]);
}

/** `NAME` of the error that `work` ends in, or what it answered. */
export async function outcomeOf(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return error.code;
    throw error;
  }
}

/** Appends to a stream as a caller would who reads, decides and tries again when someone was faster. */
export async function appendWithRetry(ledger: Ledger, stream: StreamName, event: NewEvent): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const known = await all(ledger.readStream(stream));
    const expected: Expected = known.at(-1)?.revision ?? 'no_stream';
    const outcome = await outcomeOf(ledger.append(stream, expected, [event]));
    if (outcome !== 'WRONG_REVISION') return attempt;
  }
}

/** Takes deliveries until `enough` says so, and then ends the subscription. */
export async function take(
  ledger: Ledger,
  after: Position,
  enough: (delivered: readonly Delivery[]) => boolean,
  filter?: { readonly streamPrefix?: string; readonly types?: readonly string[] },
): Promise<Delivery[]> {
  const end = new AbortController();
  const delivered: Delivery[] = [];
  for await (const delivery of ledger.subscribe(after, { signal: end.signal, ...(filter && { filter }) })) {
    delivered.push(delivery);
    if (enough(delivered)) end.abort();
  }
  return delivered;
}

export function eventsOf(delivered: readonly Delivery[]): StoredEvent[] {
  return delivered.flatMap((delivery) => (delivery.kind === 'event' ? [delivery.event] : []));
}

export function kindsOf(delivered: readonly Delivery[]): string[] {
  return delivered.map((delivery) => delivery.kind);
}
