import type { HostEvent } from '../../domain/host/report.js';
import type { Recorded } from '../../domain/vm/envelope.js';
import type { VmEvent } from '../../domain/vm/events.js';
import type { StoredEvent, StreamName } from '../../ledger/port.js';
import { toRecorded } from '../../recording/codec.js';
import { uuidOfStream, vmStream } from '../../recording/streams.js';
import type * as G from '../schema.generated.js';

/** Of a VM's own history. */
export const presentEvent = (uuid: string, event: Recorded): G.RecordedEvent =>
  present(vmStream(uuid), event);

/** Of the feed, which holds events of VMs and hosts. */
export const presentStored = (stored: StoredEvent): G.RecordedEvent =>
  present(stored.stream, toRecorded<VmEvent | HostEvent>(stored));

const present = (stream: StreamName, event: Recorded<VmEvent | HostEvent>): G.RecordedEvent => {
  const { type, ...data } = event.data;
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
