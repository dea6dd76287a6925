import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the hosts see the storage they share. */
const IMAGES = '/var/lib/images';
const DISK = 'disk.raw';
/** Stands for a guest system that runs and has no driver for its disk, so that nothing sets the queues of it anew. */
const IDLE_FIRMWARE = 'idle.rom';
const ROM_BYTES = 65_536;
const RESET_VECTOR = ROM_BYTES - 16;
const CLI_HLT_JMP = [0xfa, 0xf4, 0xeb, 0xfd];

export const writeGuestFiles = (images: string): void => {
  const rom = Buffer.alloc(ROM_BYTES);
  rom.set(CLI_HLT_JMP, RESET_VECTOR);
  writeFileSync(join(images, IDLE_FIRMWARE), rom);
  writeFileSync(join(images, DISK), '');
  truncateSync(join(images, DISK), 1024 * 1024);
};

export interface Guest {
  readonly name: string;
  readonly uuid: string;
  /** With the idle firmware instead of SeaBIOS, which takes the disk's queues into use. */
  readonly idle?: boolean;
  readonly disk?: boolean;
  /** QEMU arguments of the definition. */
  readonly arguments?: readonly string[];
}

/** A domain of type pc-q35-7.2 with two root ports, emulated; nothing in it blocks a migration. */
export const domainXml = (
  guest: Guest,
): string => `<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>${guest.name}</name>
  <uuid>${guest.uuid}</uuid>
  <memory unit='MiB'>64</memory>
  <vcpu>1</vcpu>
  <os>
    <type arch='x86_64' machine='pc-q35-7.2'>hvm</type>${guest.idle === true ? `\n    <loader type='rom' readonly='yes'>${IMAGES}/${IDLE_FIRMWARE}</loader>` : ''}
  </os>
  <features><acpi/></features>
  <on_reboot>restart</on_reboot>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <controller type='usb' model='none'/>
    <controller type='pci' index='0' model='pcie-root'/>
    <controller type='pci' index='1' model='pcie-root-port'/>
    <controller type='pci' index='2' model='pcie-root-port'/>${guest.disk === true ? DISK_XML : ''}
    <memballoon model='none'/>
  </devices>${argumentsXml(guest.arguments ?? [])}
</domain>
`;

const DISK_XML = `
    <disk type='file' device='disk'>
      <driver name='qemu' type='raw' cache='none'/>
      <source file='${IMAGES}/${DISK}'/>
      <target dev='vda' bus='virtio'/>
    </disk>`;

const argumentsXml = (given: readonly string[]): string =>
  given.length === 0
    ? ''
    : `\n  <qemu:commandline>${given.map((value) => `<qemu:arg value='${value}'/>`).join('')}</qemu:commandline>`;
