import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { deviceAliases } from './device-aliases.js';
import { surroundingsOf } from './device-elements.js';
import { parseDomainXml } from './domain-xml.js';
import { launchConfigurationOf } from './launch-configuration.js';
import { attributeOf, childOf } from './xml-elements.js';

const FIXTURES = new URL('./fixtures/', import.meta.url);
const recorded = (file: string): string => readFileSync(new URL(file, FIXTURES), 'utf8');
const launchOf = (text: string) => launchConfigurationOf(parseDomainXml(text));
const shape = (text: string): string[] =>
  launchOf(text).configuration.devices.map(
    ({ alias, qomType, address }) => `${alias} ${qomType} ${address ?? '-'}`,
  );

const domain = (
  devices: string,
  options: { machine?: string; arch?: string; after?: string; type?: string } = {},
): string =>
  `<domain type='${options.type ?? 'kvm'}' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>vm</name><uuid>11111111-2222-4333-8444-000000000001</uuid>
  <os><type arch='${options.arch ?? 'x86_64'}' machine='${options.machine ?? 'pc-q35-7.2'}'>hvm</type></os>
  <devices>${devices}</devices>
  ${options.after ?? ''}
</domain>`;

const propertiesOf = (devices: string, alias: string, options: Parameters<typeof domain>[1] = {}) =>
  launchOf(domain(devices, options)).configuration.devices.find((device) => device.alias === alias)
    ?.properties;

describe('launchConfigurationOf', () => {
  it('reads a recorded start: machine, accelerator, CPU and every device of QEMU', () => {
    const { uuid, name, configuration, notes } = launchOf(recorded('003-hosta-vm1-started-begin.xml'));
    expect({ uuid, name, notes }).toEqual({
      uuid: '11111111-2222-4333-8444-000000000001',
      name: 'vm1',
      notes: [],
    });
    expect(configuration).toEqual({
      machineType: 'pc-q35-7.2',
      accelerator: 'tcg',
      emulator: '/usr/bin/qemu-system-x86_64',
      cpu: {
        mode: 'custom',
        model: 'qemu64',
        features: [
          { name: 'hypervisor', policy: 'require' },
          { name: 'lahf_lm', policy: 'require' },
        ],
      },
      globals: [],
      devices: [
        {
          alias: 'pci.1',
          qomType: 'pcie-root-port',
          address: '0000:00:01.0',
          properties: { chassis: '1', port: '8', multifunction: 'on' },
        },
        {
          alias: 'pci.2',
          qomType: 'pcie-root-port',
          address: '0000:00:01.1',
          properties: { chassis: '2', port: '9' },
        },
        {
          alias: 'pci.3',
          qomType: 'pcie-root-port',
          address: '0000:00:01.2',
          properties: { chassis: '3', port: '10' },
        },
        { alias: 'ide', qomType: 'ich9-ahci', address: '0000:00:1f.2', properties: {} },
        { alias: 'net0', qomType: 'e1000e', address: '0000:01:00.0', properties: { romfile: '' } },
      ],
    });
  });

  it('gives the same devices for what the destination is asked as for what it then starts', () => {
    expect(shape(recorded('erp-db-01-migrate-begin.xml'))).toEqual(
      shape(recorded('erp-db-01-started-begin.xml')),
    );
    expect(
      shape(recorded('erp-db-01-migrate-begin.xml')).filter((device) => !device.startsWith('pci.')),
    ).toEqual([
      'virtio-disk0 virtio-blk-pci 0000:05:00.0',
      'virtio-disk1 virtio-blk-pci 0000:06:00.0',
      'usb qemu-xhci 0000:03:00.0',
      'ide ich9-ahci 0000:00:1f.2',
      'virtio-serial0 virtio-serial-pci 0000:04:00.0',
      'net0 virtio-net-pci 0000:01:00.0',
      'ua-net-backup virtio-net-pci 0000:02:00.0',
      'serial0 isa-serial -',
      'channel0 virtserialport -',
      'video0 virtio-vga 0000:00:01.0',
      'balloon0 virtio-balloon-pci 0000:07:00.0',
      'rng0 virtio-rng-pci 0000:08:00.0',
    ]);
  });

  it('merges the override that a recorded VM carries into its devices', () => {
    const { devices } = launchOf(recorded('092-hostb-vm6-start-begin.xml')).configuration;
    const overridden = devices.filter(({ properties }) => properties['x-pcie-err-unc-mask'] === 'on');
    expect(overridden.map(({ alias }) => alias)).toEqual(['pci.1', 'pci.2', 'pci.3', 'net0', 'net1']);
  });

  it('reads the -global arguments that a recorded VM carries, in order', () => {
    expect(launchOf(recorded('070-hostb-vm3-start-begin.xml')).configuration.globals).toEqual([
      { driver: 'pcie-root-port', property: 'x-pcie-err-unc-mask', value: 'on' },
      { driver: 'e1000e', property: 'x-pcie-err-unc-mask', value: 'on' },
    ]);
  });

  it('refuses a domain without a machine type', () => {
    expect(() => launchOf(domain('').replace(/<os>.*<\/os>/, ''))).toThrow('no machine type');
  });

  it.each([
    ['kvm', 'kvm'],
    ['qemu', 'tcg'],
    ['hvf', 'hvf'],
  ])('takes domain type %s for the accelerator %s', (type, accelerator) => {
    expect(launchOf(domain('', { type })).configuration.accelerator).toBe(accelerator);
  });

  it('leaves the CPU null when the domain asks for none', () => {
    expect(launchOf(domain('')).configuration.cpu).toBeNull();
  });
});

