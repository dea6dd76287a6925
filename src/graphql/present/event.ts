import type { BuildProbed, HostEvent } from '../../domain/host/report.js';
import type { Recorded } from '../../domain/vm/envelope.js';
import type { VmEvent } from '../../domain/vm/events.js';
import type { StoredEvent, StreamName } from '../../ledger/port.js';
import type { CatalogueRevised } from '../../recording/catalogue-log.js';
import { toRecorded } from '../../recording/codec.js';
import { uuidOfStream, vmStream } from '../../recording/streams.js';
import type * as G from '../schema.generated.js';

/** Of a VM's own history. */
export const presentEvent = (uuid: string, event: Recorded): G.RecordedEvent =>
  present(vmStream(uuid), event);

type FeedEvent =
  VmEvent | HostEvent | BuildProbed | ({ readonly type: 'CatalogueRevised' } & CatalogueRevised);

/** Of the feed: events of VMs and hosts, and of what answers rest on. */
export const presentStored = (stored: StoredEvent): G.RecordedEvent =>
  present(stored.stream, toRecorded<FeedEvent>(stored));

/** What a binary said can be a quarter of a megabyte: a feed names it, and a host's `probe` shows it. */
const inBrief = (event: FeedEvent): FeedEvent | (Omit<BuildProbed, 'facts'> & { readonly facts: object }) => {
  if (event.type !== 'BuildProbed') return event;
  const { fingerprint, build, target, machineTypes, types } = event.facts;
  const counts = { machineTypeCount: machineTypes.length, deviceTypeCount: types.length };
  return { type: event.type, facts: { fingerprint, build, target, ...counts } };
};

const present = (stream: StreamName, event: Recorded<FeedEvent>): G.RecordedEvent => {
  const { type, ...data } = inBrief(event.data);
  const { metadata } = event;
  return {
    id: event.id,
    type,
    stream,
    vm: uuidOfStream(stream),
    host: 'host' in data ? data.host : null,
    position: event.position,
    revision: event.revision.toString(),
    occurredAt: metadata.occurredAt,
    recordedAt: event.recordedAt,
    clockSkewMs: metadata.clockSkewMs,
    actor: metadata.actor,
    tool: metadata.tool,
    correlationId: metadata.correlationId,
    causationId: metadata.causationId,
    data,
    report: metadata.report,
  };
};
