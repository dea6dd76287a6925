import { describe, expect, it } from '@jest/globals';
import { answersOf, BINARIES, binaryOf, factsOf, type BinaryName } from '../../../test/qmp/binaries.js';
import { propertyOf } from '../../domain/qemu/build-facts-lookup.js';
import { answersSchema, type QmpAnswers } from './answers.js';
import { ProbeFailed } from './probe-failed.js';
import { readBuildFacts } from './read-build-facts.js';

const answered = (name: BinaryName): QmpAnswers => answersSchema.parse(answersOf(name));

describe('what a binary says of itself', () => {
  it.each([
    ['5.2.0', '5.2.0', 'Debian 1:5.2+dfsg-11+deb11u3'],
    ['8.0.0', '8.0.0', null],
    ['11.1.3', '11.1.3', 'Debian 1:11.1.3+ds-1'],
  ] as const)('names its build: %s', (name, version, packaged) => {
    expect(factsOf(name)).toMatchObject({ build: { version, package: packaged }, target: 'x86_64' });
  });

  it('has machine types with their aliases, and from 9.1 on what each sets', () => {
    const find = (name: BinaryName, machine: string): unknown =>
      factsOf(name).machineTypes.find((candidate) => candidate.name === machine);
    expect(find('7.2.22', 'pc-q35-7.2')).toEqual({
      name: 'pc-q35-7.2',
      alias: 'q35',
      deprecated: false,
      compatProps: null,
    });
    expect(find('11.1.3', 'pc-q35-7.2')).toMatchObject({
      alias: null,
      deprecated: true,
      compatProps: {
        like: 'pc-q35-8.0',
        then: expect.arrayContaining([
          { qomType: 'pci-device', property: 'x-pcie-err-unc-mask', value: 'off' },
        ]),
      },
    });
  });

  it.each(BINARIES)(
    'tells of %s every property that was answered, though what types share is told once',
    (name) => {
      const facts = factsOf(name);
      const { properties } = answered(name);
      const lost = Object.entries(properties).flatMap(([type, all]) =>
        all.flatMap((property) => {
          const told = propertyOf(facts, type, property.name);
          return told?.type === property.type ? [] : `${type}.${property.name}`;
        }),
      );
      expect(Object.keys(properties).length).toBeGreaterThan(20);
      expect(lost).toEqual([]);
    },
  );

  it('fits in an event: 60 000 properties are told as 4 000', () => {
    expect(JSON.stringify(factsOf('11.1.3')).length).toBeLessThan(256 * 1024);
  });

  it('keeps apart what it owes to the processor that it was asked on', () => {
    const { facts, cpu } = binaryOf('7.2.22');
    expect(cpu.accelerator).toBe('kvm');
    expect(cpu.host?.on).toContain('cx16');
    expect(facts.cpuModels).toContainEqual({ name: 'EPYC', aliasOf: 'EPYC-v1', migrationSafe: true });
    const elsewhere = { ...answersOf('7.2.22'), hostCpu: null, kvm: { enabled: false } };
    expect(readBuildFacts(elsewhere)).toMatchObject({
      facts: { fingerprint: facts.fingerprint },
      cpu: { accelerator: 'tcg', host: null },
    });
  });
});

describe('the fingerprint of a binary', () => {
  it('is the same in whatever order the binary lists things', () => {
    const given = answered('11.1.3');
    const shuffled = {
      ...given,
      types: given.types.toReversed(),
      machines: given.machines.toReversed(),
      properties: Object.fromEntries(
        Object.entries(given.properties)
          .toReversed()
          .map(([type, properties]) => [type, properties.toReversed()]),
      ),
    };
    expect(readBuildFacts(shuffled).facts).toEqual(factsOf('11.1.3'));
  });

  it('differs between binaries that differ in their package alone', () => {
    const [a, b] = [factsOf('10.0.2'), factsOf('10.0.13')];
    expect(a.types).toEqual(b.types);
    expect(a.fingerprint).not.toBe(b.fingerprint);
    expect(new Set(BINARIES.map((name) => factsOf(name).fingerprint)).size).toBe(BINARIES.length);
  });

  it('changes with a compat property, and with the order in which they are applied', () => {
    const given = answered('11.1.3');
    type Props = NonNullable<QmpAnswers['machines'][number]['compat-props']>;
    const edited = (edit: (props: Props) => Props): string =>
      readBuildFacts({
        ...given,
        machines: given.machines.map((machine) =>
          machine.name === 'pc-q35-11.1' && machine['compat-props'] !== undefined
            ? { ...machine, 'compat-props': edit(machine['compat-props']) }
            : machine,
        ),
      }).facts.fingerprint;
    const same = edited((props) => props);
    expect(same).toBe(factsOf('11.1.3').fingerprint);
    expect(edited((props) => props.slice(1))).not.toBe(same);
    expect(edited((props) => props.toReversed())).not.toBe(same);
  });
});

describe('answers that are not as QEMU gives them', () => {
  it.each([
    ['nothing', null, ''],
    [
      'a version without numbers',
      { ...answersOf('8.0.0'), version: { qemu: {}, package: '' } },
      'version.qemu.major',
    ],
    ['too many types', { ...answersOf('8.0.0'), types: Array(10_001).fill({ name: 'x' }) }, 'types'],
    ['a name without end', { ...answersOf('8.0.0'), target: { arch: 'x'.repeat(201) } }, 'target.arch'],
  ])('are refused: %s', (_, raw, field) => {
    expect(() => readBuildFacts(raw)).toThrow(ProbeFailed);
    expect(() => readBuildFacts(raw)).toThrow(new RegExp(`^${field}`));
  });

  it('may have what a later QEMU adds, and types that go round', () => {
    const given = answersOf('8.0.0');
    const { facts } = readBuildFacts({
      ...given,
      later: true,
      types: [{ name: 'a', parent: 'b' }, { name: 'b', parent: 'a', novel: 1 }, { name: 'c' }],
      properties: { c: [{ name: '__proto__', type: 'str', 'default-value': [] }] },
    });
    expect(facts.types.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(propertyOf(facts, 'c', '__proto__')).toEqual({ name: '__proto__', type: 'str', default: null });
    expect(propertyOf(facts, 'constructor', 'x')).toBeNull();
  });
});
