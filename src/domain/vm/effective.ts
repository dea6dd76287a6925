import { groupBy } from '../group-by.js';
import type { EventMetadata, Recorded } from './envelope.js';
import type { EventCorrected, VmEvent } from './events.js';
import { hostInstants } from './host-clock.js';
import { instantOf } from './instant.js';

/** An event as it counts: corrected where an operator corrected it. */
export interface Effective<E = VmEvent> {
  readonly id: string;
  readonly data: E;
  readonly metadata: EventMetadata;
  /** When it happened, milliseconds since the epoch: the host's own order, its clock corrected as a whole. */
  readonly at: number;
  /** Ids of the corrections applied. */
  readonly correctedBy: readonly string[];
}

/**
 * The events that count, in no particular order: repeats dropped, retracted ones left out, corrections applied.
 * A retraction or correction can itself be retracted. The answer depends on the set of events only.
 */
export const effectiveEvents = (events: readonly Recorded[]): readonly Effective[] => {
  const standing = withoutRetracted(new Map(events.map((event) => [event.id, event])));
  const corrections = groupBy(
    standing.flatMap((event) => (event.data.type === 'EventCorrected' ? { ...event, data: event.data } : [])),
    ({ data }) => data.eventId,
  );
  return dated(standing.map((event) => correct(event, corrections.get(event.id) ?? [])));
};

const withoutRetracted = (byId: ReadonlyMap<string, Recorded>): readonly Recorded[] => {
  const retractions = new Map<string, string[]>();
  for (const { id, data } of byId.values()) {
    if (data.type !== 'EventRetracted') continue;
    retractions.set(data.eventId, [...(retractions.get(data.eventId) ?? []), id]);
  }
  const retracted = (id: string, seen: ReadonlySet<string>): boolean =>
    (retractions.get(id) ?? []).some((by) => !seen.has(by) && !retracted(by, new Set([...seen, by])));
  return [...byId.values()].filter((event) => !retracted(event.id, new Set([event.id])));
};

type Undated = Omit<Effective, 'at'>;

const correct = (event: Recorded, corrections: readonly Recorded<EventCorrected>[]): Undated => {
  const inOrder = [...corrections].sort(
    (a, b) => instantOf(a.metadata) - instantOf(b.metadata) || (a.id < b.id ? -1 : 1),
  );
  let { data, metadata } = event;
  for (const { data: correction } of inOrder) {
    const { occurredAt, ...fields } = correction.replacement;
    // What may be replaced was checked against the event's schema when the correction was recorded.
    data = { ...data, ...fields, type: data.type } as VmEvent;
    if (typeof occurredAt === 'string') metadata = { ...metadata, occurredAt, clockSkewMs: null };
  }
  return { id: event.id, data, metadata, correctedBy: inOrder.map(({ id }) => id) };
};

const dated = (events: readonly Undated[]): readonly Effective[] => {
  const byHost = groupBy(events, ({ data }) => ('host' in data ? data.host : null));
  return [...byHost.values()].flatMap((ofHost) => {
    const instants = hostInstants(ofHost);
    return ofHost.map((event) => ({ ...event, at: instants.get(event.id) ?? instantOf(event.metadata) }));
  });
};
