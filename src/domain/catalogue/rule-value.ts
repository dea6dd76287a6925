import type { Build } from '../qemu/build.js';
import { compareDotted } from '../qemu/version.js';
import type { MachineType } from '../qemu/machine-type.js';
import type { Behaviour, MachineVersions, Rule } from './behaviour.js';
import { inReleases, reachesSeries } from './release-range.js';

export type Certainty = 'certain' | 'assumed' | 'unknown';

/** A value with the rule it came from. Null value: not to be told; then `possible` lists what it can be. */
export interface RuleValue {
  readonly value: string | null;
  readonly possible: readonly string[];
  readonly certainty: Certainty;
  readonly ruleId: string | null;
}

const inVersions = (range: MachineVersions, machine: MachineType): boolean | null => {
  if (range.from === null && range.to === null) return true;
  if (machine.version === null) return null;
  return (
    (range.from === null || compareDotted(machine.version, range.from) >= 0) &&
    (range.to === null || compareDotted(machine.version, range.to) <= 0)
  );
};

const inPackage = (rule: Rule, build: Build): boolean | null => {
  if (rule.package === null) return true;
  // A silent binary may be patched all the same: `query-version` is the only hint there is.
  return build.package === null ? null : new RegExp(rule.package, 'i').test(build.package);
};

const matches = (rule: Rule, build: Build, machine: MachineType): boolean | null => {
  const answers = [
    rule.releases.length === 0 ? true : inReleases(rule.releases, build.version),
    inVersions(rule.machineVersions, machine),
    inPackage(rule, build),
  ];
  if (answers.includes(false)) return false;
  return answers.includes(null) ? null : true;
};

/**
 * The value that a build gives a machine type before any override.
 * First matching rule wins; where a rule may or may not match, the possible values are collected, and
 * when all agree the value is known all the same, only `assumed`.
 */
export const ruleValue = (
  behaviour: Behaviour,
  build: Build | null,
  machine: MachineType | null,
): RuleValue => {
  if (build === null || machine === null) return anyOf(behaviour, machine);
  const possible = new Map<string, string>();
  for (const rule of behaviour.rules) {
    const answer = matches(rule, build, machine);
    if (answer === false) continue;
    if (!possible.has(rule.value)) possible.set(rule.value, rule.id);
    if (answer) return conclude(possible, possible.size === 1 ? 'certain' : 'unknown');
  }
  return conclude(possible, 'unknown');
};

/** Build not known: known all the same where every build that has this machine type agrees. */
const anyOf = (behaviour: Behaviour, machine: MachineType | null): RuleValue => {
  const possible = new Map<string, string>();
  for (const rule of behaviour.rules) {
    if (machine !== null && !mayConcern(rule, machine)) continue;
    if (!possible.has(rule.value)) possible.set(rule.value, rule.id);
  }
  return conclude(possible, 'assumed');
};

/** No build has a machine type newer than itself. */
const mayConcern = (rule: Rule, machine: MachineType): boolean => {
  if (inVersions(rule.machineVersions, machine) === false) return false;
  if (rule.releases.length === 0 || machine.version === null) return true;
  return reachesSeries(rule.releases, machine.version.split('.').slice(0, 2).join('.'));
};

const conclude = (possible: ReadonlyMap<string, string>, certainty: Certainty): RuleValue => {
  const [first] = possible;
  if (possible.size === 1 && first !== undefined) {
    return {
      value: first[0],
      possible: [first[0]],
      certainty: certainty === 'certain' ? 'certain' : 'assumed',
      ruleId: first[1],
    };
  }
  return { value: null, possible: [...possible.keys()], certainty: 'unknown', ruleId: null };
};

/** What a correct build gives this machine type; null when the machine type has no version to go by. */
export const referenceValue = (behaviour: Behaviour, machine: MachineType | null): string | null => {
  if (machine === null) return null;
  for (const rule of behaviour.reference) {
    const answer = inVersions(rule.machineVersions, machine);
    if (answer === true) return rule.value;
    if (answer === null) return null;
  }
  return null;
};
