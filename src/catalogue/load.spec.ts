import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CatalogueError, type CatalogueFault } from './catalogue-error.js';
import { BUNDLED_CATALOGUE, loadCatalogue } from './load.js';

const GOOD = `# a comment
id: made-up
title: A made-up behaviour
description: Nothing real.
scope: device
selector:
  - qomTypes: [e1000e]
    when:
      - { property: aer, value: 'on' }
      - behind-pcie-port
sticky: plug
consequence: load-fails
values: ['on', 'off']
rules:
  - id: before
    releases: [{ toSeries: '7.2' }]
    value: 'off'
    evidence: { grade: source, note: read }
  - id: since
    value: 'on'
    evidence: { grade: source, note: read }
reference:
  - value: 'off'
acceptance:
  - carried: 'on'
    offered: 'off'
    result: fail
    evidence: { grade: source, note: read }
evidence: { grade: source, note: read }
`;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'catalogue-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const put = (name: string, text: string): void => {
  const file = join(directory, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};
const putBehaviour = (text: string): void => put('behaviours/made-up.yaml', text);

const faultsOf = (directories: readonly string[] = [directory]): readonly CatalogueFault[] => {
  try {
    loadCatalogue(directories);
  } catch (error) {
    if (error instanceof CatalogueError) return error.faults;
    throw error;
  }
  return [];
};
const brief = (faults: readonly CatalogueFault[]): readonly string[] =>
  faults.map(({ line, field, message }) => `${line}: ${field}: ${message}`);

describe('a good catalogue', () => {
  it('fills in what a file leaves out', () => {
    putBehaviour(GOOD);
    const [behaviour] = loadCatalogue(directory).behaviours;
    expect(behaviour).toMatchObject({
      id: 'made-up',
      selector: [
        {
          qomTypes: ['e1000e'],
          when: [{ kind: 'property', name: 'aer', value: 'on' }, { kind: 'behind-pcie-port' }],
        },
      ],
      rules: [
        { id: 'before', package: null, machineVersions: { from: null, to: null } },
        { id: 'since', releases: [], package: null, machineVersions: { from: null, to: null } },
      ],
      acceptance: [{ releases: [], documented: null }],
      knobs: [],
      latent: null,
      observations: [],
      errorPatterns: [],
      introducedBy: [],
      fixedBy: [],
      links: [],
    });
  });

  it("adds an operator's own behaviours to the bundled ones", () => {
    putBehaviour(GOOD);
    const bundled = loadCatalogue();
    const both = loadCatalogue([BUNDLED_CATALOGUE, directory]);
    expect(both.behaviours.map(({ id }) => id)).toContain('made-up');
    expect(both.behaviours).toHaveLength(bundled.behaviours.length + 1);
    expect(both.pins).toHaveLength(bundled.pins.length);
    expect(both.revision).not.toBe(bundled.revision);
  });

  it('takes an alias for a list said twice', () => {
    putBehaviour(GOOD.replace('[e1000e]', '&types [e1000e]').replace('reference:', 'links: []\nreference:'));
    expect(faultsOf()).toEqual([]);
  });

  it('passes over what editors and Kubernetes hide, and files that are no YAML', () => {
    putBehaviour(GOOD);
    put('behaviours/.made-up.yaml.swp', 'not yaml: [');
    put('..2026_01_01/other.yaml', 'id: [');
    put('README.md', '# mine');
    expect(faultsOf()).toEqual([]);
  });
});

