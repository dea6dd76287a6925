import { describe, expect, it } from '@jest/globals';
import { parseCommandLine } from './command-line.js';
import { pciAddress } from './command-line-devices.js';
import { splitShellWords } from './command-line-words.js';

const modern = String.raw`LC_ALL=C \
PATH=/usr/sbin:/usr/bin:/sbin:/bin \
HOME=/var/lib/libvirt/qemu/domain-3-vm2 \
/usr/bin/qemu-system-x86_64 \
-name guest=vm2,debug-threads=on \
-S \
-object '{"qom-type":"secret","id":"masterKey0","format":"raw","file":"/var/lib/libvirt/qemu/domain-3-vm2/master-key.aes"}' \
-machine pc-q35-7.2,usb=off,dump-guest-core=off,memory-backend=pc.ram,acpi=on \
-accel kvm \
-cpu host,migratable=on,pcid=off,hv-time=on,hv-spinlocks=0x1fff \
-uuid 11111111-2222-4333-8444-00000000000A \
-no-user-config \
-device '{"driver":"pcie-root-port","port":8,"chassis":1,"id":"pci.1","bus":"pcie.0","multifunction":true,"addr":"0x1"}' \
-device '{"driver":"pcie-root-port","port":9,"id":"pci.2","bus":"pcie.0","addr":"0x1.0x1","x-pcie-err-unc-mask":true}' \
-device '{"driver":"e1000e","netdev":"hostnet0","id":"net0","mac":"52:54:00:00:00:02","bus":"pci.1","addr":"0x0","romfile":""}' \
-device '{"driver":"scsi-hd","wwn":5764607523034234880,"id":"scsi0-0-0-0","bus":"scsi0.0","password-secret":"s0"}' \
-device '{"driver":"pvpanic-pci","bus":"pci.17","addr":"0x1f.0x7"}' \
-global ICH9-LPC.noreboot=off \
-global pcie-root-port.x-pcie-err-unc-mask=on \
-global driver=e1000e,property=x-pcie-err-unc-mask,value=on \
-incoming defer \
-msg timestamp=on
`;

