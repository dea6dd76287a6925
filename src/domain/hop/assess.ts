import { acceptance } from '../catalogue/acceptance.js';
import type { Behaviour, Knob } from '../catalogue/behaviour.js';
import { behaviourOf, type Catalogue } from '../catalogue/catalogue.js';
import { isSettable, knobsOf, overrideFor } from '../catalogue/knob.js';
import { machineTypeIn, type MachineTypePresence } from '../catalogue/machine-type-lookup.js';
import { offeredValue, type ProcessOffer } from '../catalogue/offered.js';
import { buildLabel, type Build } from '../qemu/build.js';
import type { Device, GlobalProperty, LaunchConfiguration } from '../qemu/device.js';
import type { Override } from '../qemu/override.js';
import { MACHINE, type Carried, type CarriedValue } from '../vm/carried.js';
import type { Verdict } from '../vm/events.js';
import { taintingOverrides } from '../vm/leftovers.js';
import type { Assessment, Destination, Reason, Removal } from './assessment.js';
import { classifyHop } from './classify.js';

export interface HopQuestion {
  readonly catalogue: Catalogue;
  /** What the VM or saved state carries, told of the destination's devices (`transfer`). */
  readonly carried: Carried;
  /** What the destination would be launched with, overrides that travel with the definition included. */
  readonly configuration: LaunchConfiguration;
  readonly source: Build | null;
  readonly destination: Destination;
}

/**
 * Whether the destination will load the state, and what it must be launched with.
 * Every carried value must be accepted as offered; where one is not, the smallest set of overrides that the
 * destination's build knows is looked for, device by device.
 * @see DOMAIN.md section 6
 */
export const assessHop = (question: HopQuestion): Assessment => {
  const { catalogue, destination, source } = question;
  const here = judge(question);
  const presence = presenceOf(catalogue, question.configuration.machineType, destination);
  return {
    ...here,
    wayOut: wayOut(here, question),
    classification: classifyHop(source, destination.build, question.configuration.machineType, presence),
    returnHop: source === null ? null : judge(back(question, here, source)).verdict,
    machineTypeEnds: catalogue.machineTypes.get(question.configuration.machineType)?.removedIn ?? null,
    catalogueRevision: catalogue.revision,
  };
};

interface Judgement {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  readonly overrides: readonly Override[];
  readonly removals: readonly Removal[];
}

/** The way back, as launched there: with the overrides that now travel with the definition. */
const back = (question: HopQuestion, here: Judgement, source: Build): HopQuestion => ({
  ...question,
  source: question.destination.build,
  destination: { host: null, build: source, libvirt: null, machineTypes: null },
  configuration: {
    ...question.configuration,
    devices: question.configuration.devices.map((device) => ({
      ...device,
      properties: {
        ...device.properties,
        ...Object.fromEntries(here.overrides.filter(({ alias }) => alias === device.alias).map(({ property, value }) => [property, value])),
      },
    })),
  },
});

const judge = (question: HopQuestion): Judgement => {
  const { catalogue, carried, configuration, destination } = question;
  const found: Finding[] = [];
  if (presenceOf(catalogue, configuration.machineType, destination) === 'absent') {
    found.push({ reason: about('machine-type-missing', `${buildLabel(destination.build)} has no machine type ${configuration.machineType}`), verdict: 'BLOCKED' });
  }
  const { devices, globals, removals } = withoutUnknownKnobs(catalogue, configuration, destination.build);
  found.push(...removals.map(removalFinding(destination.build)));
  const offer: ProcessOffer = { build: destination.build, machineType: configuration.machineType, globals };
  for (const value of carried) {
    const behaviour = behaviourOf(catalogue, value.behaviour);
    const device = value.alias === MACHINE.alias ? MACHINE : devices.find(({ alias }) => alias === value.alias);
    if (behaviour !== undefined && device !== undefined) found.push(...judgeValue(behaviour, value, device, offer, destination.build));
  }
  found.push(...unneeded(catalogue, carried, { ...configuration, devices, globals }));
  return {
    verdict: worst(found.map(({ verdict }) => verdict)),
    reasons: found.map(({ reason }) => reason),
    overrides: found.flatMap(({ override }) => override ?? []),
    removals,
  };
};

