import type { EventMetadata, Recorded } from './envelope.js';
import type { EventCorrected, VmEvent } from './events.js';

/** An event as it counts: corrected where an operator corrected it. */
export interface Effective<E = VmEvent> {
  readonly id: string;
  readonly data: E;
  readonly metadata: EventMetadata;
  /** Ids of the corrections applied. */
  readonly correctedBy: readonly string[];
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The events that count, in no particular order: repeats dropped, retracted ones left out, corrections applied.
 * A retraction or correction can itself be retracted. The answer depends on the set of events only.
 */
export const effectiveEvents = (events: readonly Recorded[]): readonly Effective[] => {
  const byId = new Map(events.map((event) => [event.id, event]));
  const retractions = new Map<string, string[]>();
  for (const { id, data } of byId.values()) {
    if (data.type === 'EventRetracted') retractions.set(data.eventId, [...(retractions.get(data.eventId) ?? []), id]);
  }
  const retracted = (id: string, seen: ReadonlySet<string>): boolean =>
    (retractions.get(id) ?? []).some((by) => !seen.has(by) && !retracted(by, new Set([...seen, by])));

  const standing = [...byId.values()].filter((event) => !retracted(event.id, new Set([event.id])));
  const corrections = new Map<string, Recorded<EventCorrected>[]>();
  for (const event of standing) {
    if (event.data.type !== 'EventCorrected') continue;
    const list = corrections.get(event.data.eventId) ?? [];
    list.push({ ...event, data: event.data });
    corrections.set(event.data.eventId, list);
  }
  return standing.map((event) => correct(event, corrections.get(event.id) ?? []));
};

const correct = (event: Recorded, corrections: readonly Recorded<EventCorrected>[]): Effective => {
  const inOrder = [...corrections].sort(
    (a, b) => compare(a.metadata.occurredAt, b.metadata.occurredAt) || compare(a.id, b.id),
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
