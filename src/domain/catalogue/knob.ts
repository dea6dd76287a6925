import type { Build } from '../qemu/build.js';
import type { CpuConfiguration, Device, GlobalProperty } from '../qemu/device.js';
import type { Behaviour, Knob } from './behaviour.js';
import type { Catalogue } from './catalogue.js';
import { allHold, type Circumstances } from './condition.js';
import { inReleases } from './release-range.js';
import { matchesQomType } from './selects.js';

const hasKnob = (knob: Knob, { qomType }: Device): boolean =>
  qomType !== null && knob.qomTypes.some((pattern) => matchesQomType(pattern, qomType));

const names = new WeakMap<Catalogue, ReadonlySet<string>>();

/** The properties of all knobs. */
export const knobNames = (catalogue: Catalogue): ReadonlySet<string> => {
  const known = names.get(catalogue);
  if (known !== undefined) return known;
  const found = new Set(catalogue.behaviours.flatMap(({ knobs }) => knobs.map(({ property }) => property)));
  names.set(catalogue, found);
  return found;
};

/** The QOM type that behaviours of the machine as a whole are told of. */
export const MACHINE_TYPE = 'machine';

/** The knobs of a behaviour that a device has, whatever the build. */
export const knobsOf = (behaviour: Behaviour, device: Device): readonly Knob[] =>
  behaviour.scope === 'machine' ? behaviour.knobs : behaviour.knobs.filter((knob) => hasKnob(knob, device));

/**
 * Whether a build knows the knob. An unknown property stops QEMU at start, so only a plain yes may be used.
 */
export const isSettable = (knob: Knob, build: Build): boolean | null =>
  inReleases(knob.settable, build.version);

/** As QEMU's command line and libvirt's overrides write them. */
const BOOLEANS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    true: 'on',
    false: 'off',
    yes: 'on',
    no: 'off',
    '1': 'on',
    '0': 'off',
    y: 'on',
    n: 'off',
  }),
);

/** The behaviour's value that a property's text stands for; the text itself when the catalogue does not name it. */
export const valueOfText = (knob: Knob, text: string): string => {
  const plain = knob.libvirtType === 'bool' ? (BOOLEANS.get(text) ?? text) : text;
  return Object.entries(knob.texts).find(([, known]) => known === plain)?.[0] ?? plain;
};

/** Whether a `-global` sets this knob of a device: by its driver, or by an abstract parent. */
export const reaches = ({ driver, property }: GlobalProperty, knob: Knob, device: Device): boolean =>
  property === knob.property &&
  (driver === device.qomType || knob.abstractTypes.includes(driver) || isOfMachine(knob, driver, device));

/** A knob of the machine as a whole (`x86_64-cpu.x-arch-cap-always-on`): its types are what a `-global` names. */
const isOfMachine = ({ qomTypes }: Knob, driver: string, { qomType }: Device): boolean =>
  qomType === MACHINE_TYPE && qomTypes.includes(driver);

/** Whether the property has no effect there for certain. */
export const isIdle = ({ when }: Knob, where: Circumstances | null): boolean =>
  when !== undefined && where !== null && allHold(when, where) === false;

/** An explicit setting found on a device or among the globals. */
export interface ExplicitSetting {
  readonly value: string;
  readonly property: string;
  readonly text: string;
  readonly from: 'device' | 'global' | 'cpu';
}

/**
 * What the command line sets explicitly: a value on the device beats every `-global`, and of those the last
 * that matches wins, whether it names the driver or an abstract parent (measured; qom/compat-properties.c).
 */
export const explicitSetting = (
  behaviour: Behaviour,
  device: Device,
  globals: readonly GlobalProperty[],
  cpu: CpuConfiguration | null = null,
  where: Circumstances | null = null,
): ExplicitSetting | null => {
  for (const knob of knobsOf(behaviour, device)) {
    if (isIdle(knob, where)) continue;
    const own = device.properties[knob.property];
    if (own !== undefined) {
      return { value: valueOfText(knob, own), property: knob.property, text: own, from: 'device' };
    }
    const asked = behaviour.scope === 'machine' ? cpuText(cpu, knob.property) : null;
    if (asked !== null) {
      return { value: valueOfText(knob, asked), property: knob.property, text: asked, from: 'cpu' };
    }
    const global = globals.findLast((candidate) => reaches(candidate, knob, device));
    if (global !== undefined) {
      return {
        value: valueOfText(knob, global.value),
        property: knob.property,
        text: global.value,
        from: 'global',
      };
    }
  }
  return null;
};

/** libvirt's policies as `-cpu` has them; a property with a value of its own is written as that. */
const CPU_TEXTS: ReadonlyMap<string, string> = new Map([
  ['require', 'on'],
  ['force', 'on'],
  ['disable', 'off'],
  ['forbid', 'off'],
]);

const cpuText = (cpu: CpuConfiguration | null, property: string): string | null => {
  const policy = cpu?.features.find(({ name }) => name === property)?.policy;
  if (policy === undefined || policy === 'optional') return null;
  return CPU_TEXTS.get(policy) ?? policy;
};
