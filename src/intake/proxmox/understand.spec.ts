import { describe, expect, it } from '@jest/globals';
import { Q1002 } from '../../../test/domain/story.js';
import { eventsOf, noticesAlong, sample, storyOf } from '../../../test/sources/told-by-source.js';
import { understandProxmox } from './understand.js';

const CONF = sample('proxmox/131.conf');
const PINNED = 'machine: pc-q35-9.2+pve1';
/** The sample with another `machine:` of its own; its snapshot's stays. */
const confOf = (machine: string): string => CONF.replace(PINNED, machine);
const call = (config: string, more: Readonly<Record<string, unknown>> = {}) =>
  understandProxmox({
    host: 'pve1',
    vmid: 131,
    phase: 'post-start',
    at: '2026-11-20T08:00:50Z',
    config,
    ...more,
  });
const task = (type: string, log: string, config: string | null = CONF) =>
  understandProxmox({
    upid: `UPID:pve1:0004FB12:01A2B3C4:${(Date.parse('2026-11-20T09:20:11Z') / 1000).toString(16)}:${type}:131:root@pam:`,
    log,
    config,
    uuid: '0f6b7c1e-52a4-4d0b-9c58-7f1de03a9b42',
  });
const typeOf = (config: string): unknown => {
  const [event] = eventsOf(call(config));
  return event === undefined || !('machineType' in event) ? null : event.machineType;
};

describe('the machine type of a guest of Proxmox VE', () => {
  it('is told by a hookscript’s call, and nothing else of its configuration is', () => {
    expect(eventsOf(call(CONF))).toEqual([
      {
        type: 'ProcessStarted',
        host: 'pve1',
        name: 'erp-db-01',
        build: null,
        configuration: null,
        kernel: null,
        machineType: 'pc-q35-9.2+pve1',
      },
    ]);
    const arriving = call(CONF, { host: 'pve2', migratedFrom: 'pve1' });
    expect(eventsOf(arriving)).toMatchObject([{ type: 'HopStarted', machineType: 'pc-q35-9.2+pve1' }]);
  });

  it.each([
    ['machine: pc-i440fx-9.2', 'pc-i440fx-9.2+pve0'],
    ['machine: pc-q35-9.2+pve1,viommu=intel', 'pc-q35-9.2+pve1'],
    ['machine: viommu=virtio,type=pc-q35-10.0', 'pc-q35-10.0+pve0'],
    ['machine: virt-9.2', 'virt-9.2+pve0'],
    ['machine: q35\nrunningmachine: pc-q35-9.2+pve1', 'pc-q35-9.2+pve1'],
  ])('is that which QEMU is given: by %j it is %s', (configured, given) => {
    expect(typeOf(confOf(configured))).toBe(given);
  });

  it.each([['machine: q35'], ['machine: pc'], ['machine: viommu=intel'], ['machine: pc-q35-9.2.pxe'], ['']])(
    'is not known by %j, whatever a snapshot has: the node’s QEMU decided at the start',
    (configured) => {
      expect(typeOf(confOf(configured))).toBeNull();
    },
  );

  it.each([
    ['qmstart', 'TASK OK', 'ProcessStarted'],
    ['qmstart', 'migration listens on unix:/run/qemu-server/131.migrate\nTASK OK', 'HopStarted'],
    ['qmstart', 'Resuming suspended VM\nTASK OK', 'StateRestored'],
    ['qmigrate', sample('proxmox/qmigrate-failed.log'), 'VmAdopted'],
  ])('is told by a task (%s, %j) whose configuration comes along', (type, log, event) => {
    expect(eventsOf(task(type, log))[0]).toMatchObject({ type: event, machineType: 'pc-q35-9.2+pve1' });
    expect(eventsOf(task(type, log, null))[0]).not.toHaveProperty('machineType');
  });

  it('is known where the guest is, while its configuration stays unknown', () => {
    const { current } = storyOf(
      call(CONF),
      call(CONF, { host: 'pve2', phase: 'pre-start', at: '2026-11-20T09:14:50Z', migratedFrom: 'pve1' }),
      call(CONF, { host: 'pve2', at: '2026-11-20T09:14:52Z', migratedFrom: 'pve1' }),
      task('qmigrate', sample('proxmox/qmigrate-ok.log')),
    ).vm();
    expect(current).toMatchObject({ host: 'pve2', toldMachineType: 'pc-q35-9.2+pve1', configuration: null });
  });

  it('has its end told of: a revision of Proxmox VE ends with the machine type that it is one of', () => {
    const story = storyOf(call(confOf('machine: pc-q35-5.2+pve0')));
    const [ending] = noticesAlong(story, Q1002, 'pve1').filter(({ type }) => type === 'machine_type.ending');
    expect(ending?.data).toMatchObject({
      machineType: 'pc-q35-5.2+pve0',
      text: 'pc-q35-5.2+pve0 is deprecated from 9.1, gone in 11.2',
      removedIn: '11.2',
    });
  });
});
