import { binaryOf } from '../catalogue/binary.js';
import { machineTypeIn, type MachineTypePresence } from '../catalogue/machine-type-lookup.js';
import { behaviourOf, machineOf, type Catalogue } from '../catalogue/catalogue.js';
import type { ProcessOffer } from '../catalogue/offered.js';
import { rememberedProperty } from '../catalogue/remembered.js';
import { machineTypeOf } from '../qemu/build-facts-lookup.js';
import { buildLabel, type Build } from '../qemu/build.js';
import { parseMachineType } from '../qemu/machine-type.js';
import type { LaunchConfiguration } from '../qemu/device.js';
import type { Override } from '../qemu/override.js';
import { MACHINE, type Carried } from '../vm/carried.js';
import type { Verdict } from '../vm/events.js';
import { taintingOverrides } from '../vm/leftovers.js';
import type { AsGiven, Destination, Reason, Removal } from './assessment.js';
import { classifyHop, type Classification, type Tier } from './classify.js';
import { about, type Finding } from './finding.js';
import type { GuestCpu } from './guest-cpu.js';
import { acceleratorFindings } from './judge-accelerator.js';
import { cpuFindings } from './judge-cpu.js';
import { judgeRemembered } from './judge-remembered.js';
import { judgeValue } from './judge-value.js';
import { missingDevices } from './missing-devices.js';
import { startFindings } from './startable.js';
import { DEFAULT_TIER_POLICY, tierByVendor, tierFindings, type TierPolicy } from './tier-policy.js';
import { withoutUnknownKnobs } from './unknown-knobs.js';

export interface HopQuestion {
  readonly catalogue: Catalogue;
  /** What the VM or saved state carries, told of the destination's devices (`transfer`). */
  readonly carried: Carried;
  /** What the destination would be launched with, overrides that travel with the definition included. */
  readonly configuration: LaunchConfiguration;
  readonly source: Build | null;
  /** What the source was launched with; left out or null: not known. */
  readonly from?: LaunchConfiguration | null;
  readonly destination: Destination;
  /** What the guest was born with; left out or null: nothing says. */
  readonly guestCpu?: GuestCpu | null;
  /** Left out: what is promised does not change the verdict. */
  readonly policy?: TierPolicy | undefined;
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly asGiven: AsGiven;
  readonly reasons: readonly Reason[];
  readonly overrides: readonly Override[];
  readonly removals: readonly Removal[];
}

/** All findings of one direction, and the worst of them. */
export const judge = (question: HopQuestion): Judgement => {
  const { catalogue, carried, configuration, destination } = question;
  const { devices, globals, removals } = withoutUnknownKnobs(catalogue, configuration, destination.build);
  const offer: ProcessOffer = {
    build: destination.build,
    machineType: configuration.machineType,
    globals,
    configuration: { ...configuration, devices, globals },
    kernel: destination.kernel ?? null,
    cpuVendor: destination.cpu?.vendor ?? null,
    libvirt: destination.libvirt,
  };
  const found = covered([
    ...machineTypeFinding(question),
    ...otherMachineFinding(question),
    ...removals.map(removalFinding(destination.build)),
    ...startFindings(catalogue, { devices, globals }, destination.build),
    ...missingDevices(question),
    ...cpuFindings(question),
    ...acceleratorFindings(question.from, configuration),
    ...carried.flatMap((value) => {
      const device =
        value.alias === MACHINE.alias ? MACHINE : devices.find(({ alias }) => alias === value.alias);
      if (device === undefined) return [];
      const property = rememberedProperty(value.behaviour);
      if (property !== null)
        return judgeRemembered(catalogue, value, property, device, offer, destination.build);
      const behaviour = behaviourOf(catalogue, value.behaviour);
      return behaviour === undefined
        ? []
        : judgeValue(catalogue, behaviour, value, device, offer, destination.build);
    }),
    ...tierFindings(tierOf(question), question.policy ?? DEFAULT_TIER_POLICY),
    ...unneeded(catalogue, carried, { ...configuration, devices, globals }),
    ...doubtFinding(destination),
  ]);
  return {
    verdict: worst(found.map(({ verdict }) => verdict)),
    asGiven: asGivenBy(found),
    reasons: found.map(({ reason }) => reason),
    overrides: found.flatMap(({ override }) => override ?? []),
    removals,
  };
};

/** An answer that rests on doubtful facts says so, and is not plainly safe. */
const doubtFinding = ({ host, doubt = null }: Destination): readonly Finding[] =>
  doubt === null
    ? []
    : [{ verdict: 'RISKY', reason: about('assumed', `${host ?? 'the destination'}: ${doubt}`) }];

/** How the hop is classified, with what the vendor of both builds promises. */
export const classificationOf = (question: HopQuestion): Classification => {
  const { catalogue, source, destination, configuration, carried, policy = DEFAULT_TIER_POLICY } = question;
  const { machineType } = configuration;
  const presence = machineTypeThere(catalogue, machineType, destination);
  const found = classifyHop(source, destination.build, machineOf(catalogue, machineType), presence);
  const stuck = carried.some(({ behaviour, value }) => {
    const unmovable = behaviourOf(catalogue, behaviour)?.unmigratable;
    return unmovable != null && value === unmovable;
  });
  const tier = stuck ? 'cannot-migrate' : tierByVendor(found.tier, policy, source, destination.build);
  return { ...found, tier };
};

