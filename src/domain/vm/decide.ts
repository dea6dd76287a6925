import type { EventMetadata, Recorded } from './envelope.js';
import type { VmEvent } from './events.js';

/** An event to be recorded, its id derived from the report it was made from. */
export interface ProposedEvent {
  readonly id: string;
  readonly data: VmEvent;
  readonly metadata: EventMetadata;
}

export type Decision =
  | {
      readonly kind: 'append';
      readonly events: readonly ProposedEvent[];
      readonly known: readonly Recorded[];
    }
  | {
      readonly kind: 'refuse';
      readonly code: 'IDEMPOTENCY_CONFLICT' | 'UNKNOWN_EVENT' | 'BAD_INPUT';
      readonly message: string;
    };

/**
 * Which of the proposed events are news. Truth is never refused for being late, odd or contradictory: what a host
 * attests goes in. Refused are only a repeated id with another content, and corrections of what is not there.
 */
export const decide = (history: readonly Recorded[], proposed: readonly ProposedEvent[]): Decision => {
  const known = new Map(history.map((event) => [event.id, event]));
  const repeats = new Map<string, Recorded>();
  const news = new Map<string, ProposedEvent>();
  for (const event of proposed) {
    const before = known.get(event.id);
    const same = before ?? news.get(event.id);
    if (same !== undefined && !sameContent(same.data, event.data)) {
      const message = `event ${event.id} is recorded already, with another content`;
      return { kind: 'refuse', code: 'IDEMPOTENCY_CONFLICT', message };
    }
    if (before !== undefined) repeats.set(event.id, before);
    if (same !== undefined) continue;
    const fault = targetFault(event.data, known, news);
    if (fault !== null) return { kind: 'refuse', ...fault };
    news.set(event.id, event);
  }
  return { kind: 'append', events: [...news.values()], known: [...repeats.values()] };
};

const targetFault = (
  data: VmEvent,
  known: ReadonlyMap<string, Recorded>,
  news: ReadonlyMap<string, ProposedEvent>,
): { readonly code: 'UNKNOWN_EVENT' | 'BAD_INPUT'; readonly message: string } | null => {
  if (data.type !== 'EventCorrected' && data.type !== 'EventRetracted') return null;
  const target = known.get(data.eventId)?.data ?? news.get(data.eventId)?.data;
  if (target === undefined)
    return { code: 'UNKNOWN_EVENT', message: `no event ${data.eventId} in this VM's history` };
  if (
    data.type === 'EventCorrected' &&
    (target.type === 'EventCorrected' || target.type === 'EventRetracted')
  ) {
    return { code: 'BAD_INPUT', message: 'a correction or retraction is not corrected but retracted' };
  }
  return null;
};

/** Equal as JSON, whatever the order of the keys. */
const sameContent = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
