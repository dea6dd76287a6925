import { BadPosition } from '../ledger/errors.js';
import { START, type Filter, type Ledger, type StoredEvent, type StreamName } from '../ledger/port.js';
import { MAX_VMS_PER_COMMIT, type Projection } from './apply-batch.js';
import { HOST_PREFIX, uuidOfStream } from '../recording/streams.js';
import { foldVms } from './fold-vms.js';
import { hostWithNews } from './host-news.js';
import type { Checkpoint } from './views-writer.js';

/**
 * Whether the checkpoint is of another ledger: its last event is not where it was. So it is after a ledger was put back
 * from a backup, or replaced; reading on would leave rows of events that are no more.
 * @param filter what was read up to the checkpoint
 */
export const isOtherLedger = async (
  ledger: Pick<Ledger, 'readAll'>,
  { position, preceding, eventId }: Checkpoint,
  filter?: Filter,
): Promise<boolean> => {
  if (position === START) return false;
  const from = eventId === null ? position : preceding;
  try {
    for await (const event of ledger.readAll(from, filter, 1))
      return eventId !== null && event.id !== eventId;
    return eventId !== null;
  } catch (error) {
    if (error instanceof BadPosition) return true;
    throw error;
  }
};

/** What could not be read by the hopledger before this one may be read by this one. */
export const retryFailed = async (
  projection: Projection,
  ledger: Pick<Ledger, 'readStream'>,
): Promise<void> => {
  const { writer } = projection;
  const uuids = new Set<string>();
  for (const stream of writer.failedStreams()) {
    const uuid = uuidOfStream(stream);
    if (uuid !== null) uuids.add(uuid);
    else if (await isReadable(stream, projection, ledger)) {
      for (const affected of writer.vmsOfHost(stream.slice(HOST_PREFIX.length))) uuids.add(affected);
      writer.mend(stream);
    }
  }
  const all = [...uuids];
  for (let start = 0; start < all.length; start += MAX_VMS_PER_COMMIT)
    await rederive(all.slice(start, start + MAX_VMS_PER_COMMIT), projection);
};

/** Takes in a host's stream from its beginning. */
const isReadable = async (
  stream: string,
  { hosts }: Projection,
  ledger: Pick<Ledger, 'readStream'>,
): Promise<boolean> => {
  const events: StoredEvent[] = [];
  for await (const event of ledger.readStream(stream as StreamName)) events.push(event);
  try {
    for (const event of events) hostWithNews(hosts, event);
    return true;
  } catch {
    return false; // it is among the failures already
  }
};

/** Derives VMs one by one from their own events. */
export const rederive = async (uuids: readonly string[], projection: Projection): Promise<void> => {
  const folded = await foldVms(uuids, projection.histories, projection.knowledge());
  projection.writer.commit({ ...folded, checkpoint: null });
  folded.failures.forEach(projection.failed);
};
