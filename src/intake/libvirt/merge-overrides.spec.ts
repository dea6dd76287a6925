import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Override } from '../../domain/qemu/override.js';
import { parseDomainXml } from './domain-xml.js';
import { launchConfigurationOf } from './launch-configuration.js';
import { mergeOverrides, UnwritableOverride, type OverrideForm } from './merge-overrides.js';

const recorded = (file: string): string =>
  readFileSync(new URL(`./fixtures/${file}`, import.meta.url), 'utf8');
const mask = (alias: string | null, qomType = 'pcie-root-port', value = 'on'): Override => ({
  alias,
  qomType,
  property: 'x-pcie-err-unc-mask',
  value,
  libvirtType: 'bool',
});
const NAMESPACE = 'http://libvirt.org/schemas/domain/qemu/1.0';
const BARE = `<domain type='kvm'>
  <name>vm</name>
  <uuid>11111111-2222-4333-8444-000000000001</uuid>
  <os>
    <type machine='pc-q35-7.2'>hvm</type>
  </os>
</domain>
`;
const withInside = (inside: string, attributes = ` xmlns:qemu='${NAMESPACE}'`): string =>
  BARE.replace("type='kvm'", `type='kvm'${attributes}`).replace('</domain>', `${inside}</domain>`);

describe('mergeOverrides', () => {
  it('writes, byte for byte, the answer that a recorded libvirt took', () => {
    const asked = recorded('044-hostb-vm2-migrate-begin.xml');
    const overrides = ['pci.1', 'pci.2', 'pci.3', 'net0'].map((alias) => mask(alias));
    expect(mergeOverrides(asked, overrides, 'qemu:override')).toBe(
      recorded('045-hostb-vm2-migrate-begin-out.xml'),
    );
  });

  it('writes the recorded -global answer as well', () => {
    const answer = recorded('068-hostb-vm3-migrate-begin-out.xml');
    const asked = answer
      .replace(/ xmlns:qemu='[^']*'/, '')
      .replace(/ {2}<qemu:commandline>[^]*<\/qemu:commandline>\n/, '');
    const overrides = [mask('pci.1'), mask('pci.2'), mask('net0', 'e1000e')];
    expect(mergeOverrides(asked, overrides, 'qemu:commandline')).toBe(answer);
  });

  it('agrees with the samples of both forms', () => {
    const asked = recorded('erp-db-01-migrate-begin.xml');
    const ports = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => mask(`pci.${n}`));
    expect(mergeOverrides(asked, ports, 'qemu:override').trimEnd()).toBe(
      recorded('erp-db-01-migrate-answer-override.xml').trimEnd(),
    );
    expect(mergeOverrides(asked, [mask(null, 'pci-device')], 'qemu:commandline').trimEnd()).toBe(
      recorded('erp-db-01-migrate-answer-global.xml').trimEnd(),
    );
  });

  it('gives back the very same text when there is nothing to add, without looking at it', () => {
    expect(mergeOverrides('not XML', [], 'qemu:override')).toBe('not XML');
    const merged = recorded('045-hostb-vm2-migrate-begin-out.xml');
    expect(mergeOverrides(merged, [mask('net0')], 'qemu:override')).toBe(merged);
  });

  it('adds to an override that is there: a property, a front end, a device; the others stay', () => {
    const before = withInside(`  <qemu:override>
    <qemu:device alias='pci.1'>
      <qemu:frontend>
        <qemu:property name='other' type='unsigned' value='7'/>
      </qemu:frontend>
    </qemu:device>
    <qemu:device alias="pci.2" />
  </qemu:override>
`);
    expect(mergeOverrides(before, [mask('pci.1'), mask('pci.2'), mask('pci.3')], 'qemu:override')).toBe(
      withInside(`  <qemu:override>
    <qemu:device alias='pci.1'>
      <qemu:frontend>
        <qemu:property name='other' type='unsigned' value='7'/>
        <qemu:property name='x-pcie-err-unc-mask' type='bool' value='true'/>
      </qemu:frontend>
    </qemu:device>
    <qemu:device alias="pci.2" >
      <qemu:frontend>
        <qemu:property name='x-pcie-err-unc-mask' type='bool' value='true'/>
      </qemu:frontend>
    </qemu:device>
    <qemu:device alias='pci.3'>
      <qemu:frontend>
        <qemu:property name='x-pcie-err-unc-mask' type='bool' value='true'/>
      </qemu:frontend>
    </qemu:device>
  </qemu:override>
`),
    );
  });

  it('sets a property anew that is there with another value or type, inside its own quotes', () => {
    const override = (value: string): string =>
      withInside(
        `<qemu:override><qemu:device alias='net0'><qemu:frontend><qemu:property value="${value}"  name="x-pcie-err-unc-mask" type='bool'/></qemu:frontend></qemu:device></qemu:override>`,
      );
    expect(mergeOverrides(override('false'), [mask('net0')], 'qemu:override')).toBe(override('true'));
  });

  it('uses whatever prefix is bound to the namespace, a default namespace included', () => {
    const q = withInside('', ` xmlns:q='${NAMESPACE}'`);
    expect(mergeOverrides(q, [mask('net0')], 'qemu:override')).toContain(
      "<q:property name='x-pcie-err-unc-mask'",
    );
    const inner = withInside(`  <override xmlns='${NAMESPACE}'>\n  </override>\n`, '');
    const merged = mergeOverrides(inner, [mask('net0')], 'qemu:override');
    expect(merged).toContain("\n    <device alias='net0'>\n      <frontend>");
    expect(merged).not.toContain('qemu:');
  });

  it('takes another prefix when qemu is bound to something else', () => {
    const merged = mergeOverrides(withInside('', " xmlns:qemu='urn:else'"), [mask('net0')], 'qemu:override');
    expect(merged).toContain(` xmlns:qemu='urn:else' xmlns:qemu1='${NAMESPACE}'>`);
    expect(merged).toContain('  <qemu1:override>\n');
  });

  it('is not led astray by elements that only look alike', () => {
    const decoys =
      "  <!-- <qemu:override/> </domain> -->\n  <metadata><a><![CDATA[</domain><qemu:override>]]></a></metadata>\n  <override><device alias='net0'/></override>\n";
    const before = withInside(decoys);
    const merged = mergeOverrides(before, [mask('net0')], 'qemu:override');
    expect(merged.startsWith(before.slice(0, before.lastIndexOf('\n</domain>')))).toBe(true);
    expect(merged.match(/<qemu:device/g)).toHaveLength(1);
  });

  it('follows CR LF, tabs and documents on one line', () => {
    const tabs = BARE.replaceAll('  ', '\t').replaceAll('\n', '\r\n');
    expect(mergeOverrides(tabs, [mask('net0')], 'qemu:override')).toContain(
      "\r\n\t<qemu:override>\r\n\t\t<qemu:device alias='net0'>\r\n\t\t\t<qemu:frontend>\r\n\t\t\t\t<qemu:property ",
    );
    const oneLine = BARE.replaceAll(/\n */g, '');
    expect(mergeOverrides(oneLine, [mask(null, 'pci-device')], 'qemu:commandline')).toContain(
      "</os><qemu:commandline><qemu:arg value='-global'/><qemu:arg value='pci-device.x-pcie-err-unc-mask=on'/></qemu:commandline></domain>",
    );
  });

  it('appends a -global after the arguments there, before the environment, unless it is already in effect', () => {
    const env = "    <qemu:env name='A' value='b'/>\n  </qemu:commandline>\n";
    const args = (...values: string[]): string =>
      withInside(
        `  <qemu:commandline>\n${values.map((value) => `    <qemu:arg value='${value}'/>\n`).join('')}${env}`,
      );
    const on = 'pci-device.x-pcie-err-unc-mask=on';
    const off = 'pci-device.x-pcie-err-unc-mask=off';
    const merge = (text: string): string =>
      mergeOverrides(text, [mask(null, 'pci-device')], 'qemu:commandline');
    expect(merge(args('-snapshot'))).toBe(args('-snapshot', '-global', on));
    expect(merge(args('-global', on))).toBe(args('-global', on));
    expect(merge(args('-global', on, '-global', off))).toBe(
      args('-global', on, '-global', off, '-global', on),
    );
    const long = args('-global', 'driver=pci-device,property=x-pcie-err-unc-mask,value=on');
    expect(merge(long)).toBe(long);
  });

  describe('for a device of the command line, which libvirt does not reach', () => {
    const args = (...values: string[]): string =>
      withInside(
        `  <qemu:commandline>\n${values.map((value) => `    <qemu:arg value='${value}'/>\n`).join('')}  </qemu:commandline>\n`,
      );
    const merge = (text: string, alias = 'raw0'): string => {
      const merged = mergeOverrides(text, [mask(alias)], 'qemu:override');
      expect(mergeOverrides(merged, [mask(alias)], 'qemu:override')).toBe(merged);
      const { devices } = launchConfigurationOf(parseDomainXml(merged)).configuration;
      const device = devices.find((other) => other.alias === alias);
      expect(device?.properties['x-pcie-err-unc-mask']).toBe('on');
      return merged;
    };

    it('writes into the -device itself, as an option or as JSON, and no override that matches nothing', () => {
      expect(merge(args('-device', 'e1000e,id=raw0'))).toBe(
        args('-device', 'e1000e,id=raw0,x-pcie-err-unc-mask=on'),
      );
      expect(merge(args('-device', 'e1000e,x-pcie-err-unc-mask=off,id=raw0'))).toBe(
        args('-device', 'e1000e,x-pcie-err-unc-mask=on,id=raw0'),
      );
      const json = (mask: string): string =>
        args(
          '-device',
          `{"driver":"e1000e","id":"raw0","x-pcie-err-unc-mask":${mask}}`.replaceAll('"', '&#34;'),
        );
      expect(merge(json('false'))).toBe(json('true'));
    });

    it('reaches one without an id', () => {
      expect(merge(args('-device', 'igb', '-device', 'e1000e'), 'device[1]')).toBe(
        args('-device', 'igb', '-device', 'e1000e,x-pcie-err-unc-mask=on'),
      );
    });

    it('takes out a -set that would outrank it', () => {
      const text = args('-device', 'e1000e,id=raw0', '-set', 'device.raw0.x-pcie-err-unc-mask=off');
      expect(merge(text)).toBe(args('-device', 'e1000e,id=raw0,x-pcie-err-unc-mask=on'));
    });

    it('gives the others of the same hop their override, without a -set that would outrank that', () => {
      const port =
        "  <devices>\n    <controller type='pci' index='1' model='pcie-root-port'/>\n  </devices>\n";
      const text = args('-device', 'e1000e,id=raw0', '-set', 'device.pci.1.x-pcie-err-unc-mask=off').replace(
        '  <qemu:commandline>',
        `${port}  <qemu:commandline>`,
      );
      const merged = mergeOverrides(text, [mask('pci.1'), mask('raw0')], 'qemu:override');
      expect(merged.match(/alias='[^']*'/g)).toEqual(["alias='pci.1'"]);
      const { configuration, notes } = launchConfigurationOf(parseDomainXml(merged));
      expect(
        configuration.devices.map(({ alias, properties }) => [alias, properties['x-pcie-err-unc-mask']]),
      ).toEqual([
        ['pci.1', 'on'],
        ['raw0', 'on'],
      ]);
      expect({ notes, set: merged.includes('-set') }).toEqual({ notes: [], set: false });
    });
  });

  it('writes values as libvirt reads them', () => {
    const values: [Override['libvirtType'], string, string][] = [
      ['bool', 'off', 'false'],
      ['unsigned', '0x400', '1024'],
      ['signed', '-0x10', '-16'],
      ['string', 'a<b & \'c\' "d"', 'a&#60;b &#38; &#39;c&#39; &#34;d&#34;'],
    ];
    for (const [libvirtType, value, written] of values) {
      const override = { ...mask('net0'), libvirtType, value };
      expect(mergeOverrides(BARE, [override], 'qemu:override')).toContain(
        `type='${libvirtType}' value='${written}'/>`,
      );
    }
  });

  it('writes what is the machine’s and no device’s as a -global beside the overrides', () => {
    const cpu: Override = {
      alias: null,
      qomType: 'x86_64-cpu',
      property: 'x-arch-cap-always-on',
      value: 'on',
      libvirtType: 'bool',
    };
    const written = mergeOverrides(BARE, [mask('pci.1'), cpu], 'qemu:override');
    const { globals } = launchConfigurationOf(parseDomainXml(written)).configuration;
    expect(globals).toEqual([{ driver: 'x86_64-cpu', property: 'x-arch-cap-always-on', value: 'on' }]);
    expect(written).toContain("<qemu:device alias='pci.1'>");
    expect(mergeOverrides(written, [mask('pci.1'), cpu], 'qemu:override')).toBe(written);
  });

  it('refuses what it cannot write', () => {
    const refused = (overrides: Override[], form: OverrideForm): void => {
      expect(() => mergeOverrides(BARE, overrides, form)).toThrow(UnwritableOverride);
    };
    refused([{ ...mask('net0'), value: 'maybe' }], 'qemu:override');
    refused([{ ...mask('net0'), libvirtType: 'unsigned', value: '-1' }], 'qemu:override');
    refused([mask('net0', 'e1000e', 'on'), mask('net0', 'e1000e', 'off')], 'qemu:override');
    refused([mask('net0', 'e1000e', 'on'), mask('net1', 'e1000e', 'off')], 'qemu:commandline');
  });

  it.each(['qemu:override', 'qemu:commandline'] as const)(
    'with any overrides as %s: only inserts, once, and is read back',
    (form) => {
      const recordings = [
        '044-hostb-vm2-migrate-begin.xml',
        '085-hostb-vm6-migrate-begin.xml',
        'erp-db-01-migrate-begin.xml',
      ].map(recorded);
      const override = fc.record({
        alias: fc.constantFrom('pci.1', 'pci.2', 'pci.3', 'net0'),
        qomType: fc.constantFrom('pcie-root-port', 'e1000e'),
        property: fc.constantFrom('x-a', 'x-b', 'x-c'),
        value: fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme-ascii' }),
        libvirtType: fc.constant('string' as const),
      });
      const key = ({ alias, qomType, property }: Override): string =>
        `${form === 'qemu:override' ? alias : qomType}.${property}`;
      fc.assert(
        fc.property(
          fc.constantFrom(...recordings),
          fc.uniqueArray(override, { selector: key, minLength: 1, maxLength: 8 }),
          (text, overrides) => {
            const merged = mergeOverrides(text, overrides, form);
            expect(mergeOverrides(merged, overrides, form)).toBe(merged);

            const at = text.lastIndexOf('\n</domain>');
            const declaration = ` xmlns:qemu='${NAMESPACE}'`;
            expect(merged.replace(declaration, '').startsWith(text.slice(0, at))).toBe(true);
            expect(merged.endsWith(text.slice(at))).toBe(true);

            const { devices, globals } = launchConfigurationOf(parseDomainXml(merged)).configuration;
            for (const { alias, qomType, property, value } of overrides) {
              if (form === 'qemu:override')
                expect(devices.find((device) => device.alias === alias)?.properties[property]).toBe(value);
              else expect(globals).toContainEqual({ driver: qomType, property, value });
            }
          },
        ),
      );
    },
  );

  it('merging in two steps says the same as merging at once', () => {
    const aliases = fc.uniqueArray(fc.constantFrom('pci.1', 'pci.2', 'pci.3', 'net0', 'net1'), {
      minLength: 2,
    });
    fc.assert(
      fc.property(aliases, fc.nat(), (all, cut) => {
        const overrides = all.map((alias) => mask(alias));
        const at = cut % (overrides.length + 1);
        const first = mergeOverrides(BARE, overrides.slice(0, at), 'qemu:override');
        expect(mergeOverrides(first, overrides.slice(at), 'qemu:override')).toBe(
          mergeOverrides(BARE, overrides, 'qemu:override'),
        );
      }),
    );
  });
});