describe('a fault names line and field', () => {
  it.each<[string, string | RegExp, string, readonly string[]]>([
    ['a key that is missing', 'title: A made-up behaviour\n', '', ['1: title: is missing']],
    [
      'a key that is unknown',
      'sticky: plug',
      'stikcy: plug',
      ['11: stikcy: is no key of this place', '1: sticky: is missing'],
    ],
    [
      'an unknown key deep down',
      "    value: 'off'\n    ev",
      "    vlaue: x\n    value: 'off'\n    ev",
      ['17: rules[0].vlaue: is no key of this place'],
    ],
    [
      'a number for text',
      "toSeries: '7.2'",
      'toSeries: 7.2',
      ['16: rules[0].releases[0].toSeries: is read as the number 7.2; put it in quotes'],
    ],
    ['an empty key', 'title: A made-up behaviour', 'title:', ['3: title: is empty; leave the key out']],
    ['text for a list', "values: ['on', 'off']", 'values: on', ['13: values: must be a list']],
    [
      'an unknown word',
      'sticky: plug',
      'sticky: glued',
      ['11: sticky: must be one of: process, chain, plug, boot, negotiate'],
    ],
    [
      'an unknown condition',
      '- behind-pcie-port',
      '- behind-usb',
      [
        '10: selector[0].when[1]: must be behind-pcie-port, occupied, { property, value }, { kernel: { from, to } }, { libvirt: { from, to } }, { accelerator }, { cpuVendor } or { cpuFeature, value }',
      ],
    ],
    [
      'an id unlike the file',
      'id: made-up',
      'id: made-down',
      ['2: id: is made-down, unlike the name of the file'],
    ],
    ['a rule id twice', 'id: since', 'id: before', ['19: rules[1].id: repeats before']],
    [
      'a rule value unknown',
      "    value: 'on'\n",
      "    value: 'maybe'\n",
      ['20: rules[1].value: names maybe, which is not among values'],
    ],
    [
      'a reference value unknown',
      "  - value: 'off'",
      '  - value: maybe',
      ['23: reference[0].value: names maybe, which is not among values'],
    ],
    [
      'an accepted value unknown',
      "carried: 'on'",
      'carried: maybe',
      ['25: acceptance[0].carried: names maybe, which is not among values'],
    ],
    [
      'a selector left out',
      /selector:[^]*?sticky/,
      'sticky',
      ['1: selector: is missing: a behaviour of devices says which'],
    ],
    [
      'latent without negotiate',
      'acceptance:',
      "latent:\n  travelsInto: [{ toSeries: '9.0' }]\n  evidence: { grade: source, note: x }\nacceptance:",
      ['24: latent: is for sticky: negotiate alone; nothing else is set anew by a reset'],
    ],
    [
      'a range backwards',
      "toSeries: '7.2'",
      "fromSeries: '8.0', toSeries: '7.2'",
      ['16: rules[0].releases[0].toSeries: lies before fromSeries'],
    ],
    [
      'a range out of its series',
      "toSeries: '7.2'",
      "series: '8.0', from: 8.1.0",
      ['16: rules[0].releases[0].from: is not in series 8.0'],
    ],
    [
      'a range with no series',
      "toSeries: '7.2'",
      'from: 8.1.0',
      ['16: rules[0].releases[0].from: needs its series beside it'],
    ],
    [
      'a range of two kinds',
      "toSeries: '7.2'",
      "series: '8.0', toSeries: '8.1'",
      ['16: rules[0].releases[0]: is either one series or a span of series, not both'],
    ],
    ['a range of nothing', "{ toSeries: '7.2' }", '{}', ['16: rules[0].releases[0]: names no releases']],
    [
      'a series of words',
      "toSeries: '7.2'",
      'toSeries: seven',
      ['16: rules[0].releases[0].toSeries: must be a series, as 8.0'],
    ],
    [
      'a development version',
      "toSeries: '7.2'",
      "series: '8.0', to: 8.0.50",
      ['16: rules[0].releases[0].to: is a development version, which no release range can hold'],
    ],
    [
      'machine versions backwards',
      "    value: 'off'\n    ev",
      "    value: 'off'\n    machineVersions: { from: '8.0', to: '7.2' }\n    ev",
      ['18: rules[0].machineVersions.to: lies before from'],
    ],
    [
      'a pattern that is none',
      'acceptance:',
      "errorPatterns: ['(']\nacceptance:",
      ['24: errorPatterns[0]: is no regular expression: Invalid regular expression: /(/: Unterminated group'],
    ],
    [
      'a pattern that explodes',
      'acceptance:',
      "errorPatterns:\n  - fine\n  - '(a+)+'\nacceptance:",
      ['26: errorPatterns[1]: repeats a group that itself repeats or chooses'],
    ],
    [
      'a knob never settable',
      'acceptance:',
      'knobs:\n  - { qomTypes: [e1000e], property: p, libvirtType: bool, texts: { maybe: x }, settable: [] }\nacceptance:',
      [
        '25: knobs[0].settable: is an empty list',
        '25: knobs[0].texts.maybe: names maybe, which is not among values',
      ],
    ],
    [
      'an observed value unknown',
      'acceptance:',
      "observations:\n  - kind: register\n    name: R\n    decode: { '0x0': nothing }\nacceptance:",
      ['27: observations[0].decode.0x0: names nothing, which is not among values'],
    ],
    [
      'an address that is none',
      'acceptance:',
      'links: [javascript:alert(1)]\nacceptance:',
      ['24: links[0]: must be an address, as https://…'],
    ],
    ['a key twice', 'scope: device', 'scope: device\nscope: machine', ['6: : Map keys must be unique']],
    ['a tag of its own', 'title: A', 'title: !mine A', ['3: : Unresolved tag: !mine']],
    ['a merge key', 'acceptance:', '<<: { title: x }\nacceptance:', ['24: <<: is no key of this place']],
  ])('%s', (_, what, instead, expected) => {
    putBehaviour(GOOD.replace(what, instead));
    expect([...brief(faultsOf())].toSorted()).toEqual([...expected].toSorted());
  });

  it('reports an acceptance entry that nothing reaches', () => {
    const entry = (releases: string): string =>
      `  - { carried: 'on', offered: 'off', ${releases}result: accept, evidence: { grade: source, note: x } }\n`;
    putBehaviour(
      GOOD.replace('acceptance:\n', `acceptance:\n${entry("releases: [{ fromSeries: '9.0' }], ")}`),
    );
    expect(faultsOf()).toEqual([]);
    putBehaviour(GOOD.replace(/evidence: \{ grade: source, note: read \}\n$/, `${entry('')}$&`));
    expect(brief(faultsOf())).toEqual(['29: acceptance[1]: is never reached: on to off is said above']);
  });

  it('reports the first release and machine version without a value', () => {
    putBehaviour(
      GOOD.replace(
        '  - id: since\n',
        "  - id: since\n    releases: [{ series: '8.0', from: 8.0.1 }, { fromSeries: '8.1' }]\n",
      ),
    );
    expect(brief(faultsOf([BUNDLED_CATALOGUE, directory]))).toEqual([
      '14: rules: give no value for machine version 0.10 on release 8.0.0',
    ]);
    putBehaviour(GOOD.replace('  - id: since\n', "  - id: since\n    machineVersions: { to: '9.2' }\n"));
    expect(brief(faultsOf([BUNDLED_CATALOGUE, directory]))).toEqual([
      '14: rules: give no value for machine version 10.0 on release 8.0.0',
    ]);
    putBehaviour(GOOD.replace('  - id: since\n', '  - id: since\n    package: debian\n'));
    expect(brief(faultsOf([BUNDLED_CATALOGUE, directory]))).toEqual([
      '14: rules: give no value for machine version 0.10 on release 8.0.0',
    ]);
  });
});