interface Finding {
  readonly reason: Reason;
  readonly verdict: Verdict;
  readonly override?: Override;
}

/** What outranks what when findings differ. */
const SEVERITY: readonly Verdict[] = ['SAFE', 'RISKY', 'NEEDS_OVERRIDES', 'UNKNOWN', 'BLOCKED'];
const worst = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.reduce<Verdict>((a, b) => (SEVERITY.indexOf(b) > SEVERITY.indexOf(a) ? b : a), 'SAFE');

/** One value on one device: taken as offered, taken with an override, or not at all. */
const judgeValue = (
  behaviour: Behaviour,
  value: CarriedValue,
  device: Device,
  offer: ProcessOffer,
  build: Build,
): readonly Finding[] => {
  const offered = offeredValue(behaviour, device, offer);
  const why = (kind: Reason['kind'], text: string, evidence: Reason['evidence'] = behaviour.evidence): Reason => ({
    kind,
    text: `${device.alias}: ${text}`,
    behaviour: behaviour.id,
    alias: device.alias,
    carried: value.value,
    offered: offered.value,
    certainty: value.certainty,
    evidence,
    latchedBy: value.because.eventId,
  });
  const carriedMay = value.value === null ? value.possible : [value.value];
  const answers = carriedMay.flatMap((may) => offered.possible.map((offers) => acceptance(behaviour, may, offers, build)));
  const doubts: Finding[] =
    value.certainty === 'assumed' && carriedMay.some((may) => may !== value.reference)
      ? [{ reason: why('assumed', `carries ${value.value ?? 'unknown'}, which rests on an assumption`), verdict: 'RISKY' }]
      : [];
  if (answers.every(({ result }) => result === 'accept')) {
    const otherwise = answers.find(({ entry }) => entry?.documented === 'fail');
    return otherwise?.entry == null
      ? doubts
      : [...doubts, { reason: why('documented-otherwise', `documented to fail, measured to load (${behaviour.id})`, otherwise.entry.evidence), verdict: 'RISKY' }];
  }
  if (answers.every(({ result }) => result === 'accept' || result === 'degrade')) {
    return [...doubts, { reason: why('degraded', `loads, but ${behaviour.title.toLowerCase()} differs`), verdict: 'RISKY' }];
  }
  const evidence = answers.find(({ result }) => result === 'fail')?.entry?.evidence ?? behaviour.evidence;
  const override = overrideTakenBy(behaviour, carriedMay, device, build);
  if (override !== null && value.value !== null) {
    const reason = why('needs-override', `carries ${behaviour.id} ${value.value}; launch with ${override.property}=${override.value}`, evidence);
    return [...doubts, { reason, verdict: 'NEEDS_OVERRIDES', override }];
  }
  if (value.value === null) {
    const hint = override === null ? '' : `; ${override.property}=${override.value} would be taken either way`;
    return [{ reason: why('value-unknown', `whether it carries ${behaviour.id} ${carriedMay.join(' or ')} is not known${hint}`, evidence), verdict: 'UNKNOWN' }];
  }
  const refused = offered.value !== null && answers.every(({ result }) => result === 'fail');
  return refused
    ? [{ reason: why('refused', `carries ${behaviour.id} ${value.value}, which ${buildLabel(build)} refuses, and no property there changes that`, evidence), verdict: 'BLOCKED' }]
    : [{ reason: why('acceptance-unknown', `whether ${buildLabel(build)} takes ${behaviour.id} ${value.value} is not known`, evidence), verdict: 'UNKNOWN' }];
};

/** A setting that the destination can be given and that every value the VM may carry is taken with. */
const overrideTakenBy = (behaviour: Behaviour, carried: readonly string[], device: Device, build: Build): Override | null => {
  for (const target of [...carried, ...behaviour.values]) {
    if (!carried.every((may) => acceptance(behaviour, may, target, build).result === 'accept')) continue;
    const override = overrideFor(behaviour, device, target, build);
    if (override !== null) return override;
  }
  return null;
};

