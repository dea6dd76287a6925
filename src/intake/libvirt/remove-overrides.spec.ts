import { describe, expect, it } from '@jest/globals';
import { removeOverrides } from './remove-overrides.js';

const NAMESPACE = 'http://libvirt.org/schemas/domain/qemu/1.0';
const domain = (inside: string): string => `<domain type='kvm' xmlns:qemu='${NAMESPACE}'>
  <name>vm</name>
  <uuid>11111111-2222-4333-8444-000000000001</uuid>
  <os><type machine='pc-q35-7.2'>hvm</type></os>
${inside}</domain>
`;
const args = (...values: readonly string[]): string =>
  domain(
    `  <qemu:commandline>\n${values.map((value) => `    <qemu:arg value='${value}'/>\n`).join('')}  </qemu:commandline>\n`,
  );
const without = (text: string, property: string, alias: string | null = 'raw0'): string =>
  removeOverrides(text, [{ alias, property }]);

describe('removeOverrides', () => {
  it('takes a property out of qemu:override, with what it leaves empty', () => {
    const property = (name: string): string => `<qemu:property name='${name}' type='bool' value='true'/>`;
    const override = (inside: string): string =>
      domain(
        `  <qemu:override>\n    <qemu:device alias='raw0'><qemu:frontend>${inside}</qemu:frontend></qemu:device>\n  </qemu:override>\n`,
      );
    expect(without(override(property('x-a') + property('x-b')), 'x-a')).toBe(override(property('x-b')));
    expect(without(override(property('x-a')), 'x-a')).toBe(domain(''));
  });

  it('takes a property out of -device, as an option list and as JSON', () => {
    expect(without(args('-device', 'e1000e,id=raw0,x-a=on,mac=a'), 'x-a')).toBe(
      args('-device', 'e1000e,id=raw0,mac=a'),
    );
    const json = (more: string): string =>
      args('-device', `{&#34;driver&#34;:&#34;e1000e&#34;,&#34;id&#34;:&#34;raw0&#34;${more}}`);
    expect(without(json(',&#34;x-a&#34;:true'), 'x-a')).toBe(json(''));
  });

  it('takes it out of a -device without an id', () => {
    const text = args('-device', 'igb,x-a=on', '-device', 'igb,x-a=on');
    expect(without(text, 'x-a', 'device[1]')).toBe(args('-device', 'igb,x-a=on', '-device', 'igb'));
  });

  it('takes out a -set of it, for a device of libvirt too', () => {
    const text = args('-snapshot', '-set', 'device.raw0.x-a=on', '-set', 'device.net0.x-a=on');
    expect(without(text, 'x-a')).toBe(args('-snapshot', '-set', 'device.net0.x-a=on'));
    expect(without(text, 'x-a', 'net0')).toBe(args('-snapshot', '-set', 'device.raw0.x-a=on'));
  });

  it('takes out a -global of it in both forms, and the command line when nothing else is in it', () => {
    const text = args('-global', 'e1000e.x-a=on', '--global', 'driver=igb,property=x-a,value=on');
    expect(without(text, 'x-a', null)).toBe(domain(''));
  });

  it('leaves other devices, other properties and the environment as they are', () => {
    const text = args(
      '-device',
      'e1000e,id=raw1,x-a=on',
      '-set',
      'device.raw0.x-b=on',
      '-global',
      'e1000e.x-a=on',
    );
    expect(without(text, 'x-a')).toBe(text);
    const env = "<qemu:env name='A' value='b'/>";
    const alone = domain(
      `<qemu:commandline><qemu:arg value='-set'/><qemu:arg value='device.raw0.x-a=on'/>${env}</qemu:commandline>`,
    );
    expect(without(alone, 'x-a')).toBe(domain(`<qemu:commandline>${env}</qemu:commandline>`));
  });

  it('carries out several removals of one device at once', () => {
    const text = args('-device', 'e1000e,id=raw0,x-a=on,x-b=1', '-set', 'device.raw0.x-b=2');
    const removals = ['x-a', 'x-b'].map((property) => ({ alias: 'raw0', property }));
    expect(removeOverrides(text, removals)).toBe(args('-device', 'e1000e,id=raw0'));
  });
});
