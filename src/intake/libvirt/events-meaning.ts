import type { VmEvent } from '../../domain/vm/events.js';
import type { EventHead } from './events-line.js';

/** What an event says of a VM, or why it says nothing that hopledger keeps. */
export type Meaning =
  { readonly event: VmEvent; readonly ignored: null } | { readonly event: null; readonly ignored: string };

interface Where {
  readonly host: string;
  readonly name: string;
}

const unknownProcess = { build: null, configuration: null, kernel: null } as const;

/** libvirt's lifecycle words that change what a VM carries or where it is. */
const LIFECYCLE: Readonly<Record<string, (where: Where) => VmEvent>> = {
  'Started Booted': (where) => ({ type: 'VmLaunched', ...where, ...unknownProcess }),
  // A reset that libvirt turns into a new process (confidential guests): a cold boot like any other.
  'Started Recreation': (where) => ({ type: 'VmLaunched', ...where, ...unknownProcess }),
  'Started Migrated': (where) => ({ type: 'HopStarted', via: 'migration', ...where, ...unknownProcess }),
  'Started Restored': (where) => restored(where),
  'Started Snapshot': (where) => restored(where),
  'Resumed Migrated': (where) => ({
    type: 'HopCompleted',
    attestedBy: 'destination',
    statistics: null,
    ...where,
  }),
  'Stopped Migrated': (where) => ({ type: 'HopCompleted', attestedBy: 'source', statistics: null, ...where }),
  'Stopped Saved': (where) => ({ type: 'StateSaved', savedState: null, stopped: true, ...where }),
  'Stopped Shutdown': (where) => ({ type: 'VmStopped', reason: 'shutdown', ...where }),
  'Stopped Destroyed': (where) => ({ type: 'VmStopped', reason: 'destroyed', ...where }),
  'Stopped Crashed': (where) => ({ type: 'VmStopped', reason: 'crashed', ...where }),
  // Of a refused hop, but of a QEMU that was killed too: the words do not tell, so no HopFailed.
  'Stopped Failed': (where) => ({ type: 'VmStopped', reason: 'failed', ...where }),
  'Stopped Snapshot': (where) => ({ type: 'VmStopped', reason: 'from-snapshot', ...where }),
  'Stopped Recreation': (where) => ({ type: 'VmStopped', reason: 'unknown', ...where }),
};

const restored = (where: Where): VmEvent => ({
  type: 'StateRestored',
  savedState: null,
  fromVm: null,
  ...where,
  ...unknownProcess,
});

/** Lifecycle words without such a change; a key of one word stands for all its details. */
const LIFECYCLE_IGNORED: Readonly<Record<string, string>> = {
  Defined: 'a definition changed, no process did',
  Undefined: 'a definition changed, no process did',
  'Suspended Migrated': 'seen on the source of every hop, of one that fails too',
  'Suspended Post-copy': 'post-copy goes on; the hop is not complete',
  'Resumed Post-copy': 'post-copy: runs at the destination, memory still to come',
  'Suspended Post-copy Error': 'post-copy is broken off; neither end has the whole guest',
  'Resumed Post-copy Error': 'post-copy is broken off; neither end has the whole guest',
  Suspended: 'the process stays',
  Resumed: 'the process stays',
  Shutdown: 'a Stopped event follows when the process ends',
  PMSuspended: 'the guest sleeps, the process stays',
  'Started Event wakeup': 'the guest woke up in the process it slept in',
  Crashed: 'the guest panicked; a Stopped event follows if the process ends',
};

/** Other kinds that virsh knows, with no further reason than that hops and what a VM carries do not depend on them. */
const NO_CONCERN =
  'rtc-change io-error io-error-reason graphics control-error block-job block-job-2 disk-change tray-change ' +
  'pm-wakeup pm-suspend pm-suspend-disk tunable agent-lifecycle metadata-change block-threshold memory-failure ' +
  'nic-mac-change';

/** Kinds of which no event is kept, whatever it says, and why. The host kit does not even send them (`follow.sh`). */
export const IGNORED_KINDS: Readonly<Record<string, string>> = {
  'migration-iteration': 'progress of a hop',
  'device-removal-failed': 'the guest kept the device',
  watchdog: 'a reset by the watchdog comes as a reboot event too',
  'balloon-change': 'memory size is no part of what a VM carries',
  'memory-device-size-change': 'memory size is no part of what a VM carries',
  ...Object.fromEntries(NO_CONCERN.split(' ').map((kind) => [kind, 'no concern of live migration'])),
};

/** libvirt's `virDomainJobOperation`, for the words of the reason. */
const OPERATIONS = [
  'unknown',
  'start',
  'save',
  'restore',
  'incoming migration',
  'outgoing migration',
  'snapshot',
  'snapshot revert',
  'dump',
  'backup',
  'snapshot delete',
] as const;
const OUTGOING_MIGRATION = '5';

/**
 * What an event means. `fields` are the `key: value` lines below its head.
 * Never fails: what hopledger has no use for is ignored with a reason, and so is what it does not know.
 */
export const meaningOf = (head: EventHead, fields: ReadonlyMap<string, string>, host: string): Meaning => {
  const where: Where = { host, name: head.domain };
  switch (head.kind) {
    case 'lifecycle':
      return lifecycle(head.detail, where);
    case 'reboot':
      return keep({ type: 'GuestReset', reason: null, ...where });
    case 'device-added':
      return head.detail === ''
        ? ignore('device-added without an alias')
        : keep({
            type: 'DevicePlugged',
            device: { alias: head.detail, qomType: null, address: null, properties: {} },
            ...where,
          });
    case 'device-removed':
      return head.detail === ''
        ? ignore('device-removed without an alias')
        : keep({ type: 'DeviceUnplugged', alias: head.detail, ...where });
    case 'job-completed':
      return jobCompleted(fields, where);
    default:
      return ignore(own(IGNORED_KINDS, head.kind) ?? 'unknown kind of event');
  }
};

const lifecycle = (words: string, where: Where): Meaning => {
  const make = own(LIFECYCLE, words);
  if (make !== undefined) return keep(make(where));
  const why = own(LIFECYCLE_IGNORED, words) ?? own(LIFECYCLE_IGNORED, words.split(' ', 1)[0] ?? '');
  // virsh translates its words, so that a German host says "Gestartet".
  return ignore(why ?? 'unknown lifecycle words; virsh must run with LC_ALL=C');
};

const jobCompleted = (fields: ReadonlyMap<string, string>, where: Where): Meaning => {
  const operation = fields.get('operation') ?? '';
  if (operation !== OUTGOING_MIGRATION) {
    return ignore(`job completed: ${OPERATIONS[Number(operation || '0')] ?? 'unknown'}`);
  }
  const success = fields.get('success');
  if (success === 'no' || success === '0') return ignore('the job ended without success');
  return keep({
    type: 'HopCompleted',
    attestedBy: 'source',
    statistics: {
      totalMs: count(fields.get('time_elapsed')),
      downtimeMs: count(fields.get('downtime')),
      transferredBytes: count(fields.get('data_processed')),
    },
    ...where,
  });
};

const count = (text: string | undefined): number | null => {
  if (text === undefined || !/^\d{1,16}$/.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
};

/** Words come from outside: `constructor` is none of ours. */
const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

const keep = (event: VmEvent): Meaning => ({ event, ignored: null });
const ignore = (reason: string): Meaning => ({ event: null, ignored: reason });
