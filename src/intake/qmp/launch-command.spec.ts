import { describe, expect, it } from '@jest/globals';
import { readLaunchCommand } from './launch-command.js';

const BASE = 'qemu-system-x86_64 -nodefaults -machine q35 -device e1000e,id=net0';

describe('the command line of a QEMU', () => {
  it('gives its configuration where it names every device', () => {
    expect(readLaunchCommand(`${BASE} -drive if=none,id=d -vga none`)).toMatchObject({
      doubt: null,
      incoming: false,
      restores: false,
      configuration: { machineType: 'q35', exact: true, devices: [{ alias: 'net0', qomType: 'e1000e' }] },
    });
  });

  it.each([
    ['qemu-system-x86_64 -machine q35', 'without -nodefaults QEMU adds devices of its own'],
    [`${BASE} -nic user`, '-nic makes devices that no -device names'],
    [`${BASE} -drive file=a.img,if=virtio`, '-drive makes devices that no -device names'],
    [`${BASE} -cdrom a.iso`, '-cdrom makes devices that no -device names'],
    [`${BASE} -name 'web`, 'the command line is cut off'],
    ['qemu-system-x86_64 -nodefaults', 'the command line names no machine type'],
  ])('gives none where it does not: %s', (text, doubt) => {
    expect(readLaunchCommand(text)).toMatchObject({ configuration: null, doubt });
  });

  it('tells how the process began', () => {
    expect(readLaunchCommand(`${BASE} -incoming tcp:0:4444`)).toMatchObject({
      incoming: true,
      restores: false,
    });
    expect(readLaunchCommand(`${BASE} -incoming file:/x`)).toMatchObject({ incoming: true, restores: true });
    expect(readLaunchCommand(`${BASE} -loadvm before`)).toMatchObject({ restores: true });
  });

  it('is read with blanks and quotes in its words as the kernel has it', () => {
    const words = [
      '/opt/my qemu/qemu-system-x86_64',
      '-nodefaults',
      '-machine',
      'q35',
      '-device',
      "e1000e,id=it's",
    ];
    expect(readLaunchCommand(words.map((word) => `${word}\0`).join('')).configuration?.devices).toMatchObject(
      [{ alias: "it's" }],
    );
  });
});