const tierOf = (question: HopQuestion): Tier => classificationOf(question).tier;

/** What comes of it when nothing of the advice is followed. QEMU looks at its command line before any stream. */
const asGivenBy = (found: readonly Finding[]): AsGiven => {
  if (found.some(({ stopsStart }) => stopsStart === true)) return 'does-not-start';
  const verdicts = new Set(
    found
      .filter(({ byPolicy, loadsAnyway }) => byPolicy !== true && loadsAnyway !== true)
      .map(({ verdict }) => verdict),
  );
  if (verdicts.has('BLOCKED') || verdicts.has('NEEDS_OVERRIDES')) return 'refused';
  return verdicts.has('UNKNOWN') ? 'unknown' : 'loads';
};

/** What outranks what when findings differ. */
const SEVERITY: readonly Verdict[] = ['SAFE', 'RISKY', 'NEEDS_OVERRIDES', 'UNKNOWN', 'BLOCKED'];
const worst = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.reduce<Verdict>((a, b) => (SEVERITY.indexOf(b) > SEVERITY.indexOf(a) ? b : a), 'SAFE');

/** Whether the destination has the machine type: as its binary says, as its host listed them, else by the catalogue. */
export const machineTypeThere = (
  catalogue: Catalogue,
  machineType: string,
  { machineTypes, build }: Pick<Destination, 'machineTypes' | 'build'>,
): MachineTypePresence => {
  const binary = binaryOf(catalogue, build);
  if (binary !== null) return machineTypeOf(binary, machineType) === undefined ? 'absent' : 'present';
  if (machineTypes === null) return machineTypeIn(catalogue, machineType, build.version);
  return machineTypes.includes(machineType) ? 'present' : 'absent';
};

const machineTypeFinding = ({ catalogue, configuration, destination }: HopQuestion): readonly Finding[] => {
  const { machineType } = configuration;
  const build = buildLabel(destination.build);
  switch (machineTypeThere(catalogue, machineType, destination)) {
    case 'present':
      return [];
    case 'absent':
      return [
        {
          reason: about('machine-type-missing', `${build} has no machine type ${machineType}`),
          verdict: 'BLOCKED',
          stopsStart: true,
        },
      ];
    case 'unknown': {
      const text = `whether ${build} has the machine type ${machineType} is not known until its host lists them`;
      return [{ reason: about('machine-type-unknown', text), verdict: 'RISKY' }];
    }
  }
};

/** The names are compared whole: QEMU's own check is only a prefix (savevm.c). An alias says too little to compare. */
const otherMachineFinding = ({ from, configuration }: HopQuestion): readonly Finding[] => {
  if (from == null || from.machineType === configuration.machineType) return [];
  const comparable = [from, configuration].every(
    ({ machineType }) => parseMachineType(machineType).version !== null,
  );
  if (!comparable) return [];
  const text = `the guest runs as ${from.machineType}, and would be received as ${configuration.machineType}`;
  return [{ reason: about('machine-type-differs', text), verdict: 'BLOCKED' }];
};

/**
 * A guest that needs an override on one device gets it on those too whose value is not known and which take it
 * either way: without it the hop hangs on them, with it nothing changes that was not changing.
 */
const covered = (found: readonly Finding[]): readonly Finding[] => {
  const needed = new Set(
    found.flatMap(({ override, reason }) => (override === undefined ? [] : (reason.behaviour ?? []))),
  );
  return found.map((finding) =>
    finding.cover !== undefined && finding.reason.behaviour !== null && needed.has(finding.reason.behaviour)
      ? { reason: finding.reason, verdict: 'NEEDS_OVERRIDES', override: finding.cover }
      : finding,
  );
};

const removalFinding =
  (build: Build) =>
  ({ alias, property }: Removal): Finding => {
    const text = `${alias ?? '-global'}: ${buildLabel(build)} does not know ${property} and would not start with it`;
    return { reason: about('needs-removal', text, alias), verdict: 'NEEDS_OVERRIDES', stopsStart: true };
  };

/** Harmless on this hop, and a taint at the next cold boot if it gets into the persistent definition. */
const unneeded = (
  catalogue: Catalogue,
  carried: Carried,
  configuration: LaunchConfiguration,
): readonly Finding[] =>
  taintingOverrides(catalogue, configuration).flatMap((found) => {
    const value = carried.find(
      ({ alias, behaviour }) => alias === found.alias && behaviour === found.behaviour,
    );
    if (value === undefined || value.value === null || value.value !== value.reference) return [];
    const setting = `${found.alias}: ${found.property}=${found.text}`;
    const text = `${setting} is in the definition and not needed; a cold boot with it taints the guest`;
    const reason = { ...about('unneeded-override', text, found.alias), behaviour: found.behaviour };
    return [{ reason, verdict: 'SAFE' as const }];
  });
