import type { NewEvent, StoredEvent } from '../ledger/port.js';
import type { EventMetadata, Recorded } from '../domain/vm/envelope.js';
import type { ProposedEvent } from '../domain/vm/decide.js';
import type { VmEvent } from '../domain/vm/events.js';
import type { BuildProbed, HostEvent } from '../domain/host/report.js';
import { currentVersion, upcast } from '../domain/vm/upcast.js';

/** The ledger holds the type beside the data; in the domain it is the discriminator. */
export const toNewEvent = ({
  id,
  data,
  metadata,
}: Pick<ProposedEvent, 'id' | 'metadata'> & { data: VmEvent | HostEvent | BuildProbed }): NewEvent => {
  const { type, ...rest } = data;
  return { id, type, data: rest, metadata: { ...metadata, schemaVersion: currentVersion(type) } };
};

/** What this program itself wrote is trusted to be of its shape; its version is not, and is upcast. */
export const toRecorded = <E = VmEvent>(stored: StoredEvent): Recorded<E> => {
  const metadata = stored.metadata as EventMetadata;
  const data = upcast(stored.type, metadata.schemaVersion, stored.data as Record<string, unknown>);
  return {
    id: stored.id,
    data: { type: stored.type, ...data } as E,
    metadata,
    recordedAt: stored.recordedAt,
    position: stored.position,
    revision: stored.revision,
  };
};
