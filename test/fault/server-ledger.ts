import { join } from 'node:path';
import { parseVirshEvents } from '../../src/intake/libvirt/events.js';
import { START, type Ledger, type StoredEvent } from '../../src/ledger/port.js';
import { SqliteLedger } from '../../src/ledger/sqlite/sqlite-ledger.js';
import { eventId } from '../../src/recording/event-id.js';
import { vmStream } from '../../src/recording/streams.js';
import type { SyntheticVm } from '../synthetic/synthetic-vm.js';
import type { Acknowledged } from './server-clients.js';

/** The ledger that a server left behind. */
export interface LeftBehind {
  readonly events: readonly StoredEvent[];
  readonly byId: ReadonlyMap<string, StoredEvent>;
  /** By stream, in the order of the log. */
  readonly streams: ReadonlyMap<string, readonly StoredEvent[]>;
  /** What the check of the file found. */
  readonly problems: readonly string[];
}

export const readLedger = async (directory: string): Promise<LeftBehind> => {
  const ledger = await SqliteLedger.open({ path: join(directory, 'ledger.db') });
  try {
    const { problems } = await ledger.verify();
    return { ...(await leftBehindIn(ledger)), problems };
  } finally {
    await ledger.close();
  }
};

/** What a ledger of any engine holds. */
export const leftBehindIn = async (ledger: Pick<Ledger, 'readAll'>): Promise<LeftBehind> => {
  const events: StoredEvent[] = [];
  const streams = new Map<string, StoredEvent[]>();
  for await (const event of ledger.readAll(START)) {
    events.push(event);
    const stream = streams.get(event.stream) ?? [];
    stream.push(event);
    streams.set(event.stream, stream);
  }
  return { events, byId: new Map(events.map((event) => [event.id, event])), streams, problems: [] };
};

/** Ids of the events that a delivery of lines comes to, wherever and however often it is sent. */
const idsOfLines = ({ delivery: { path, body } }: Acknowledged): readonly string[] =>
  path === '/v1/libvirt/hook'
    ? []
    : parseVirshEvents(body.lines.join('\n'), body.host).events.flatMap(({ event, line }) =>
        event === null ? [] : eventId('virsh-event', body.host, line),
      );

/**
 * Acknowledged hook calls that are not in the stream of their VM, or whose last event is not at the position answered.
 */
export const misplacedCalls = (
  acknowledged: readonly Acknowledged[],
  { byId }: LeftBehind,
): readonly unknown[] =>
  acknowledged.filter(({ vm, delivery, eventIds, position }) => {
    if (delivery.path !== '/v1/libvirt/hook') return false;
    const places = eventIds.map((id) => byId.get(id));
    return (
      eventIds.length === 0 ||
      places.some((event) => event?.stream !== vmStream(vm.uuid)) ||
      places.at(-1)?.position !== position
    );
  });

/**
 * Acknowledged lines that are neither in the stream of their VM nor put aside until its host names it.
 * @param aside - whether lines put aside count as there
 */
export const missingLines = (
  acknowledged: readonly Acknowledged[],
  { byId }: LeftBehind,
  aside: boolean,
): readonly unknown[] =>
  acknowledged.flatMap((one) =>
    idsOfLines(one).filter((id) => {
      if (byId.get(id)?.stream === vmStream(one.vm.uuid)) return false;
      return !(aside && byId.has(eventId('unclaimed', id)));
    }),
  );

/** Events of VMs that no acknowledged delivery speaks of, other than the advice given to one that does. */
export const unexpectedEvents = (
  acknowledged: readonly Acknowledged[],
  vms: readonly SyntheticVm[],
  { streams }: LeftBehind,
): readonly StoredEvent[] => {
  const known = new Set(acknowledged.flatMap((one) => [...one.eventIds, ...idsOfLines(one)]));
  return vms.flatMap(({ uuid }) =>
    (streams.get(vmStream(uuid)) ?? []).filter(
      ({ id, type, metadata }) =>
        !known.has(id) && !(type === 'AdviceGiven' && known.has(causeOf({ metadata }) ?? '')),
    ),
  );
};

/** Hops prepared without the advice that was given, right behind them, or with more than one. */
export const halfWrittenHops = ({ events }: LeftBehind): readonly StoredEvent[] => {
  const advised = events.filter(({ type }) => type === 'AdviceGiven').map(causeOf);
  const once = new Set(advised).size === advised.length;
  return events.filter(({ id, type }, index) => {
    if (type !== 'HopPrepared') return false;
    const next = events[index + 1];
    return !once || next?.type !== 'AdviceGiven' || causeOf(next) !== id;
  });
};

const causeOf = ({ metadata }: Pick<StoredEvent, 'metadata'>): string | null =>
  (metadata as { causationId: string | null }).causationId;
