import { describe, expect, it } from '@jest/globals';
import { catalogueOf, madeUp, MEASURED } from '../../../test/domain/known-catalogue.js';
import { diagnose, type DiagnoseOptions } from './diagnose.js';
import type { Diagnosis, Finding } from './diagnosis.js';

const read = (text: string, options: DiagnoseOptions = {}): Diagnosis => diagnose(text, MEASURED, options);

/** The one finding of a text. */
const only = (text: string, options: DiagnoseOptions = {}): Finding => {
  const { findings } = read(text, options);
  expect(findings).toHaveLength(1);
  const [finding] = findings;
  if (finding === undefined) throw new Error('no finding');
  return finding;
};

const AER_10 = `qemu-system-x86_64: get_pci_config_device: Bad config data: i=0x10a read: 40 device: 0 cmask: ff wmask: 0 w1cmask:0
qemu-system-x86_64: Failed to load PCIDevice:config
qemu-system-x86_64: Failed to load pcie-root-port:parent_obj.parent_obj.parent_obj
qemu-system-x86_64: error while loading state for instance 0x0 of device '0000:00:02.0/pcie-root-port'
qemu-system-x86_64: load of migration failed: Invalid argument`;
const AER_11 = `qemu-system-x86_64: get_pci_config_device: Bad config data: i=0x10a read: 40 device: 0 cmask: ff wmask: 0 w1cmask:0
qemu-system-x86_64: load of migration failed: Invalid argument: error while loading state for instance 0x0 of device '0000:00:02.0/pcie-root-port': Failed to load element of type pci config for config`;

describe('a register of config space', () => {
  it.each([
    ['5.2 to 10.0', AER_10, 5],
    ['11.1', AER_11, 2],
  ])(
    'is named with the device, the bit and what the source carries, in the words of %s',
    (_of, text, lines) => {
      const finding = only(text);
      expect(finding).toMatchObject({
        kind: 'config-space',
        severity: 'refused',
        errno: 'Invalid argument',
        device: { address: '0000:00:02.0', stateName: 'pcie-root-port', qomTypes: ['pcie-root-port'] },
        register: {
          offset: 0x10a,
          name: 'PCI_ERR_UNCOR_MASK',
          structure: 'AER capability at 0x100',
          byte: 2,
          certainty: 'certain',
          bits: [{ bit: 22, name: 'PCI_ERR_UNC_INTN', incoming: true }],
        },
        explanations: [
          {
            behaviour: 'pcie-err-unc-mask',
            how: ['pattern', 'structure'],
            carried: 'on',
            offered: 'off',
            certainty: 'certain',
          },
        ],
      });
      expect(finding.nextSteps[0]).toMatchObject({
        global: 'pci-device.x-pcie-err-unc-mask=on',
        device: 'x-pcie-err-unc-mask=on',
      });
      expect(finding.lines).toHaveLength(lines);
    },
  );

  it('is only inferred where the text does not name the device', () => {
    const [first = ''] = AER_10.split('\n');
    const finding = only(first);
    expect(finding.device).toBeNull();
    expect(finding.register).toMatchObject({ name: 'PCI_ERR_UNCOR_MASK', certainty: 'inferred' });
    expect(finding.explanations).toMatchObject([{ carried: 'on', certainty: 'inferred' }]);
  });

  it('advises no property that the destination has not', () => {
    const { nextSteps } = only(AER_10, { build: { version: '7.2.22', package: null } });
    expect(nextSteps.map(({ global }) => global)).toEqual([null, null]);
    expect(nextSteps[0]?.text).toBe(
      '7.2.22 has no property x-pcie-err-unc-mask; builds that have it: 8.0.1 and later of 8.0, 8.1 and later',
    );
  });

  it('that another device has at the same place is not taken for the behaviour', () => {
    const finding = only(AER_10.replaceAll('pcie-root-port', 'nvme'));
    expect(finding.explanations).toEqual([]);
  });

  it('says of slot status which end has a device more', () => {
    const slot = (bytes: string): string =>
      `get_pci_config_device: Bad config data: i=0x6e ${bytes} cmask: ff wmask: 0 w1cmask:19
error while loading state for instance 0x0 of device '0000:00:02.0/pcie-root-port'`;
    const more = only(slot('read: 0 device: 40'));
    expect(more.register).toMatchObject({
      name: 'PCI_EXP_SLTSTA',
      bits: [{ bit: 6, name: 'PCI_EXP_SLTSTA_PDS' }],
    });
    expect(more.claims.at(-1)?.text).toBe(
      'a device sits in this port at the destination and none did at the source',
    );
    expect(only(slot('read: 49 device: 0')).claims.at(-1)?.text).toBe(
      'a device sat in this port at the source and none does at the destination',
    );
  });

  it('names the property that is known to show so, where the catalogue has no behaviour', () => {
    const finding = only(
      `get_pci_config_device: Bad config data: i=0x34 read: 98 device: 84 cmask: ff wmask: 0 w1cmask:0
Failed to load PCIDevice:config
Failed to load virtio-rng:virtio
error while loading state for instance 0x0 of device '0000:00:05.0/virtio-rng'`,
    );
    expect(finding.suspects).toMatchObject([{ driver: 'virtio-rng-pci', property: 'vectors', here: '0' }]);
    expect(finding.explanations).toEqual([]);
  });
});

