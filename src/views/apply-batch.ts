import type { Knowledge } from '../domain/vm/derive.js';
import { START, type Position, type StoredEvent } from '../ledger/port.js';
import { BUILD_PREFIX, HOST_PREFIX, uuidOfStream } from '../recording/streams.js';
import type { Batch } from './batches.js';
import { foldVms } from './fold-vms.js';
import type { Histories } from './histories.js';
import { hostWithNews, type HostKnowledge } from './host-news.js';
import { messageOf } from './views-log.js';
import type { Checkpoint, FailedStream, ViewsWriter } from './views-writer.js';

/** VMs of one transaction: bounds how long it blocks the loop, to about 20 ms. */
export const MAX_VMS_PER_COMMIT = 256;

/** What a batch is applied to, and with. */
export interface Projection {
  readonly writer: ViewsWriter;
  readonly histories: Histories;
  readonly hosts: HostKnowledge;
  readonly knowledge: () => Knowledge;
  /** Told of each stream that failed. */
  readonly failed: (failure: FailedStream) => void;
}

/**
 * Folds a batch into the views. Rows and checkpoint are one transaction; when a host's news touches more VMs than fit in
 * one, the checkpoint goes with the last, and after a crash in between all of it is done again, to the same effect.
 *
 * A VM is derived from its whole stream, which may hold events that are yet to come in a later batch. Its row then says
 * so by its position, and those events are passed over when they come: on a rebuild each VM is derived once.
 */
export const applyBatch = async (batch: Batch, projection: Projection): Promise<void> => {
  const { writer, histories, failed } = projection;
  const { touched, failures } = touchedBy(batch.events, projection);
  const checkpoint = checkpointAfter(batch, writer.checkpoint);
  const uuids = [...touched];
  let start = 0;
  do {
    const some = uuids.slice(start, start + MAX_VMS_PER_COMMIT);
    const folded = await foldVms(some, histories, projection.knowledge());
    start += some.length;
    const isLast = start >= uuids.length;
    const all = [...folded.failures, ...(isLast ? failures : [])];
    writer.commit({ vms: folded.vms, failures: all, checkpoint: isLast ? checkpoint : null });
    all.forEach(failed);
  } while (start < uuids.length);
};

/** The VMs to derive anew, and hosts' events that cannot be read. */
const touchedBy = (
  events: readonly StoredEvent[],
  { writer, histories, hosts }: Projection,
): { readonly touched: ReadonlySet<string>; readonly failures: readonly FailedStream[] } => {
  const last = new Map<string, Position>();
  const touched = new Set<string>();
  const failures: FailedStream[] = [];
  for (const event of events) {
    const { stream, position } = event;
    const uuid = uuidOfStream(stream);
    if (uuid !== null) {
      histories.extend(uuid, event);
      last.set(uuid, position);
    } else if (stream.startsWith(HOST_PREFIX) || stream.startsWith(BUILD_PREFIX)) {
      try {
        const host = hostWithNews(hosts, event);
        if (host !== null) for (const affected of writer.vmsOfHost(host)) touched.add(affected);
      } catch (error) {
        failures.push({ stream, position, seen: position, error: messageOf(error) });
      }
    }
  }
  const seen = writer.seen([...last.keys()]);
  for (const [uuid, position] of last) if ((seen.get(uuid) ?? START) < position) touched.add(uuid);
  return { touched, failures };
};

const checkpointAfter = ({ events, position }: Batch, before: Checkpoint): Checkpoint | null => {
  if (position === null) return null;
  const last = events.at(-1);
  if (last === undefined) return { ...before, position };
  return { position, preceding: events.at(-2)?.position ?? before.position, eventId: last.id };
};
