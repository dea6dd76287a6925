import type { Notice } from '../domain/notice/notice.js';
import type { Vm } from '../domain/vm/vm.js';
import type { Position } from '../ledger/port.js';
import { eventId } from '../recording/event-id.js';
import { schemaId } from './body-schemas.js';
import { bounded, type Bounds, type Counts } from './bounded.js';
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
];

/** A notice as the outbox keeps it. The same notice of the same event is the same message, id and all. */
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
  machineType: current?.configuration?.machineType ?? null,
  labels,
});

/** As it is, or else with its lists shortened and long texts out until it fits; `truncated` says what. */
const fitting = <T>(data: object, subject: string, envelope: (data: object) => T, maxBytes: number): T => {
  const plain = JSON.parse(JSON.stringify(data)) as Parameters<typeof bounded>[0];
  for (const bounds of BOUNDS) {
    const counts: Counts = {};
    const cut = bounded(plain, bounds, counts) as object;
    const all = Object.keys(counts).length === 0;
    const body = envelope(all ? cut : { ...cut, truncated: { counts, see: subject } });
    if (sizeOf(body) <= maxBytes) return body;
  }
  const counts: Counts = {};
  const least = bounded(plain, { items: 0, text: 200 }, counts) as object;
  const few = Object.fromEntries(Object.entries(counts).slice(0, 20));
  return envelope({ ...least, truncated: { counts: few, see: subject } });
};

const sizeOf = (body: unknown): number => Buffer.byteLength(JSON.stringify(body));
