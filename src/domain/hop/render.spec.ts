import { describe, expect, it } from '@jest/globals';
import { MEASURED } from '../../../test/domain/known-catalogue.js';
import {
  AER_MASK,
  aerOn,
  device,
  DISK,
  machine,
  NIC,
  PORT,
  Q10013,
  Q1113,
  Q722,
  Q800,
  Q820,
  Story,
  withProperty,
} from '../../../test/domain/story.js';
import type { Device, LaunchConfiguration } from '../qemu/device.js';
import type { Override } from '../qemu/override.js';
import type { Carried } from '../vm/carried.js';
import { asGlobals, renderOverrides } from './render.js';

const override = (of: Device, value = 'on'): Override => ({
  alias: of.alias,
  qomType: of.qomType ?? '',
  property: AER_MASK,
  value,
  libvirtType: 'bool',
});
const born = (build: typeof Q800, configuration: LaunchConfiguration): Carried => {
  const story = new Story();
  story.launched(0, 'a', build, configuration);
  return story.vm().carried;
};
const IGB = device('net1', 'igb', { address: '0000:02:00.0' });

describe('overrides as -global', () => {
  it('name the abstract parent, where every device that it reaches takes the value', () => {
    const carried = born(Q800, machine());
    expect(asGlobals(MEASURED, [override(PORT), override(NIC)], carried, machine(), Q820)).toEqual([
      { driver: 'pci-device', property: AER_MASK, value: 'on' },
    ]);
  });

  it('name it also where a clean device takes the value: off into on is accepted', () => {
    const story = new Story();
    story.launched(0, 'a', Q722, machine([PORT]));
    story.hop(10, 'a', 'b', Q800, machine([PORT]));
    story.plugged(20, 'b', NIC);
    expect(asGlobals(MEASURED, [override(NIC)], story.vm().carried, machine(), Q820)).toEqual([
      { driver: 'pci-device', property: AER_MASK, value: 'on' },
    ]);
  });

  it('name the driver, where the parent would harm another device', () => {
    const configuration = machine([NIC, IGB], 'pc-q35-8.0');
    const carried = born(Q820, machine([withProperty(NIC, AER_MASK, 'off'), IGB], 'pc-q35-8.0'));
    // net1 carries on: an off for all would have it refused.
    expect(asGlobals(MEASURED, [override(NIC, 'off')], carried, configuration, Q1113)).toEqual([
      { driver: 'e1000e', property: AER_MASK, value: 'off' },
    ]);
  });

  it('cannot be had, where the driver would harm another device of its type', () => {
    const second = { ...NIC, alias: 'net1', address: '0000:02:00.0' };
    const configuration = machine([NIC, second], 'pc-q35-8.0');
    const carried = born(Q820, machine([withProperty(NIC, AER_MASK, 'off'), second], 'pc-q35-8.0'));
    expect(asGlobals(MEASURED, [override(NIC, 'off')], carried, configuration, Q1113)).toBeNull();
  });

  it('keep apart what two types need: one value each', () => {
    const configuration = machine([NIC, IGB], 'pc-q35-8.0');
    const carried = born(Q820, machine([withProperty(NIC, AER_MASK, 'off'), IGB], 'pc-q35-8.0'));
    expect(
      asGlobals(MEASURED, [override(NIC, 'off'), override(IGB, 'on')], carried, configuration, Q1113),
    ).toEqual([
      { driver: 'e1000e', property: AER_MASK, value: 'off' },
      { driver: 'igb', property: AER_MASK, value: 'on' },
    ]);
  });

  it('cannot be had against a value on the device: that one beats every global', () => {
    const configuration = machine([withProperty(NIC, AER_MASK, 'off')], 'pc-q35-8.0');
    expect(
      asGlobals(
        MEASURED,
        [override(NIC, 'on')],
        born(Q820, machine([NIC], 'pc-q35-8.0')),
        configuration,
        Q1113,
      ),
    ).toBeNull();
  });

  it('leave alone a device that has the value of its own', () => {
    expect(
      asGlobals(MEASURED, [override(NIC)], born(Q800, machine()), machine([aerOn(PORT), NIC]), Q820),
    ).toHaveLength(1);
  });

  it('name the driver of a property without an abstract parent', () => {
    const configuration = machine([PORT, DISK]);
    const size: Override = {
      alias: 'virtio-disk0',
      qomType: 'virtio-blk-pci',
      property: 'queue-size',
      value: '1024',
      libvirtType: 'unsigned',
    };
    expect(asGlobals(MEASURED, [size], born(Q10013, configuration), configuration, Q1113)).toEqual([
      { driver: 'virtio-blk-pci', property: 'queue-size', value: '1024' },
    ]);
  });
});

describe('overrides as each tool takes them', () => {
  const size: Override = {
    alias: 'net0',
    qomType: 'x',
    property: 'size',
    value: '1024',
    libvirtType: 'unsigned',
  };
  const rendered = renderOverrides(
    [override(PORT), override(NIC), size],
    [{ driver: 'pci-device', property: AER_MASK, value: 'on' }],
  );

  it('QEMU’s command line', () => {
    expect(rendered.qemuGlobal).toEqual(['-global', `pci-device.${AER_MASK}=on`]);
    expect(rendered.qemuDevice).toEqual([
      { alias: 'pci.1', addition: `${AER_MASK}=on` },
      { alias: 'net0', addition: `${AER_MASK}=on` },
      { alias: 'net0', addition: 'size=1024' },
    ]);
  });

  it('libvirt’s override, alias by alias, with libvirt’s words for a bool', () => {
    expect(rendered.libvirtOverride).toBe(`<qemu:override>
  <qemu:device alias='pci.1'>
    <qemu:frontend>
      <qemu:property name='${AER_MASK}' type='bool' value='true'/>
    </qemu:frontend>
  </qemu:device>
  <qemu:device alias='net0'>
    <qemu:frontend>
      <qemu:property name='${AER_MASK}' type='bool' value='true'/>
      <qemu:property name='size' type='unsigned' value='1024'/>
    </qemu:frontend>
  </qemu:device>
</qemu:override>`);
  });

  it('libvirt’s command line', () => {
    expect(rendered.libvirtCommandline).toBe(`<qemu:commandline>
  <qemu:arg value='-global'/>
  <qemu:arg value='pci-device.${AER_MASK}=on'/>
</qemu:commandline>`);
  });

  it('Proxmox VE’s args', () => {
    expect(rendered.proxmoxArgs).toBe(`-global pci-device.${AER_MASK}=on`);
  });

  it('escape what XML would read otherwise', () => {
    const odd: Override = { alias: "a'<&", qomType: 'x', property: 'p', value: "'&<", libvirtType: 'string' };
    expect(renderOverrides([odd], null).libvirtOverride).toContain("alias='a&apos;&lt;&amp;'");
    expect(renderOverrides([odd], null).libvirtOverride).toContain("value='&apos;&amp;&lt;'");
  });

  it('say off as false, and nothing where there is nothing to say', () => {
    expect(renderOverrides([override(NIC, 'off')], null).libvirtOverride).toContain("value='false'");
    expect(renderOverrides([], null)).toEqual({
      qemuGlobal: [],
      qemuDevice: [],
      libvirtOverride: null,
      libvirtCommandline: null,
      proxmoxArgs: null,
    });
  });
});
