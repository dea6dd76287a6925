import { setImmediate } from 'node:timers/promises';
import type { Knowledge } from '../domain/vm/derive.js';
import { vmStream } from '../recording/streams.js';
import type { Histories } from './histories.js';
import { messageOf } from './views-log.js';
import type { FailedStream } from './views-writer.js';
import { projectVm, type ProjectedVm } from './vm-row.js';

/** Streams read at the same time: hides the way to a distant ledger. */
const READS_AT_ONCE = 16;
/** Others get their turn at least this often. */
const SLICE_MS = 10;

export interface Folded {
  readonly vms: readonly ProjectedVm[];
  readonly failures: readonly FailedStream[];
}

/**
 * Derives VMs from all that the ledger has of them. A VM that cannot be read or derived becomes a failure and keeps
 * nobody else from being derived.
 *
 * @throws LedgerError when the ledger cannot be read
 */
export const foldVms = async (
  uuids: readonly string[],
  histories: Histories,
  knowledge: Knowledge,
): Promise<Folded> => {
  const vms: ProjectedVm[] = [];
  const failures: FailedStream[] = [];
  let sliceEnds = performance.now() + SLICE_MS;
  for (let start = 0; start < uuids.length; start += READS_AT_ONCE) {
    const some = uuids.slice(start, start + READS_AT_ONCE);
    const read = await Promise.all(some.map(async (uuid) => ({ uuid, history: await histories.of(uuid) })));
    for (const { uuid, history } of read) {
      const stream = vmStream(uuid);
      if ('error' in history) {
        failures.push({ stream, ...history });
        continue;
      }
      try {
        if (history.events.length > 0) vms.push(projectVm(uuid, history, knowledge));
      } catch (error) {
        const { position } = history;
        failures.push({ stream, position, seen: position, error: messageOf(error) });
      }
      if (performance.now() < sliceEnds) continue;
      await setImmediate();
      sliceEnds = performance.now() + SLICE_MS;
    }
    histories.trim();
  }
  return { vms, failures };
};
