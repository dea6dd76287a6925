import type { EventMetadata, Recorded } from './envelope.js';
import type { VmEvent } from './events.js';

/** An event to be recorded, its id derived from the report it was made from. */
export interface ProposedEvent {
  readonly id: string;
  readonly data: VmEvent;
  readonly metadata: EventMetadata;
}

export type Decision =
  | { readonly kind: 'append'; readonly events: readonly ProposedEvent[]; readonly known: readonly Recorded[] }
  | { readonly kind: 'refuse'; readonly code: 'IDEMPOTENCY_CONFLICT' | 'UNKNOWN_EVENT' | 'BAD_INPUT'; readonly message: string };

/**
 * Which of the proposed events are news. Truth is never refused for being late, odd or contradictory: what a host
 * attests goes in. Refused are only a repeated id with another content, and corrections of what is not there.
 */
export const decide = (history: readonly Recorded[], proposed: readonly ProposedEvent[]): Decision => {
  const known = new Map(history.map((event) => [event.id, event]));
  const repeats: Recorded[] = [];
  const news: ProposedEvent[] = [];
  for (const event of proposed) {
    const before = known.get(event.id);
    if (before !== undefined) {
      if (!sameContent(before.data, event.data)) {
        return { kind: 'refuse', code: 'IDEMPOTENCY_CONFLICT', message: `event ${event.id} is recorded already, with another content` };
      }
      repeats.push(before);
      continue;
    }
    const fault = targetFault(event.data, known, news);
    if (fault !== null) return { kind: 'refuse', ...fault };
    if (!news.some(({ id }) => id === event.id)) news.push(event);
  }
  return { kind: 'append', events: news, known: repeats };
};

const targetFault = (
  data: VmEvent,
  known: ReadonlyMap<string, Recorded>,
  news: readonly ProposedEvent[],
): { readonly code: 'UNKNOWN_EVENT' | 'BAD_INPUT'; readonly message: string } | null => {
  if (data.type !== 'EventCorrected' && data.type !== 'EventRetracted') return null;
  const target = known.get(data.eventId)?.data ?? news.find(({ id }) => id === data.eventId)?.data;
  if (target === undefined) return { code: 'UNKNOWN_EVENT', message: `no event ${data.eventId} in this VM's history` };
  if (data.type === 'EventCorrected' && (target.type === 'EventCorrected' || target.type === 'EventRetracted')) {
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
