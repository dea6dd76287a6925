import { domainXml, type Guest } from './guest.js';
import type { LabHost } from './lab-host.js';
import type { CommandResult } from './run-command.js';

/** Defines and starts it. */
export const start = async (host: LabHost, guest: Guest): Promise<void> => {
  host.write('/var/tmp/guest.xml', domainXml(guest));
  await host.virsh('define', '/var/tmp/guest.xml');
  await host.virsh('start', guest.name);
};

/**
 * A live migration as an operator asks for it. The disk is shared, which libvirt cannot see.
 * @param regenerated the domain XML with which a manager of VMs replaces the one that libvirt would hand on
 */
export const migrate = (
  from: LabHost,
  to: LabHost,
  guest: Guest,
  regenerated?: Guest,
): Promise<CommandResult> => {
  const command = ['migrate', '--live', '--unsafe', guest.name, `qemu+tcp://${to.name}/system`];
  if (regenerated !== undefined) {
    from.write('/var/tmp/regenerated.xml', domainXml(regenerated));
    command.push('--xml', '/var/tmp/regenerated.xml');
  }
  return from.run('virsh', '-q', ...command);
};

/** `running`, `shut off` … */
export const stateOf = async (host: LabHost, guest: Guest): Promise<string> =>
  (await host.run('virsh', '-q', 'domstate', guest.name)).out.trim();

/** How many entries the first queue of its disk has, in the words of QEMU. */
export const queueSize = async (host: LabHost, guest: Guest): Promise<number> => {
  const path = '/machine/peripheral/virtio-disk0/virtio-backend';
  const status = await qmp<{ readonly 'vring-num': number }>(host, guest, 'x-query-virtio-queue-status', {
    path,
    queue: 0,
  });
  return status['vring-num'];
};

/** PCI_ERR_UNCOR_MASK of the first root port, through the guest's own memory; SeaBIOS has mapped it there. */
export const uncorrectableErrorMask = async (host: LabHost, guest: Guest): Promise<string> => {
  const out = await host.virsh('qemu-monitor-command', '--hmp', guest.name, 'xp /1wx 0xb0008108');
  return /: (0x[0-9a-f]{8})/.exec(out)?.[1] ?? out;
};

/** The end of its log on a host: there are the destination's words. */
export const logOf = (host: LabHost, guest: Guest): string =>
  host.read(`/var/log/libvirt/qemu/${guest.name}.log`);

const qmp = async <T>(host: LabHost, guest: Guest, execute: string, args: object): Promise<T> => {
  const out = await host.virsh(
    'qemu-monitor-command',
    guest.name,
    JSON.stringify({ execute, arguments: args }),
  );
  return (JSON.parse(out) as { return: T }).return;
};
