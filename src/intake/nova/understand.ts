import { HopledgerError } from '../../errors.js';
import { eventId } from '../../recording/event-id.js';
import { isHostName } from '../../recording/streams.js';
import type { SourceReport, Understood } from '../sources/reading.js';
import { readNotification, type NovaNotification } from './notification.js';

/** Nova tells neither QEMU's build, nor the machine type, nor devices, nor the kernel. */
const UNTOLD = { build: null, configuration: null, kernel: null } as const;

/**
 * Begins at the source once QEMU's and libvirt's part is done: the guest has left. Its end trails the destination's
 * word, and would make the guest leave after it arrived.
 */
const LEFT = 'live_migration_post';

type Event = SourceReport['event'];
interface Where {
  readonly host: string;
  readonly name: string | null;
}
type Meaning = readonly Event[] | string;

const launched = (where: Where): readonly Event[] => [{ type: 'VmLaunched', ...where, ...UNTOLD }];
const stopped = (where: Where, reason: string): readonly Event[] => [{ type: 'VmStopped', reason, ...where }];

/**
 * What the end of an action means, by its name between `instance.` and `.end`. Those that the service at the other
 * end publishes are told of that host: the payload names the instance's host, which is still the source.
 *
 * Both kinds of reboot end in a new process: a soft one shuts the guest down and launches it again, and one that the
 * guest answers by rebooting itself times out into a hard one (`_soft_reboot` in Nova's libvirt driver).
 */
const meaningOf = (action: string, { publisher, instance }: Instance): Meaning => {
  const name = nameOf(instance.name);
  const at = (host: string): Where => ({ host, name });
  switch (action) {
    case 'live_migration_pre':
      return [{ type: 'HopPrepared', via: 'migration', configuration: null, ...at(publisher) }];
    case 'live_migration_post_dest':
      return [{ type: 'HopCompleted', attestedBy: 'destination', statistics: null, ...at(publisher) }];
    case LEFT:
      return [{ type: 'HopCompleted', attestedBy: 'source', statistics: null, ...at(publisher) }];
    case 'live_migration_rollback_dest':
      return [{ type: 'HopFailed', error: instance.fault, ...at(publisher) }];
    case 'live_migration_rollback':
      // It runs on there, which says so to a ledger that never heard of it before.
      return [
        { type: 'VmAdopted', ...at(publisher), ...UNTOLD },
        { type: 'HopFailed', error: instance.fault, ...at(publisher) },
      ];
  }
  const here = at(instance.host ?? publisher);
  const isUp = instance.powerState === null || instance.powerState === 'running';
  switch (action) {
    case 'create':
    case 'reboot':
    case 'power_on':
    case 'rebuild':
    case 'unshelve':
    case 'restore':
    case 'rescue':
    case 'unrescue':
    case 'resize_finish':
    case 'resize_revert':
      return isUp ? launched(here) : 'the instance was not started';
    case 'resume':
      return [{ type: 'StateRestored', savedState: null, fromVm: null, ...here, ...UNTOLD }];
    case 'suspend':
      return [{ type: 'StateSaved', savedState: null, stopped: true, ...here }];
    case 'power_off':
    case 'shelve':
      // Nova asks the guest, and destroys it when that takes too long; it does not tell which it was.
      return stopped(here, 'unknown');
    case 'soft_delete':
    case 'shutdown':
      return instance.powerState === 'shutdown' ? 'the instance was off already' : stopped(here, 'destroyed');
    default:
      return 'no concern of live migration';
  }
};

interface Instance extends NovaNotification {
  readonly instance: NonNullable<NovaNotification['instance']>;
}

/** A display name may hold anything; what cannot be a name is none. */
const nameOf = (given: string | null): string | null =>
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  given === null || given === '' || given.length > 200 || /[\u0000-\u001f\u007f]/.test(given) ? null : given;

/**
 * What a notification of Nova says. Only what has ended is a fact: `.start` is an intention, but for {@link LEFT}.
 * @throws HopledgerError BAD_INPUT when it is no versioned notification
 */
export const understandNova = (value: unknown): Understood => {
  const said = readNotification(value);
  const { messageId, eventType, instance, service, publisher, at } = said;
  const ignored = (why: string): Understood => ({ id: messageId, reading: { kind: 'ignored', why } });
  if (instance === null) return ignored('not of an instance');
  const [, action, phase] = /^instance\.([\w-]+)(?:\.(\w+))?$/.exec(eventType) ?? [];
  if (action === undefined || phase !== (action === LEFT ? 'start' : 'end'))
    return ignored('not the moment that something became true');
  if (service !== 'nova-compute') return ignored('not published by the service of a host');
  const meaning = meaningOf(action, { ...said, instance });
  if (typeof meaning === 'string') return ignored(meaning);
  const [first] = meaning;
  if (first !== undefined && !isHostName(first.host))
    throw new HopledgerError('BAD_INPUT', 'neither publisher_id nor payload names a host', {
      field: 'publisher_id',
    });
  const reports = meaning.map((event) => ({ id: eventId('nova', messageId, event.type), event, at }));
  const { uuid, requestId, taskState, powerState } = instance;
  const raw = { messageId, publisher, eventType, requestId, taskState, powerState };
  return { id: messageId, reading: { kind: 'reports', uuid, reports, names: [], raw } };
};
