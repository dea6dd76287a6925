import type { Position } from '../ledger/port.js';
import type { JournalEvent } from './journal-events.js';
import type { Message } from './message.js';

/** Bytes that the ledger takes. */
export interface PieceLimits {
  readonly maxEventBytes: number;
  readonly maxAppendBytes: number;
}

interface Issued {
  readonly holder: string;
  readonly ttlMs: number;
  readonly through: Position;
  readonly messages: readonly Message[];
}

/** Of an event's own members and its metadata. */
const ENVELOPE_BYTES = 1_024;

/**
 * Messages as events that the ledger takes, and those as appends that it takes. `through` is in the last alone, so that a
 * stretch whose writing was interrupted is known as unfinished. A message that fits in no event is left out, and told of.
 */
export const pieces = (
  { holder, ttlMs, through, messages }: Issued,
  limits: PieceLimits,
  leftOut: (message: Message, bytes: number) => void,
): readonly (readonly JournalEvent[])[] => {
  const most = Math.min(limits.maxEventBytes, limits.maxAppendBytes) - ENVELOPE_BYTES;
  const sized = messages.flatMap((message) => {
    const bytes = Buffer.byteLength(JSON.stringify(message)) + 1;
    if (bytes <= most) return { item: message, bytes };
    leftOut(message, bytes);
    return [];
  });
  const filled = packed(sized, most);
  const events = (filled.length === 0 ? [{ items: [], bytes: 0 }] : filled).map(
    ({ items, bytes }, index, all) => ({
      item: {
        type: 'MessagesIssued' as const,
        holder,
        ttlMs,
        through: index === all.length - 1 ? through : null,
        messages: [...items],
      },
      bytes: bytes + ENVELOPE_BYTES,
    }),
  );
  return packed(events, limits.maxAppendBytes).map(({ items }) => items);
};

interface Sized<T> {
  readonly item: T;
  readonly bytes: number;
}

/** In their order, as many together as fit. */
const packed = <T>(
  sized: readonly Sized<T>[],
  most: number,
): readonly { readonly items: readonly T[]; readonly bytes: number }[] => {
  const packs: { items: T[]; bytes: number }[] = [];
  for (const { item, bytes } of sized) {
    const last = packs.at(-1);
    if (last === undefined || last.bytes + bytes > most) packs.push({ items: [item], bytes });
    else {
      last.items.push(item);
      last.bytes += bytes;
    }
  }
  return packs;
};
