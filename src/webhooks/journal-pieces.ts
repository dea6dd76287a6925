import type { Position } from '../ledger/port.js';
import type { z } from 'zod';
import { MAX_SETTLED, type JournalEvent, type Place, type Settled } from './journal-events.js';
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
  readonly lastEvent: Place | null;
  readonly messages: readonly Message[];
}

/** Of an event's own members and its metadata. */
const ENVELOPE_BYTES = 1_024;

/**
 * Messages as events that the ledger takes, and those as appends that it takes. `through` is in the last alone, so that a
 * stretch whose writing was interrupted is known as unfinished. A message that fits in no event is left out, and told of.
 */
export const pieces = (
  { holder, ttlMs, through, lastEvent, messages }: Issued,
  limits: PieceLimits,
  leftOut: (message: Message, bytes: number) => void,
): readonly (readonly JournalEvent[])[] => {
  const most = Math.min(limits.maxEventBytes, limits.maxAppendBytes) - ENVELOPE_BYTES;
  const sized = messages.flatMap((message) => {
    const bytes = bytesOf(message);
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
        ...(index === all.length - 1 ? { through, lastEvent } : { through: null, lastEvent: null }),
        messages: [...items],
      },
      bytes: bytes + ENVELOPE_BYTES,
    }),
  );
  return packed(events, limits.maxAppendBytes).map(({ items }) => items);
};

/** Outcomes as events that the ledger takes, each an append. A text that fits in none is left away. */
export const settledPieces = (
  holder: string,
  deliveries: readonly Settled[],
  { maxEventBytes, maxAppendBytes }: PieceLimits,
): readonly (readonly JournalEvent[])[] => {
  const most = Math.min(maxEventBytes, maxAppendBytes) - ENVELOPE_BYTES;
  const sized = deliveries.map((settled) => {
    const bytes = bytesOf(settled);
    if (bytes <= most) return { item: settled, bytes };
    const short = { ...settled, error: null };
    return { item: short, bytes: bytesOf(short) };
  });
  return packed(sized, most, MAX_SETTLED).map(({ items }) => [
    { type: 'DeliveriesSettled', holder, deliveries: [...items] },
  ]);
};

/** Those that a reader of the journal takes: one that it does not would stop every reader for good. */
export const readable = <T>(
  schema: z.ZodType<T>,
  items: readonly T[],
  leftOut: (error: z.ZodError) => void,
): readonly T[] =>
  items.filter((item) => {
    const { error } = schema.safeParse(item);
    if (error !== undefined) leftOut(error);
    return error === undefined;
  });

const bytesOf = (item: object): number => Buffer.byteLength(JSON.stringify(item)) + 1;

interface Sized<T> {
  readonly item: T;
  readonly bytes: number;
}

/** In their order, as many together as fit. */
const packed = <T>(
  sized: readonly Sized<T>[],
  most: number,
  mostItems = Number.POSITIVE_INFINITY,
): readonly { readonly items: readonly T[]; readonly bytes: number }[] => {
  const packs: { items: T[]; bytes: number }[] = [];
  for (const { item, bytes } of sized) {
    const last = packs.at(-1);
    if (last === undefined || last.bytes + bytes > most || last.items.length >= mostItems)
      packs.push({ items: [item], bytes });
    else {
      last.items.push(item);
      last.bytes += bytes;
    }
  }
  return packs;
};