describe('a QEMU command line from a log', () => {
  it('says which VM it is and that state will come in', () => {
    expect(parseCommandLine(modern)).toMatchObject({
      uuid: '11111111-2222-4333-8444-00000000000a',
      name: 'vm2',
      incoming: true,
      incomingUri: 'defer',
      loadvm: null,
      cutOff: false,
    });
  });

  it('gives the launch configuration in the words of the domain XML', () => {
    const { configuration } = parseCommandLine(modern);
    expect(configuration).toMatchObject({ machineType: 'pc-q35-7.2', accelerator: 'kvm' });
    expect(configuration?.cpu).toEqual({
      mode: 'host-passthrough',
      model: null,
      features: [
        { name: 'pcid', policy: 'disable' },
        { name: 'hv-time', policy: 'require' },
      ],
    });
    expect(configuration?.globals).toEqual([
      { driver: 'ICH9-LPC', property: 'noreboot', value: 'off' },
      { driver: 'pcie-root-port', property: 'x-pcie-err-unc-mask', value: 'on' },
      { driver: 'e1000e', property: 'x-pcie-err-unc-mask', value: 'on' },
    ]);
  });

  it('reads JSON devices: booleans as on and off, numbers to the last digit, no place and no secret', () => {
    const devices = parseCommandLine(modern).configuration?.devices ?? [];
    expect(devices.map(({ alias, qomType, address }) => [alias, qomType, address])).toEqual([
      ['pci.1', 'pcie-root-port', '0000:00:01.0'],
      ['pci.2', 'pcie-root-port', '0000:00:01.1'],
      ['net0', 'e1000e', '0000:01:00.0'],
      ['scsi0-0-0-0', 'scsi-hd', null],
      ['pvpanic-pci@0000:11:1f.7', 'pvpanic-pci', '0000:11:1f.7'],
    ]);
    expect(devices[0]?.properties).toEqual({ port: '8', chassis: '1', multifunction: 'on' });
    expect(devices[1]?.properties).toEqual({ port: '9', 'x-pcie-err-unc-mask': 'on' });
    expect(devices[2]?.properties).toEqual({ netdev: 'hostnet0', mac: '52:54:00:00:00:02', romfile: '' });
    expect(devices[3]?.properties).toEqual({ wwn: '5764607523034234880' });
  });

  it('reads the one-line form of old libvirt', () => {
    const line =
      'LC_ALL=C QEMU_AUDIO_DRV=none /usr/libexec/qemu-kvm -name rhel7,debug-threads=on -S -machine ' +
      'pc-i440fx-rhel7.0.0,accel=kvm,usb=off -cpu SandyBridge,+erms,-smep -uuid ' +
      '11111111-2222-4333-8444-000000000007 -device piix3-usb-uhci,id=usb,bus=pci.0,addr=0x1.0x2 ' +
      '-device virtio-net-pci,netdev=hostnet0,mac=52:54:00:00:00:07,romfile=a,,b,bus=pci.0,addr=0x3 ' +
      '-device driver=virtio-balloon-pci,id=balloon0,bus=pci.0,addr=4,disable-modern ' +
      '-device usb-tablet -device usb-tablet -incoming tcp:[::]:49152';
    const parsed = parseCommandLine(line);
    expect(parsed).toMatchObject({ name: 'rhel7', incomingUri: 'tcp:[::]:49152' });
    expect(parsed.configuration).toMatchObject({
      machineType: 'pc-i440fx-rhel7.0.0',
      accelerator: 'kvm',
      cpu: {
        mode: 'custom',
        model: 'SandyBridge',
        features: [
          { name: 'erms', policy: 'require' },
          { name: 'smep', policy: 'disable' },
        ],
      },
      devices: [
        { alias: 'usb', qomType: 'piix3-usb-uhci', address: '0000:00:01.2', properties: {} },
        {
          alias: 'virtio-net-pci@0000:00:03.0',
          properties: { netdev: 'hostnet0', mac: '52:54:00:00:00:07', romfile: 'a,b' },
        },
        { alias: 'balloon0', properties: { 'disable-modern': 'on' } },
        { alias: 'usb-tablet@#0', address: null },
        { alias: 'usb-tablet@#1', address: null },
      ],
    });
  });

  it('takes names and values through shell quotes and doubled commas', () => {
    const parsed = parseCommandLine(
      String.raw`qemu -name 'guest=it'\''s "a" VM,, two,debug-threads=on' -M type=q35`,
    );
    expect(parsed.name).toBe('it\'s "a" VM, two');
    expect(parsed.configuration?.machineType).toBe('q35');
    expect(parsed.incoming).toBe(false);
  });

  it('applies -set, and names the snapshot of -loadvm', () => {
    const parsed = parseCommandLine(
      'qemu -machine pc-q35-7.2 -device e1000e,id=net0 -set device.net0.x-pcie-err-unc-mask=on -loadvm before',
    );
    expect(parsed.configuration?.devices[0]?.properties).toEqual({ 'x-pcie-err-unc-mask': 'on' });
    expect(parsed.loadvm).toBe('before');
  });

  it('claims no configuration for a text that was cut off, but keeps what came before', () => {
    const parsed = parseCommandLine(modern.slice(0, modern.indexOf('"port":9')));
    expect(parsed).toMatchObject({
      uuid: '11111111-2222-4333-8444-00000000000a',
      configuration: null,
      cutOff: true,
    });
  });

  it('claims no configuration without a machine type, and no accelerator out of several', () => {
    expect(parseCommandLine('qemu -nodefaults').configuration).toBeNull();
    expect(parseCommandLine('qemu -machine pc,accel=kvm:tcg').configuration?.accelerator).toBeNull();
    expect(parseCommandLine('').uuid).toBeNull();
  });
});

describe('the PCI address of a device', () => {
  it.each([
    ['pcie.0', '0x1.0x1', '0000:00:01.1'],
    ['pci.0', '0x1f', '0000:00:1f.0'],
    ['pci.10', '0x0', '0000:0a:00.0'],
    ['pci.1', '2.3', '0000:01:02.3'],
    ['pcie.1', '0x0', null],
    ['pci.256', '0x0', null],
    ['pci.1.0', '0x1', null],
    ['usb.0', '1', null],
    ['pci.1', '0x20', null],
    ['pci.1', '0x1.0x8', null],
    ['pci.1', undefined, null],
    [undefined, '0x1', null],
  ])('%s %s is %s', (bus, addr, expected) => {
    expect(pciAddress(bus, addr)).toBe(expected);
  });
});

describe('shell words', () => {
  it.each([
    ['a  b\tc\n', ['a', 'b', 'c'], false],
    ["a'b c'd ''", ['ab cd', ''], false],
    ['"a\\"b\\n" \\x', ['a"b\\n', 'x'], false],
    ['a \\\nb', ['a', 'b'], false],
    ["a 'b", ['a'], true],
    ['a "b', ['a'], true],
    ['a b\\', ['a'], true],
    ['a \\\n', ['a'], true],
  ])('%j', (text, words, cutOff) => {
    expect(splitShellWords(text)).toEqual({ words, cutOff });
  });
});
