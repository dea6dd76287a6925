import type { Position } from '../ledger/port.js';

/** What hopledger tells other tools of, in the order of the reference page. */
export const MESSAGE_TYPES = [
  'vm.tainted',
  'vm.cleared',
  'vm.overrides_changed',
  'vm.cold_boot_needed',
  'vm.drift',
  'hop.advised',
  'hop.completed',
  'hop.failed',
  'hop.unsafe',
  'catalogue.revised',
  'machine_type.ending',
  'endpoint.test',
] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** A message as the ledger keeps it: said once, sent to each endpoint whose filter takes it. */
export interface Message {
  /** `webhook-id`: a UUID derived from the event that caused it, so that it is the same however often it is derived. */
  readonly id: string;
  readonly type: MessageType;
  /** UUID. Messages about one VM are delivered in their order; null: about no single VM. */
  readonly vm: string | null;
  /** What filters look at, beside type and VM. */
  readonly hosts: readonly string[];
  readonly behaviours: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** When what it tells of happened (ISO 8601, UTC), by the clock of who attests to it. */
  readonly time: string;
  /** Of the event that caused it. */
  readonly position: Position;
  /** The CloudEvent, whole, as it is sent: `docs/reference/webhooks.md`. At most {@link MAX_BODY_BYTES} as JSON. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Of one body as JSON, in UTF-8. */
export const MAX_BODY_BYTES = 64 * 1024;
