import type { Notice } from '../domain/notice/notice.js';
import { machineTypeOf } from '../domain/vm/machine-type-of.js';
import type { Vm } from '../domain/vm/vm.js';
import type { Position } from '../ledger/port.js';
import { eventId } from '../recording/event-id.js';
import { schemaId } from './body-schemas.js';
import { bounded, type Bounds, type Counts, type Json } from './bounded.js';
import { MAX_BODY_BYTES, type Message, type MessageType } from './message.js';

/** The event that a message rests on. */
export interface Cause {
  readonly id: string;
  readonly position: Position;
  readonly occurredAt: string;
}

export interface BodyOptions {
  readonly catalogueRevision: string;
  /** @defaultValue {@link MAX_BODY_BYTES} */
  readonly maxBytes?: number;
}

const SOURCE = '/hopledger';

/** Tried in turn until the body fits. */
const BOUNDS: readonly Bounds[] = [
  { items: 1_000, text: 20_000 },
  { items: 64, text: 8_000 },
  { items: 16, text: 4_000 },
  { items: 4, text: 1_000 },
  { items: 0, text: 100 },
];
/** Of what was cut, so many are named. */
const MOST_COUNTS = 20;

/**
 * A notice as the outbox keeps it. The same notice of the same event is the same message, id and all.
 * @throws Error when nothing of it fits
 */
export const messageOf = (notice: Notice, vm: Vm | null, cause: Cause, options: BodyOptions): Message => {
  const { type, key, hosts, behaviours } = notice;
  const uuid = vm?.uuid ?? null;
  const id = eventId('webhook', cause.id, type, uuid ?? '', key);
  const time = new Date(cause.occurredAt).toISOString();
  const subject = uuid === null ? 'catalogue' : `vm/${uuid}`;
  const envelope = (data: object) => ({
    specversion: '1.0',
    id,
    source: SOURCE,
    type,
    subject,
    time,
    datacontenttype: 'application/json',
    dataschema: schemaId(type satisfies MessageType),
    data,
  });
  const data = {
    position: cause.position,
    event: cause.id,
    catalogueRevision: options.catalogueRevision,
    vm: vm === null ? null : subjectOf(vm),
    ...notice.data,
  };
  return {
    id,
    type,
    vm: uuid,
    hosts,
    behaviours,
    labels: vm?.labels ?? {},
    time,
    position: cause.position,
    body: fitting(data, subject, envelope, options.maxBytes ?? MAX_BODY_BYTES),
  };
};

const subjectOf = ({ uuid, name, state, current, labels }: Vm) => ({
  uuid,
  name,
  state,
  host: current?.host ?? null,
  build: current?.build == null ? null : { version: current.build.version, package: current.build.package },
  machineType: current === null ? null : machineTypeOf(current),
  labels,
});

/** As it is, or else without what is too long; `truncated` says what. */
const fitting = <T>(data: object, subject: string, envelope: (data: object) => T, maxBytes: number): T => {
  const plain = JSON.parse(JSON.stringify(data)) as Json;
  for (const bounds of BOUNDS) {
    const counts: Counts = {};
    const cut = bounded(plain, bounds, counts) as object;
    const named = Object.entries(counts).slice(0, MOST_COUNTS);
    const truncated = { counts: Object.fromEntries(named), see: subject };
    const body = envelope(named.length === 0 ? cut : { ...cut, truncated });
    if (sizeOf(body) <= maxBytes) return body;
  }
  throw new Error(`a message has over ${maxBytes} bytes, however little it says`);
};

const sizeOf = (body: unknown): number => Buffer.byteLength(JSON.stringify(body));
