import type { Acceptance, Behaviour, MachineVersions, Rule } from '../domain/catalogue/behaviour.js';
import { inReleases, type ReleaseRange } from '../domain/catalogue/release-range.js';
import { compareDotted } from '../domain/qemu/version.js';
import { machineVersionProbes, releaseProbes } from './probes.js';
import type { SchemaFault } from './schema-words.js';

/** What is known to exist: on which releases and machine versions a behaviour has to have a value. */
export interface KnownVersions {
  readonly releases: readonly string[];
  readonly machineVersions: Iterable<string>;
}

const holdsFor = (range: ReleaseRange, release: string): boolean =>
  range.length === 0 || inReleases(range, release) === true;

const holdsForMachine = ({ from, to }: MachineVersions, version: string): boolean =>
  (from === null || compareDotted(version, from) >= 0) && (to === null || compareDotted(version, to) <= 0);

const isUnconditional = ({ releases, machineVersions: { from, to } }: Rule): boolean =>
  releases.length === 0 && from === null && to === null;

/** A release and machine version that no rule gives a value; null when the rules are total. */
const firstHole = (behaviour: Behaviour, known: KnownVersions): readonly [string, string] | null => {
  // A rule about one vendor's package or machine types, or on a condition, leaves everyone else without a value.
  const rules = behaviour.rules.filter(
    (rule) => rule.package === null && rule.vendor === undefined && rule.when.length === 0,
  );
  if (rules.some(isUnconditional)) return null;
  const releases = releaseProbes(
    known.releases,
    rules.map((rule) => rule.releases),
  );
  const bounds = rules.flatMap(({ machineVersions: { from, to } }) =>
    [from, to].flatMap((edge) => edge ?? []),
  );
  const versions = machineVersionProbes([...known.machineVersions, ...bounds]).filter(
    (version) => behaviour.machineTypes === null || holdsForMachine(behaviour.machineTypes.versions, version),
  );
  const byVersion = rules.map((rule) =>
    versions.map((version) => holdsForMachine(rule.machineVersions, version)),
  );
  for (const release of releases) {
    const here = rules.flatMap((rule, i) => (holdsFor(rule.releases, release) ? [i] : []));
    const hole = versions.find((_, v) => !here.some((i) => byVersion[i]?.[v] === true));
    if (hole !== undefined) return [release, hole];
  }
  return null;
};

/** An entry for older releases than any that is known is reached all the same. */
const BEFORE_ALL = '0.1.0';

/** Entries of the acceptance that can never be the first match, because those before take all their releases. */
const unreachable = (behaviour: Behaviour, known: KnownVersions): readonly SchemaFault[] => {
  const samePair = (a: Acceptance, b: Acceptance): boolean =>
    a.carried === b.carried && a.offered === b.offered;
  return behaviour.acceptance.flatMap((entry, i) => {
    const earlier = behaviour.acceptance.slice(0, i).filter((other) => samePair(other, entry));
    if (earlier.length === 0) return [];
    const ranges = [entry, ...earlier].map(({ releases }) => releases);
    const isLeft = [BEFORE_ALL, ...releaseProbes(known.releases, ranges)].some(
      (release) =>
        holdsFor(entry.releases, release) && !earlier.some((other) => holdsFor(other.releases, release)),
    );
    if (isLeft) return [];
    const message = `is never reached: ${entry.carried} to ${entry.offered} is said above`;
    return { path: ['acceptance', i], message };
  });
};

/** What shows only against all known releases: a combination without a value, and entries that nothing reaches. */
export const coverageFaults = (behaviour: Behaviour, known: KnownVersions): readonly SchemaFault[] => {
  const hole = firstHole(behaviour, known);
  const faults = unreachable(behaviour, known);
  if (hole === null) return faults;
  const [release, machineVersion] = hole;
  return [
    { path: ['rules'], message: `give no value for machine version ${machineVersion} on release ${release}` },
    ...faults,
  ];
};