describe('features of virtio', () => {
  const USO = `Features 0x1c0010130afffaf unsupported. Allowed features: 0x10179bfffef
Failed to load virtio-net:virtio
error while loading state for instance 0x0 of device '0000:00:03.0:00.0/virtio-net'
load of migration failed: Operation not permitted`;

  it('that are missing are named by the type of the device', () => {
    const finding = only(USO);
    expect(finding.features?.missing).toEqual([
      { bit: 54, name: 'VIRTIO_NET_F_GUEST_USO4', property: 'guest_uso4' },
      { bit: 55, name: 'VIRTIO_NET_F_GUEST_USO6', property: 'guest_uso6' },
      { bit: 56, name: 'VIRTIO_NET_F_HOST_USO', property: 'host_uso' },
    ]);
    expect(finding.nextSteps.map(({ global }) => global)).toContain('virtio-net-device.host_uso=on');
  });

  it('explain themselves by a behaviour that is set by one of their properties', () => {
    const uso = madeUp({
      id: 'uso',
      sticky: 'negotiate',
      selector: [{ qomTypes: ['virtio-net-pci'], when: [] }],
      knobs: [
        {
          qomTypes: ['virtio-net-pci'],
          abstractTypes: [],
          property: 'host_uso',
          libvirtType: 'bool',
          texts: { new: 'on', old: 'off' },
          settable: [{ fromSeries: '8.2' }],
        },
      ],
    });
    const [finding] = diagnose(USO, catalogueOf(uso)).findings;
    expect(finding?.explanations).toMatchObject([
      { behaviour: 'uso', how: ['structure'], carried: 'new', offered: 'old', certainty: 'inferred' },
    ]);
    expect(finding?.nextSteps.map(({ device }) => device)).toEqual([
      'host_uso=on',
      null,
      'guest_uso4=on',
      'guest_uso6=on',
    ]);
    const elsewhere = USO.replaceAll('virtio-net', 'virtio-blk');
    expect(diagnose(elsewhere, catalogueOf(uso)).findings[0]?.explanations).toEqual([]);
  });

  it('are named by the layer where the line with the device is missing', () => {
    const [features = '', layer = ''] = USO.split('\n');
    expect(only(`${features}\n${layer}`).features?.missing[0]?.name).toBe('VIRTIO_NET_F_GUEST_USO4');
    expect(only(features).features?.missing[0]).toEqual({ bit: 54, name: null, property: null });
  });

  it('of the transport have their names without a device', () => {
    const finding = only('Features 0x10130bf8024 unsupported. Allowed features: 0x179bf8064');
    expect(finding.features?.missing).toEqual([
      { bit: 40, name: 'VIRTIO_F_RING_RESET', property: 'queue_reset' },
    ]);
  });

  it('are not made up where 11.1 has taken them out of what it prints', () => {
    const finding = only(
      `Features 0x00000000000000000000000130bf8024 unsupported. Allowed features: 0x00000000000000000000000179bf8064
load of migration failed: Invalid argument: error while loading state for instance 0x0 of device '0000:00:05.0/virtio-net': Failed to load element of type virtio for virtio`,
    );
    expect(finding).toMatchObject({ kind: 'virtio-features', features: { missing: [] } });
    expect(finding.claims[0]?.certainty).toBe('inferred');
  });
});

