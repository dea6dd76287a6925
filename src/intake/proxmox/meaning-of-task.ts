import type { SourceReport } from '../sources/reading.js';
import type { GuestConfig } from './guest-config.js';
import type { TaskLog, Upid } from './task.js';

export interface TaskEvent {
  readonly event: SourceReport['event'];
  readonly atMs: number;
}

/**
 * Proxmox tells neither QEMU's build nor the devices as QEMU has them: what it adds depends on its own version. The
 * machine type is known where the configuration pins it.
 */
export const factsOf = (guest: GuestConfig | null) => ({
  build: null,
  configuration: null,
  kernel: null,
  ...(guest?.machineType == null ? {} : { machineType: guest.machineType }),
});

interface Where {
  readonly host: string;
  readonly name: string | null;
}

/** What a task did, or why it says nothing of hops. Times are the log's where it has stamps, else the task's. */
export const meaningOfTask = (
  upid: Upid,
  log: TaskLog,
  endedAt: number | null,
  guest: GuestConfig | null,
  where: Where,
): readonly TaskEvent[] | string => {
  if (log.outcome === null) return 'the task has not ended';
  if (upid.type === 'qmigrate') return ofMigration(upid, log, endedAt, { where, guest });
  if (log.outcome === 'error') return 'the task failed';
  const facts = factsOf(guest);
  const one = (event: SourceReport['event']): readonly TaskEvent[] => [
    { event, atMs: endedAt ?? upid.startedAt },
  ];
  const says = (pattern: RegExp): boolean => log.lines.some(({ text }) => pattern.test(text));
  switch (upid.type) {
    case 'qmstart':
      if (says(/^migration listens on /))
        return one({ type: 'HopStarted', via: 'migration', ...where, ...facts });
      return one(
        says(/^Resuming suspended VM$/)
          ? { type: 'StateRestored', savedState: null, fromVm: null, ...where, ...facts }
          : { type: 'ProcessStarted', ...where, ...facts },
      );
    case 'qmreset':
      return one({ type: 'GuestReset', reason: 'qmreset', ...where });
    case 'qmshutdown':
      return one({ type: 'VmStopped', reason: 'shutdown', ...where });
    case 'qmstop':
      return one({ type: 'VmStopped', reason: 'destroyed', ...where });
    case 'qmrollback': {
      const vmstate = guest?.parent?.vmstate ?? null;
      return vmstate === null
        ? 'no snapshot with RAM is known of'
        : // Which snapshot it was, the task does not say, and `parent` may be a later one by now.
          one({ type: 'StateRestored', savedState: null, fromVm: null, ...where, ...facts });
    }
    default:
      return 'no concern of live migration';
  }
};

/**
 * A live migration as its source saw it. The task ends well only once the guest runs at the target, so `TASK OK` is
 * more than QEMU's `completed`.
 */
const ofMigration = (
  { startedAt }: Upid,
  { outcome, error, lines }: TaskLog,
  endedAt: number | null,
  { where, guest }: { readonly where: Where; readonly guest: GuestConfig | null },
): readonly TaskEvent[] | string => {
  const isLive = lines.some(({ text }) => text.startsWith('starting online/live migration'));
  if (!isLive)
    return outcome === 'ok' ? 'an offline migration: no guest ran' : 'it failed before the guest was sent';
  const stamped = lines.findLast(({ afterMs }) => afterMs !== null)?.afterMs ?? null;
  const completed = lines.find(({ text }) => text === 'migration status: completed')?.afterMs ?? null;
  const end = endedAt ?? startedAt + (stamped ?? 0);
  if (outcome === 'ok') {
    const statistics = { totalMs: null, downtimeMs: downtimeOf(lines), transferredBytes: null };
    const atMs = completed === null ? end : startedAt + completed;
    return [{ event: { type: 'HopCompleted', attestedBy: 'source', statistics, ...where }, atMs }];
  }
  // Something was wrong afterwards, with locks, volumes or the resuming: the log does not say where the guest is.
  if (completed !== null) return 'the guest was sent, and then the task failed: it may run at the target';
  return [
    // It ran there, which says so to a ledger that never heard of it before.
    { event: { type: 'VmAdopted', ...where, ...factsOf(guest) }, atMs: startedAt },
    { event: { type: 'HopFailed', error, ...where }, atMs: end },
  ];
};

/** `average migration speed: 1.2 GiB/s - downtime 57 ms` */
const downtimeOf = (lines: TaskLog['lines']): number | null => {
  for (const { text } of lines) {
    const [, ms] = /^average migration speed: .* - downtime (\d{1,9}) ms$/.exec(text) ?? [];
    if (ms !== undefined) return Number(ms);
  }
  return null;
};