describe('deviceAliases', () => {
  /** Every recording whose XML has aliases is the answer to the same XML without them. */
  it.each(readdirSync(FIXTURES).filter((file) => recorded(file).includes('<alias')))(
    'derives what libvirt assigned in %s',
    (file) => {
      const text = recorded(file);
      const given = surroundingsOf(parseDomainXml(text)).devices.map((device) =>
        attributeOf(childOf(device, 'alias'), 'name'),
      );
      const domain = surroundingsOf(parseDomainXml(text.replaceAll(/<alias name='(?!ua-)[^']*'\/>/g, '')));
      const derived = deviceAliases(domain);
      domain.devices.forEach((device, place) => {
        const alias = given[place];
        if (alias != null) expect({ place, alias: derived.get(device) }).toEqual({ place, alias });
      });
    },
  );

  const aliasesOf = (devices: string, options: Parameters<typeof domain>[1] = {}): (string | undefined)[] => {
    const surroundings = surroundingsOf(parseDomainXml(domain(devices, options)));
    const aliases = deviceAliases(surroundings);
    return surroundings.devices.map((device) => aliases.get(device));
  };

  it('counts on from the highest interface alias, those further down included', () => {
    expect(
      aliasesOf(
        "<interface type='user'/><interface type='user'><alias name='net4'/></interface><interface type='user'/>",
      ),
    ).toEqual(['net5', 'net4', 'net6']);
  });

  it('gives passed-through interfaces and host devices one row of numbers, interfaces first', () => {
    expect(
      aliasesOf(
        "<hostdev mode='subsystem' type='pci'/><interface type='hostdev'/><interface type='user'/><interface type='hostdev'/>",
      ),
    ).toEqual(['hostdev2', 'hostdev0', 'net0', 'hostdev1']);
  });

  it('names disks after their target or their place on the bus', () => {
    const drive = (controller: number, bus: number, target: number, unit: number): string =>
      `<address type='drive' controller='${controller}' bus='${bus}' target='${target}' unit='${unit}'/>`;
    expect(
      aliasesOf(
        `<controller type='scsi' index='0' model='virtio-scsi'/><controller type='scsi' index='1' model='lsilogic'/>
         <disk><target dev='vda' bus='virtio'/></disk><disk><target dev='vdaa' bus='virtio'/></disk>
         <disk><target dev='sda' bus='scsi'/>${drive(0, 0, 0, 3)}</disk><disk><target dev='sdb' bus='scsi'/>${drive(1, 0, 0, 2)}</disk>
         <disk><target dev='sdc' bus='sata'/>${drive(0, 0, 0, 2)}</disk><disk><target dev='hdd' bus='ide'/></disk>
         <disk><target dev='sdb' bus='usb'/><address type='usb' bus='0' port='1'/></disk><disk><target dev='fda'/></disk>
         <disk><target dev='sdi' bus='scsi'/></disk>`,
      ).slice(2),
    ).toEqual([
      'virtio-disk0',
      'virtio-disk26',
      'scsi0-0-0-3',
      'scsi1-0-2',
      'sata0-0-2',
      'ide0-1-1',
      'usb-disk1',
      'fdc0-0-0',
      'scsi0-0-0-9',
    ]);
  });

  it('knows which controllers a machine has built in by their fixed names', () => {
    const controllers =
      "<controller type='ide' index='0'/><controller type='sata' index='0'/><controller type='sata' index='1'/><controller type='usb' index='0'/><controller type='usb' index='1'/><controller type='pci' index='0' model='pci-root'/>";
    expect(aliasesOf(controllers)).toEqual(['ide0', 'ide', 'sata1', 'usb', 'usb1', 'pci.0']);
    expect(aliasesOf(controllers, { machine: 'pc-i440fx-8.0' })).toEqual([
      'ide',
      'sata0',
      'sata1',
      'usb',
      'usb1',
      'pci.0',
    ]);
  });

  it('names DIMMs after their slot and memory on PCI by count', () => {
    expect(
      aliasesOf(
        "<memory model='dimm'/><memory model='dimm'><address type='dimm' slot='0'/></memory><memory model='nvdimm'><address type='dimm' slot='4'/></memory><memory model='virtio-mem'/><memory model='virtio-mem'/><memory model='virtio-pmem'/>",
      ),
    ).toEqual(['dimm1', 'dimm0', 'nvdimm4', 'virtiomem0', 'virtiomem1', 'virtiopmem0']);
  });

  it('gives a first serial console the alias of its serial line, and others their place', () => {
    expect(
      aliasesOf(
        "<serial><alias name='ua-line'/></serial><console><target type='serial'/></console><console><target type='virtio'/></console>",
      ),
    ).toEqual(['ua-line', 'ua-line', 'console1']);
  });
});

describe('a domain made to be slow', () => {
  it.each(["<interface type='user'/>", "<memory model='dimm'/>", "<video><model type='vga'/></video>"])(
    'takes no more than linear time for many of %s',
    (device) => {
      const text = domain(device.repeat(9000));
      const started = performance.now();
      expect(launchOf(text).configuration.devices).toHaveLength(9000);
      expect(performance.now() - started).toBeLessThan(2000);
    },
  );
});

describe('device types and properties', () => {
  it.each([
    ["<controller type='pci' index='1' model='pcie-root-port'/>", 'pci.1 pcie-root-port -'],
    [
      "<controller type='pci' index='1' model='pcie-root-port'><model name='ioh3420'/></controller>",
      'pci.1 ioh3420 -',
    ],
    ["<controller type='pci' index='2' model='pcie-switch-upstream-port'/>", 'pci.2 x3130-upstream -'],
    ["<controller type='pci' index='3' model='pcie-switch-downstream-port'/>", 'pci.3 xio3130-downstream -'],
    ["<controller type='pci' index='4' model='pcie-to-pci-bridge'/>", 'pci.4 pcie-pci-bridge -'],
    ["<controller type='pci' index='5' model='pcie-expander-bus'/>", 'pci.5 pxb-pcie -'],
    ["<controller type='scsi' index='0' model='virtio-scsi'/>", 'scsi0 virtio-scsi-pci -'],
    [
      "<controller type='scsi' index='0' model='virtio-transitional'/>",
      'scsi0 virtio-scsi-pci-transitional -',
    ],
    ["<controller type='scsi' index='0' model='lsisas1068'/>", 'scsi0 mptsas1068 -'],
    [
      "<interface type='bridge'><model type='virtio-non-transitional'/></interface>",
      'net0 virtio-net-pci-non-transitional -',
    ],
    ["<interface type='bridge'><model type='igb'/></interface>", 'net0 igb -'],
    ["<interface type='bridge'/>", 'net0 null -'],
    ["<interface type='hostdev'/>", 'hostdev0 vfio-pci -'],
    [
      "<disk model='virtio-transitional'><target dev='vda' bus='virtio'/></disk>",
      'virtio-disk0 virtio-blk-pci-transitional -',
    ],
    ["<disk device='cdrom'><target dev='sda' bus='sata'/></disk>", 'sata0-0-0 ide-cd -'],
    ["<hostdev mode='subsystem' type='usb'/>", 'hostdev0 usb-host -'],
    [
      "<hostdev mode='subsystem' type='scsi_host' model='virtio-transitional'/>",
      'hostdev0 vhost-scsi-pci-transitional -',
    ],
    ['<filesystem/>', 'fs0 virtio-9p-pci -'],
    ["<filesystem><driver type='virtiofs'/></filesystem>", 'fs0 vhost-user-fs-pci -'],
    ["<input type='keyboard' bus='usb'/>", 'input0 usb-kbd -'],
    ["<input type='passthrough' bus='virtio'/>", 'input0 virtio-input-host-pci -'],
    ["<video><model type='qxl'/></video>", 'video0 qxl-vga -'],
    ["<video><model type='virtio' device='virtio-gpu-pci'/></video>", 'video0 virtio-gpu-pci -'],
    ["<vsock model='virtio'/>", 'vsock0 vhost-vsock-pci -'],
    ["<tpm model='tpm-crb'/>", 'tpm0 tpm-crb -'],
    ["<iommu model='intel'/>", 'iommu0 intel-iommu -'],
    ["<memory model='virtio-mem'/>", 'virtiomem0 virtio-mem-pci -'],
    ["<crypto model='virtio'/>", 'crypto0 virtio-crypto-pci -'],
    ["<shmem><model type='ivshmem-plain'/></shmem>", 'shmem0 ivshmem-plain -'],
    ["<panic model='pvpanic'/>", 'panic0 pvpanic-pci -'],
    ["<redirdev bus='usb'/>", 'redir0 usb-redir -'],
    ["<watchdog model='i6300esb'/>", 'watchdog0 i6300esb -'],
    ["<controller type='usb' index='0' model='constructor'/>", 'usb null -'],
  ])('makes of %s: %s', (devices, expected) => {
    expect(shape(domain(devices))).toEqual([expected]);
  });

  it.each([
    "<controller type='usb' index='0' model='none'/>",
    "<controller type='pci' index='0' model='pcie-root'/>",
    "<controller type='pci' index='0' model='pci-root'/>",
    "<video><model type='none'/></video>",
    "<memballoon model='none'/>",
    "<watchdog model='itco'/>",
    "<input type='mouse' bus='ps2'/>",
    "<graphics type='vnc'/>",
    "<channel><target type='guestfwd'/></channel>",
    "<panic model='hyperv'/>",
    "<iommu model='smmuv3'/>",
  ])('makes no QEMU device of %s', (devices) => {
    expect(shape(domain(devices))).toEqual([]);
  });

  it('takes the bus from the address on s390x, and from the architecture without one', () => {
    const nic =
      "<interface type='network'><model type='virtio'/><driver queues='4'/><address type='ccw' cssid='0xfe' ssid='0x0' devno='0x0001'/></interface>";
    const s390x = { arch: 's390x', machine: 's390-ccw-virtio-8.2' };
    expect(shape(domain(`${nic}<memballoon model='virtio'/>`, s390x))).toEqual([
      'net0 virtio-net-ccw -',
      'balloon0 virtio-balloon-ccw -',
    ]);
    expect(propertiesOf(nic, 'net0', s390x)).toEqual({ mq: 'on' });
  });

  it('tells the primary video card from the others', () => {
    const cards = "<video><model type='virtio'/></video><video><model type='virtio' primary='yes'/></video>";
    expect(shape(domain(cards))).toEqual(['video0 virtio-gpu-pci -', 'video1 virtio-vga -']);
    expect(shape(domain(cards, { arch: 'aarch64', machine: 'virt-8.2' }))).toEqual([
      'video0 virtio-gpu-pci -',
      'video1 virtio-gpu-pci -',
    ]);
  });

  it('keeps companion USB controllers apart, which share one alias', () => {
    const at = (fn: number): string =>
      `<address type='pci' domain='0' bus='0' slot='0x1d' function='0x${fn}'/></controller>`;
    expect(
      shape(
        domain(
          `<controller type='usb' index='0' model='ich9-ehci1'>${at(7)}<controller type='usb' index='0' model='ich9-uhci1'>${at(0)}`,
        ),
      ),
    ).toEqual(['usb ich9-usb-ehci1 0000:00:1d.7', 'usb@0000:00:1d.0 ich9-usb-uhci1 0000:00:1d.0']);
  });

  it('makes the codecs behind an HD Audio controller', () => {
    expect(shape(domain("<sound model='ich9'><codec type='micro'/></sound>"))).toEqual([
      'sound0 ich9-intel-hda -',
      'sound0-codec0 hda-micro -',
    ]);
  });

  it('carries virtio options under QEMU names', () => {
    const driver =
      "<driver queues='4' rx_queue_size='512' tx_queue_size='256' iommu='on' ats='on' packed='off' page_per_vq='on'><host tso4='off'/><guest ufo='off'/></driver>";
    expect(
      propertiesOf(
        `<interface type='bridge'><model type='virtio'/>${driver}<mtu size='9000'/></interface>`,
        'net0',
      ),
    ).toEqual({
      mq: 'on',
      vectors: '10',
      rx_queue_size: '512',
      tx_queue_size: '256',
      iommu_platform: 'on',
      ats: 'on',
      packed: 'off',
      'page-per-vq': 'on',
      host_tso4: 'off',
      guest_ufo: 'off',
      host_mtu: '9000',
    });
    expect(
      propertiesOf(
        "<disk><driver queues='2' queue_size='512' cache='none'/><target dev='vda' bus='virtio'/><boot order='1'/></disk>",
        'virtio-disk0',
      ),
    ).toEqual({ 'num-queues': '2', 'queue-size': '512', 'write-cache': 'on', bootindex: '1' });
  });
});

describe('overrides already in the XML', () => {
  const port = "<controller type='pci' index='1' model='pcie-root-port'><target chassis='1'/></controller>";

  it('reads any prefix of the QEMU namespace, types and removals, and notes what matches nothing', () => {
    const after = `<q:override xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'>
      <q:device alias='pci.1'><q:frontend>
        <q:property name='a' type='bool' value='true'/><q:property name='b' type='bool' value='false'/>
        <q:property name='c' type='unsigned' value='7'/><q:property name='chassis' type='remove'/>
      </q:frontend></q:device>
      <q:device alias='net9'><q:frontend><q:property name='x' type='string' value='y'/></q:frontend></q:device>
    </q:override>`;
    const launch = launchOf(domain(port, { after }));
    expect(launch.configuration.devices[0]?.properties).toEqual({ a: 'on', b: 'off', c: '7' });
    expect(launch.notes).toEqual([
      { kind: 'property-removed', alias: 'pci.1', property: 'chassis' },
      { kind: 'override-matches-no-device', alias: 'net9' },
    ]);
  });

  it('ignores elements that only look alike, in no namespace', () => {
    const after =
      "<override><device alias='pci.1'><frontend><property name='a' type='bool' value='true'/></frontend></device></override>";
    expect(launchOf(domain(port, { after })).configuration.devices[0]?.properties).toEqual({ chassis: '1' });
  });

  it('reads -global in both forms, -set and -device from the command line', () => {
    const args = [
      '-global', 'pci-device.x-pcie-err-unc-mask=on',
      '--global', 'driver=e1000e,property=mode,value=a,,b',
      '-set', 'device.pci.1.hotplug=off',
      '-device', 'igb,bus=pci.1,addr=0x0.0x1,id=extra,x=1',
      '-device', '{"driver":"e1000e","bus":"pcie.0","addr":"0x3","x-y":true}',
      '-smbios', '-device',
    ]; // prettier-ignore
    const after = `<qemu:commandline>${args.map((arg) => `<qemu:arg value='${arg}'/>`).join('')}</qemu:commandline>`;
    const { configuration } = launchOf(domain(port, { after }));
    expect(configuration.globals).toEqual([
      { driver: 'pci-device', property: 'x-pcie-err-unc-mask', value: 'on' },
      { driver: 'e1000e', property: 'mode', value: 'a,b' },
    ]);
    expect(configuration.devices).toEqual([
      {
        alias: 'pci.1',
        qomType: 'pcie-root-port',
        address: null,
        properties: { chassis: '1', hotplug: 'off' },
      },
      { alias: 'extra', qomType: 'igb', address: '0000:01:00.1', properties: { x: '1' } },
      { alias: 'device[0]', qomType: 'e1000e', address: '0000:00:03.0', properties: { 'x-y': 'on' } },
    ]);
  });
});