describe('queues of virtio', () => {
  const queue = (device: string): string => `VQ 0 vring.num 1024 exceeds allocated max 256
load of migration failed: Invalid argument: error while loading state for instance 0x0 of device '0000:00:03.0/${device}': Failed to load element of type virtio for virtio`;

  it('that are too long have an override where the device has a property for it', () => {
    const finding = only(queue('virtio-blk'));
    expect(finding.differs).toEqual({ what: 'entries of queue 0', incoming: '1024', here: '256' });
    expect(finding.explanations).toMatchObject([
      { behaviour: 'virtio-queue-size-1024', carried: '1024', offered: 'own' },
    ]);
    expect(finding.nextSteps[0]).toMatchObject({ device: 'queue-size=1024' });
  });

  it('have none where it has not: then a guest reset helps', () => {
    const { nextSteps } = only(queue('virtio-net'));
    expect(nextSteps.map(({ device }) => device)).toEqual([null, null]);
    expect(nextSteps[1]?.text).toContain('a guest reset');
  });
});

describe('a destination that does not start', () => {
  it.each([
    [
      "can't apply global pci-device.x-pcie-err-unc-mask=on: Property 'mch.x-pcie-err-unc-mask' not found",
      { driver: 'pci-device', onType: 'mch', name: 'x-pcie-err-unc-mask', value: 'on', from: 'global' },
      null,
    ],
    [
      "-device pcie-root-port,id=rp1,bus=pcie.0: can't apply global pcie-root-port.x-pcie-err-unc-mask=on: Property 'pcie-root-port.x-pcie-err-unc-mask' not found",
      { driver: 'pcie-root-port', onType: 'pcie-root-port', value: 'on', from: 'global' },
      'rp1',
    ],
    [
      "-device e1000e,id=nic1,mac=52:54:00:aa:00:01,x-pcie-err-unc-mask=on: Property 'e1000e.x-pcie-err-unc-mask' not found",
      { driver: 'e1000e', value: 'on', from: 'device' },
      'nic1',
    ],
    [
      '-device {"driver":"pcie-root-port","id":"pci.1","x-pcie-err-unc-mask":true}: Property \'pcie-root-port.x-pcie-err-unc-mask\' not found',
      { driver: 'pcie-root-port', value: 'true', from: 'device' },
      'pci.1',
    ],
    [
      "Error: Property 'e1000e.x-pcie-err-unc-mask' not found",
      { driver: 'e1000e', value: null, from: 'unknown' },
      null,
    ],
  ])('does not know a property: %s', (text, property, alias) => {
    const finding = only(text);
    expect(finding).toMatchObject({
      kind: 'property-unknown',
      severity: 'does-not-start',
      property,
      explanations: [{ behaviour: 'pcie-err-unc-mask', carried: null }],
    });
    expect(finding.device?.alias ?? null).toBe(alias);
  });

  it('is only warned of a property of devices that are plugged later', () => {
    expect(
      only("warning: can't apply global e1000e.x-new=on: Property 'e1000e.x-new' not found").severity,
    ).toBe('info');
  });

  it.each([
    [
      '-M pc-q35-7.2,accel=tcg: unsupported machine type\nUse -machine help to list supported machines',
      'pc-q35-7.2',
    ],
    ['unsupported machine type: "pc-q35-4.2"\nUse -machine help to list supported machines', 'pc-q35-4.2'],
    ['unsupported machine type', null],
    ["Emulator '/usr/bin/qemu-system-x86_64' does not support machine type 'pc-q35-10.0'", 'pc-q35-10.0'],
  ])('does not know the machine type: %j', (text, name) => {
    expect(only(text)).toMatchObject({
      kind: 'machine-type-unknown',
      severity: 'does-not-start',
      differs: { incoming: name },
    });
  });

  it('does not know the device model', () => {
    expect(only("-device igb,id=nic4,bus=rp1: 'igb' is not a valid device model name")).toMatchObject({
      kind: 'device-model-unknown',
      severity: 'does-not-start',
      device: { alias: 'nic4', qomTypes: ['igb'] },
    });
  });
});
