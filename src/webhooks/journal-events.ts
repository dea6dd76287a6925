import { z } from 'zod';
import type { Position, StreamName } from '../ledger/port.js';
import { instant, line, uuid } from '../recording/commands/schema-text.js';
import { MESSAGE_TYPES, type Message } from './message.js';

/** Lease, outbox and outcomes in one stream, so that the lease fences: ADR 0015. */
export const JOURNAL_STREAM = 'webhook-journal' as StreamName;

/** Deliveries of one `DeliveriesSettled`. */
export const MAX_SETTLED = 256;

const position = z
  .string()
  .regex(/^\d{0,40}$/, 'is not a position')
  .transform((text) => text as Position);
const count = z.int().min(0);

export const messageSchema: z.ZodType<Message> = z.object({
  id: uuid,
  type: z.enum(MESSAGE_TYPES),
  vm: uuid.nullable(),
  hosts: z.array(z.string()),
  behaviours: z.array(z.string()),
  labels: z.record(z.string(), z.string()),
  time: instant,
  position,
  body: z.record(z.string(), z.unknown()),
});

/** What became of one attempt, or of a delivery that needs no further one. */
export const settledSchema = z.object({
  endpoint: uuid,
  /** Id of the message. */
  message: uuid,
  /** 1 for the first; 0: never tried. */
  attempt: count,
  /** `failed`: will be tried again at `nextAt`. `dead`: given up. `dropped`: not to be sent any more. */
  outcome: z.enum(['delivered', 'failed', 'dead', 'dropped']),
  /** HTTP status; null when there was no answer. */
  status: z.int().min(100).max(999).nullable(),
  error: line(500).nullable(),
  at: instant,
  nextAt: instant.nullable(),
  /** How long the attempt took. */
  ms: count,
});

/** An event that can be found again in a copy of the ledger, where it has another position. */
const placeSchema = z.object({ stream: z.string().max(200), revision: count, id: uuid });
export type Place = z.infer<typeof placeSchema>;

/** The last event that was considered, which stands at `through`. Null: written by a release that did not say it. */
const lastEvent = placeSchema.nullable().default(null);

const holder = uuid;
/** After so much silence another may take the lease. */
const ttlMs = z.int().min(1);

/**
 * Events of the stream `webhook-journal`. Each is written by the holder of the lease, with the revision that it expects.
 * What a later release adds to one is passed over: replicas of two releases share a journal while they are upgraded.
 */
export const journalEventSchemas = {
  /** `name`: host and process, for people. */
  LeaseTaken: z.object({ holder, name: line(200), ttlMs }),
  /** `through` and `lastEvent` as last issued; null as in MessagesIssued. */
  LeaseRenewed: z.object({ holder, ttlMs, through: position.nullable(), lastEvent }),
  /** At an orderly end: another may take it at once. */
  LeaseReleased: z.object({ holder }),
  /**
   * The outbox. Every event of the ledger up to and including `through` has been considered, and is never again.
   * Null: more messages of the same stretch follow, in a further event. It is a position of the ledger that this was first
   * written to; in a copy, `lastEvent` says where that is.
   */
  MessagesIssued: z.object({
    holder,
    ttlMs,
    through: position.nullable(),
    lastEvent,
    messages: z.array(messageSchema),
  }),
  DeliveriesSettled: z.object({ holder, deliveries: z.array(settledSchema).min(1).max(MAX_SETTLED) }),
} as const;

export type JournalEventType = keyof typeof journalEventSchemas;
export type JournalEventData<T extends JournalEventType> = z.infer<(typeof journalEventSchemas)[T]>;
export type JournalEvent = {
  [T in JournalEventType]: { readonly type: T } & JournalEventData<T>;
}[JournalEventType];
export type Settled = z.infer<typeof settledSchema>;

/**
 * An event of the journal, read back.
 * @throws ZodError when it is of no kind that this release writes
 */
export const parseJournalEvent = (type: string, data: unknown): JournalEvent => {
  const known = z.enum(Object.keys(journalEventSchemas) as JournalEventType[]).parse(type);
  return { type: known, ...journalEventSchemas[known].parse(data) } as JournalEvent;
};