/** An explicit property that the destination's build does not know stops QEMU at start: it has to go. */
const withoutUnknownKnobs = (
  catalogue: Catalogue,
  configuration: LaunchConfiguration,
  build: Build,
): { devices: readonly Device[]; globals: LaunchConfiguration['globals']; removals: readonly Removal[] } => {
  const unknownKnobs = (device: Device): readonly Knob[] =>
    catalogue.behaviours.flatMap((behaviour) => knobsOf(behaviour, device).filter((knob) => isSettable(knob, build) === false));
  const removals: Removal[] = [];
  const devices = configuration.devices.map((device) => {
    const bad = new Set(unknownKnobs(device).map(({ property }) => property).filter((property) => property in device.properties));
    removals.push(...[...bad].map((property) => ({ alias: device.alias, property })));
    return bad.size === 0
      ? device
      : { ...device, properties: Object.fromEntries(Object.entries(device.properties).filter(([property]) => !bad.has(property))) };
  });
  // A global for a driver that no device has is harmless; one that reaches a device is checked like its own.
  const reaches = ({ driver, property }: GlobalProperty): boolean =>
    configuration.devices.some((device) =>
      unknownKnobs(device).some((knob) => knob.property === property && (driver === device.qomType || knob.abstractTypes.includes(driver))),
    );
  const dropped = new Set(configuration.globals.filter(reaches).map(({ property }) => property));
  const globals = configuration.globals.filter((global) => !reaches(global));
  return { devices, globals, removals: [...removals, ...[...dropped].map((property) => ({ alias: null, property }))] };
};

const removalFinding =
  (build: Build) =>
  ({ alias, property }: Removal): Finding => ({
    reason: about('needs-removal', `${alias ?? '-global'}: ${buildLabel(build)} does not know ${property} and would not start with it`, alias),
    verdict: 'NEEDS_OVERRIDES',
  });

/** Harmless on this hop, and a taint at the next cold boot if it gets into the persistent definition. */
const unneeded = (catalogue: Catalogue, carried: Carried, configuration: LaunchConfiguration): readonly Finding[] =>
  taintingOverrides(catalogue, configuration).flatMap((found) => {
    const value = carried.find(({ alias, behaviour }) => alias === found.alias && behaviour === found.behaviour);
    if (value === undefined || value.value === null || value.value !== value.reference) return [];
    const text = `${found.alias}: ${found.property}=${found.text} is in the definition and not needed; a cold boot with it taints the guest`;
    return [{ reason: { ...about('unneeded-override', text, found.alias), behaviour: found.behaviour }, verdict: 'SAFE' as const }];
  });

const about = (kind: Reason['kind'], text: string, alias: string | null = null): Reason => ({
  kind,
  text,
  alias,
  behaviour: null,
  carried: null,
  offered: null,
  certainty: null,
  evidence: null,
  latchedBy: null,
});

const presenceOf = (catalogue: Catalogue, machineType: string, { machineTypes, build }: Destination): MachineTypePresence =>
  machineTypes === null ? machineTypeIn(catalogue, machineType, build.version) : machineTypes.includes(machineType) ? 'present' : 'absent';

const wayOut = ({ verdict, reasons }: Judgement, { destination, configuration }: HopQuestion): readonly string[] => {
  const kinds = new Set(reasons.map(({ kind }) => kind));
  if (verdict === 'BLOCKED') {
    return [
      ...(kinds.has('machine-type-missing') ? [`a destination whose QEMU has ${configuration.machineType}`] : []),
      ...(kinds.has('refused') ? ['power the guest off and on again on a build without the fault (a guest reboot is not enough)', 'a destination whose build takes the value or has the property'] : []),
    ];
  }
  if (verdict === 'UNKNOWN') {
    return [
      ...(kinds.has('value-unknown') ? ['import the host logs, assert the origin, or read the value out of the guest'] : []),
      ...(kinds.has('acceptance-unknown') ? [`add what ${buildLabel(destination.build)} does to the catalogue, or probe it`] : []),
    ];
  }
  return [];
};
