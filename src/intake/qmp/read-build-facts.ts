import type {
  BuildFacts,
  CpuFacts,
  MachineTypeFacts,
  PropertyFacts,
  TypeFacts,
} from '../../domain/qemu/build-facts.js';
import { buildFingerprint } from '../../recording/build-fingerprint.js';
import { ProbeFailed } from './probe-failed.js';
import { answersSchema, type QmpAnswers } from './answers.js';
import { shareCompatProps } from './shared-compat-props.js';
import { shareProperties } from './shared-properties.js';

/** A binary's answers, apart from what they owe to the processor of the host. */
export interface ProbedBinary {
  readonly facts: BuildFacts;
  readonly cpu: CpuFacts;
}

const byName = <T extends { readonly name: string }>(entries: readonly T[]): readonly T[] =>
  entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));

/** `device` is the root here: what every object has is of no use. */
const ROOT = 'device';

/**
 * Reads what a binary answered to the commands of a probe.
 * @throws ProbeFailed naming the first field that is not as QEMU answers it
 */
export const readBuildFacts = (raw: unknown): ProbedBinary => {
  const parsed = answersSchema.safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ProbeFailed(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not as QEMU answers'}`);
  }
  const answers = parsed.data;
  const { qemu, package: packaged } = answers.version;
  const content = {
    build: {
      version: `${qemu.major}.${qemu.minor}.${qemu.micro}`,
      package: packaged.trim() === '' ? null : packaged.trim(),
    },
    target: answers.target.arch,
    machineTypes: machineTypesOf(answers),
    types: typesOf(answers),
    cpuModels: byName(answers.cpuModels ?? []).map((model) => ({
      name: model.name,
      aliasOf: model['alias-of'] ?? null,
      migrationSafe: model['migration-safe'] ?? null,
    })),
  };
  return { facts: { fingerprint: buildFingerprint(content), ...content }, cpu: cpuOf(answers) };
};

const machineTypesOf = ({ machines }: QmpAnswers): readonly MachineTypeFacts[] => {
  const told = machines.flatMap(({ name, 'compat-props': props }) =>
    props === undefined
      ? []
      : [
          [
            name,
            props.map(({ 'qom-type': qomType, property, value }) => ({ qomType, property, value })),
          ] as const,
        ],
  );
  const compatProps = shareCompatProps(new Map(told));
  return byName(machines).map(({ name, alias, deprecated }) => ({
    name,
    alias: alias ?? null,
    deprecated: deprecated ?? false,
    compatProps: compatProps.get(name) ?? null,
  }));
};

/** Longer ones are no values that a machine type sets. */
const MAX_DEFAULT = 200;

/** Lists (an empty one for rocker's ports) say nothing here. */
const defaultText = (value: unknown): string | null => {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.length <= MAX_DEFAULT ? value : null;
};

const typesOf = ({ types, properties, ...answers }: QmpAnswers): readonly TypeFacts[] => {
  const parents = new Map(types.map(({ name, parent }) => [name, name === ROOT ? null : (parent ?? null)]));
  const ancestorsOf = (type: string): readonly string[] => {
    const found: string[] = [];
    for (let at = parents.get(type); at != null && parents.has(at) && at !== type; at = parents.get(at)) {
      if (found.includes(at)) break;
      found.push(at);
    }
    return found;
  };
  const asked = new Map(
    Object.entries(properties).map(([type, answer]) => [
      type,
      answer.map(({ name, type: kind, 'default-value': value }): PropertyFacts => ({
        name,
        type: kind,
        default: defaultText(value),
      })),
    ]),
  );
  const shared = shareProperties(asked, ancestorsOf);
  const inner = new Map(Object.entries(answers.inner));
  return byName(types).map(({ name, ...type }) => {
    const abstract = type.abstract ?? false;
    return {
      name,
      parent: parents.get(name) ?? null,
      inner: inner.get(name) ?? null,
      abstract,
      properties: shared(name),
    };
  });
};

const cpuOf = ({ kvm, cpuModels, hostCpu }: QmpAnswers): CpuFacts => {
  const props = Object.entries(hostCpu?.model.props ?? {});
  const are = (wanted: boolean): readonly string[] =>
    props.flatMap(([name, value]) => (value === wanted ? name : [])).toSorted();
  return {
    accelerator: kvm?.enabled === true ? 'kvm' : 'tcg',
    wanting: byName(cpuModels ?? []).flatMap(({ name, 'unavailable-features': wanting }) =>
      wanting === undefined || wanting.length === 0
        ? []
        : { model: name, features: [...new Set(wanting)].toSorted() },
    ),
    // Without KVM it is what TCG can do.
    host: hostCpu === null || kvm?.enabled !== true ? null : { on: are(true), off: are(false) },
  };
};