describe('faults of whole files', () => {
  it('reports those of all files at once', () => {
    put('behaviours/made-up.yaml', GOOD.replace('sticky: plug', 'sticky: glued'));
    put('behaviours/second.yaml', 'id: [');
    put('machine-types.json', '{ "machineTypes": [\n{ "name": "pc-q35-7.2", "firstRelease": "7.2" }\n] }');
    put('pins.json', '{ broken');
    const faults = faultsOf();
    expect(faults.map(({ file, line, field }) => [file.slice(directory.length + 1), line, field])).toEqual([
      ['behaviours/made-up.yaml', 11, 'sticky'],
      ['behaviours/second.yaml', 1, ''],
      ['machine-types.json', 2, 'machineTypes[0].firstRelease'],
      ['pins.json', 1, ''],
    ]);
    expect(() => loadCatalogue(directory)).toThrow(
      expect.objectContaining({
        code: 'BAD_CATALOGUE',
        message: expect.stringContaining('made-up.yaml:11: sticky'),
      }),
    );
  });

  it('refuses a behaviour, machine type, release or pin that another directory has', () => {
    put('behaviours/pcie-err-unc-mask.yaml', GOOD.replace('id: made-up', 'id: pcie-err-unc-mask'));
    put('machine-types.json', '{ "machineTypes": [{ "name": "pc-q35-7.2", "firstRelease": "7.2.0" }] }');
    put('releases.json', '{ "releases": [\n{ "version": "8.0.1", "date": "2023-05-29" }] }');
    put(
      'pins.json',
      `{ "arrays": [{ "array": "hw_compat_7_2", "families": ["all"], "pins": [
        { "qomType": "pci-device", "property": "x-pcie-err-unc-mask", "value": "on", "firstRelease": "8.0.1" }] }] }`,
    );
    const faults = faultsOf([BUNDLED_CATALOGUE, directory]);
    expect(faults.map(({ file, line, field }) => [file.slice(directory.length + 1), line, field])).toEqual([
      ['behaviours/pcie-err-unc-mask.yaml', 2, 'id'],
      ['machine-types.json', 1, 'machineTypes[0].name'],
      ['pins.json', 2, 'arrays[0].pins[0].property'],
      ['releases.json', 2, 'releases[0].version'],
    ]);
    expect(faults[0]?.message).toContain(join(BUNDLED_CATALOGUE, 'behaviours'));
  });

  it('refuses device types that name a build or a type which is not there', () => {
    put(
      'device-types.json',
      `{ "builds": [{ "id": "a", "version": "8.0.1", "covers": "device" }], "types": [
        { "name": "nic", "parent": "card" },
        { "name": "disk", "inner": "heart", "absentIn": ["a", "b"], "properties": [{ "names": ["x"], "missingIn": ["c"] }] }] }`,
    );
    expect(faultsOf().map(({ line, field, message }) => [line, field, message])).toEqual([
      [2, 'types[0].parent', 'is card, which is no type here'],
      [3, 'types[1].inner', 'is heart, which is no type here'],
      [3, 'types[1].absentIn', 'names b, which is no build here'],
      [3, 'types[1].properties', 'names c, which is no build here'],
    ]);
  });

  it('refuses YAML that would not be read, and directories without a catalogue', () => {
    putBehaviour(GOOD);
    put('mine.yaml', GOOD);
    put('behaviours/other.yml', GOOD);
    const empty = mkdtempSync(join(directory, 'empty-'));
    expect(faultsOf([directory, empty, join(directory, 'gone')]).map(({ message }) => message)).toEqual([
      'is not read; name it .yaml',
      'holds no part of a catalogue',
      expect.stringMatching(/^cannot be read: .*ENOENT/),
      'is not read; behaviours go into the folder behaviours',
    ]);
  });

  it('bounds size, aliases and nesting', () => {
    put('behaviours/large.yaml', `# ${'x'.repeat(3 * 1024 * 1024)}`);
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'
        .split('')
        .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[i]}`).join(',')}]`),
    ];
    put('behaviours/aliases.yaml', bomb.join('\n'));
    put('behaviours/flow.yaml', '['.repeat(200_000));
    put('behaviours/compact.yaml', '- '.repeat(200_000));
    put('behaviours/block.yaml', Array.from({ length: 1000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'));
    put('pins.json', `{ "arrays": ${'['.repeat(200_000)}${']'.repeat(200_000)} }`);
    symlinkSync(directory, join(directory, 'behaviours', 'folder.yaml'));
    expect(faultsOf().map(({ file, message }) => `${file.slice(directory.length + 1)}: ${message}`)).toEqual([
      'behaviours/aliases.yaml: Excessive alias count indicates a resource exhaustion attack',
      'behaviours/block.yaml: nests too deep',
      'behaviours/compact.yaml: nests too deep',
      'behaviours/flow.yaml: nests too deep',
      expect.stringMatching(/^behaviours\/folder.yaml: cannot be read: .*EISDIR/),
      'behaviours/large.yaml: has 3145730 bytes; the limit is 2097152',
      'pins.json: nests too deep',
    ]);
  });
});
