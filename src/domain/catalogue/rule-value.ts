import type { Build } from '../qemu/build.js';
import { parseMachineType, type MachineType } from '../qemu/machine-type.js';
import type { Behaviour, Rule } from './behaviour.js';
import { allHold, type Circumstances } from './condition.js';
import { inMachineVersions } from './machine-versions.js';
import { inReleases, reachesSeries } from './release-range.js';

export type Certainty = 'certain' | 'assumed' | 'unknown';

/** A value with the rule it came from. Null value: not to be told; then `possible` lists what it can be. */
export interface RuleValue {
  readonly value: string | null;
  readonly possible: readonly string[];
  readonly certainty: Certainty;
  readonly ruleId: string | null;
}

const inPackage = (rule: Rule, build: Build): boolean | null => {
  if (rule.package === null) return true;
  // A silent binary may be patched all the same: `query-version` is the only hint there is.
  return build.package === null ? null : new RegExp(rule.package, 'i').test(build.package);
};

const isOfVendor = ({ vendor }: Rule, machine: MachineType): boolean =>
  vendor === undefined || vendor === machine.vendor;

const inCircumstances = (rule: Rule, where: Circumstances | null): boolean | null =>
  rule.when.length === 0 ? true : where === null ? null : allHold(rule.when, where);

const matches = (
  rule: Rule,
  build: Build,
  machine: MachineType,
  where: Circumstances | null,
): boolean | null => {
  const answers = [
    rule.releases.length === 0 ? true : inReleases(rule.releases, build.version),
    inMachineVersions(rule.machineVersions, machine),
    isOfVendor(rule, machine),
    inPackage(rule, build),
    inCircumstances(rule, where),
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
  where: Circumstances | null = null,
): RuleValue => {
  if (build === null || machine === null) return anyOf(behaviour, machine, where);
  const possible = new Map<string, string>();
  for (const rule of behaviour.rules) {
    const answer = matches(rule, build, machine, where);
    if (answer === false) continue;
    if (answer === null && possible.size === 0 && behaviour.ifUnknown !== null && isOpen(rule, where)) {
      return notReported(behaviour.ifUnknown);
    }
    if (!possible.has(rule.value)) possible.set(rule.value, rule.id);
    if (answer) {
      const surely =
        isMapped(machine) && !isOpenToAll(rule) && rule.vendor === undefined ? 'assumed' : 'certain';
      return conclude(possible, possible.size === 1 ? surely : 'unknown');
    }
  }
  return conclude(possible, 'unknown');
};

/** A distribution's type has compat arrays of its own: what goes by the version it is built on is likely, not sure. */
const isMapped = ({ name, version }: MachineType): boolean =>
  version !== null && parseMachineType(name).version === null;

const isOpenToAll = ({ machineVersions: { from, to } }: Rule): boolean => from === null && to === null;

/** Stands for a rule where the host did not report what the rules ask for. */
export const NOT_REPORTED = 'not-reported';

const isOpen = (rule: Rule, where: Circumstances | null): boolean => inCircumstances(rule, where) === null;

const notReported = (value: string): RuleValue => ({
  value,
  possible: [value],
  certainty: 'assumed',
  ruleId: NOT_REPORTED,
});

/** Build not known: known all the same where every build that has this machine type agrees. */
const anyOf = (behaviour: Behaviour, machine: MachineType | null, where: Circumstances | null): RuleValue => {
  const possible = new Map<string, string>();
  for (const rule of behaviour.rules) {
    if (machine !== null && !mayConcern(rule, machine)) continue;
    const answer = inCircumstances(rule, where);
    if (answer === false) continue;
    if (answer === null && possible.size === 0 && behaviour.ifUnknown !== null)
      return notReported(behaviour.ifUnknown);
    if (!possible.has(rule.value)) possible.set(rule.value, rule.id);
    if (answer === true && holdsForAll(rule)) break;
  }
  return conclude(possible, 'assumed');
};

const holdsForAll = ({ releases, package: name, vendor, machineVersions: { from, to } }: Rule): boolean =>
  releases.length === 0 && name === null && vendor === undefined && from === null && to === null;

/** No build has a machine type newer than itself. */
const mayConcern = (rule: Rule, machine: MachineType): boolean => {
  if (inMachineVersions(rule.machineVersions, machine) === false || !isOfVendor(rule, machine)) return false;
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
    const answer = inMachineVersions(rule.machineVersions, machine);
    if (answer === true) return rule.value;
    if (answer === null) return null;
  }
  return null;
};
