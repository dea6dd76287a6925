import { valueOnBinary } from '../../src/domain/catalogue/binary.js';
import { machineOf, type Catalogue } from '../../src/domain/catalogue/catalogue.js';
import { concerns } from '../../src/domain/catalogue/concerns.js';
import { ancestorsOf } from '../../src/domain/catalogue/device-type-lookup.js';
import { MACHINE_TYPE } from '../../src/domain/catalogue/knob.js';
import { inKnobRange } from '../../src/domain/catalogue/knob-range.js';
import { machineTypeIn } from '../../src/domain/catalogue/machine-type-lookup.js';
import { pinnedValue } from '../../src/domain/catalogue/pin-lookup.js';
import { ruleValue } from '../../src/domain/catalogue/rule-value.js';
import { selects } from '../../src/domain/catalogue/selects.js';
import type { BuildFacts } from '../../src/domain/qemu/build-facts.js';
import {
  compatPropsOf,
  lineageIn,
  propertyOf,
  typeOf,
  valueOnMachine,
} from '../../src/domain/qemu/build-facts-lookup.js';
import type { Device } from '../../src/domain/qemu/device.js';
import { parseMachineType } from '../../src/domain/qemu/machine-type.js';

/** Where catalogue and binary say different things; on which machine types, where it hangs on them. */
export interface Difference {
  readonly text: string;
  readonly machineTypes: readonly string[];
}

/** How many questions were put to both, and the answers that differ. */
export interface Comparison {
  readonly asked: number;
  readonly differences: readonly Difference[];
}

const SWITCHES = new Map([
  ['true', 'on'],
  ['false', 'off'],
]);
const said = (text: string | null | undefined): string =>
  text == null ? 'nothing' : (SWITCHES.get(text) ?? text);

/** Counts questions and gathers what differs, machine types together. */
class Tally {
  private asked = 0;
  private readonly found = new Map<string, string[]>();
  constructor(private readonly facts: BuildFacts) {}

  ask(
    what: string,
    catalogue: string | null | undefined,
    binary: string | null | undefined,
    machine?: string,
  ): void {
    this.asked += 1;
    if (said(catalogue) === said(binary)) return;
    const text = `${this.facts.build.version}: ${what} ${said(catalogue)} by the catalogue, ${said(binary)} by the binary`;
    this.found.set(text, [...(this.found.get(text) ?? []), ...(machine === undefined ? [] : [machine])]);
  }

  get comparison(): Comparison {
    const differences = [...this.found].map(([text, machineTypes]) => ({ text, machineTypes }));
    return { asked: this.asked, differences };
  }
}

/** Machine types of the binary whose arrays the catalogue can know. */
const versioned = ({ machineTypes }: BuildFacts): readonly string[] =>
  machineTypes.flatMap(({ name }) => (parseMachineType(name).version === null ? [] : name));
const tellsMachines = (facts: BuildFacts): readonly string[] =>
  versioned(facts).filter((name) => compatPropsOf(facts, name) !== null);

export const compareMachineTypes = (catalogue: Catalogue, facts: BuildFacts): Comparison => {
  const tally = new Tally(facts);
  const here = new Set(facts.machineTypes.map(({ name }) => name));
  const ofPc = [...catalogue.machineTypes.keys()].filter((name) => /^pc-(i440fx|q35)-/.test(name));
  for (const name of new Set([...versioned(facts), ...ofPc])) {
    const answer = machineTypeIn(catalogue, name, facts.build.version);
    tally.ask(`machine type ${name}`, answer, here.has(name) ? 'present' : 'absent');
  }
  return tally.comparison;
};

export const compareRows = (catalogue: Catalogue, facts: BuildFacts): Comparison => {
  const tally = new Tally(facts);
  const pinned = catalogue.pins.map(({ qomType, property }) => [qomType, property] as const);
  for (const machineType of tellsMachines(facts)) {
    const applied = compatPropsOf(facts, machineType) ?? [];
    const rows = new Map(applied.map((prop) => [JSON.stringify([prop.qomType, prop.property]), prop.value]));
    for (const key of new Set([...rows.keys(), ...pinned.map((pin) => JSON.stringify(pin))])) {
      const [qomType, property] = JSON.parse(key) as [string, string];
      const question = { qomTypes: [qomType], property, machineType, version: facts.build.version };
      const mine = pinnedValue(catalogue, question)?.value;
      tally.ask(`${qomType}.${property}`, mine, rows.get(key), machineType);
    }
  }
  return tally.comparison;
};

const concrete = (facts: BuildFacts): readonly string[] =>
  facts.types.flatMap(({ name, abstract, properties }) => (abstract || properties === null ? [] : name));

export const compareValues = (catalogue: Catalogue, facts: BuildFacts): Comparison => {
  const tally = new Tally(facts);
  const machines = tellsMachines(facts);
  // Types with the same pinned ancestors have the same answer; there are a hundred virtio and PCI types.
  const isPinned = new Set(catalogue.pins.map(({ qomType, property }) => `${qomType}.${property}`));
  const answers = new Map<string, string | undefined>();
  for (const qomType of machines.length === 0 ? [] : concrete(facts)) {
    const qomTypes = [qomType, ...ancestorsOf(catalogue, qomType)];
    const lineage = new Set([...qomTypes, ...lineageIn(facts, qomType)]);
    const reaching = catalogue.pins.filter((pin) => lineage.has(pin.qomType)).map(({ property }) => property);
    for (const property of new Set(reaching)) {
      if (propertyOf(facts, qomType, property) === null) continue;
      for (const machineType of machines) {
        const told = valueOnMachine(facts, machineType, qomType, property);
        const pinnedOn = qomTypes.filter((type) => isPinned.has(`${type}.${property}`));
        const key = JSON.stringify([pinnedOn, property, machineType]);
        const question = { qomTypes: pinnedOn, property, machineType, version: facts.build.version };
        const mine = answers.has(key) ? answers.get(key) : pinnedValue(catalogue, question)?.value;
        answers.set(key, mine);
        tally.ask(`${qomType}.${property}`, mine, told?.kind === 'pinned' ? told.value : null, machineType);
      }
    }
  }
  return tally.comparison;
};

const standIn = (qomType: string): Device => ({ alias: 'here', qomType, address: null, properties: {} });

export const compareBehaviours = (catalogue: Catalogue, facts: BuildFacts): Comparison => {
  const tally = new Tally(facts);
  const machines = tellsMachines(facts).flatMap((name) => machineOf(catalogue, name) ?? []);
  const configuration = { machineType: '', devices: [], globals: [], cpu: null, accelerator: null };
  for (const behaviour of catalogue.behaviours.filter(({ knobs }) => knobs.length > 0)) {
    const types = behaviour.scope === 'machine' ? [MACHINE_TYPE] : concrete(facts);
    for (const device of types.map(standIn)) {
      if (behaviour.scope === 'device' && selects(behaviour, device, configuration) === false) continue;
      for (const machine of machines.filter((candidate) => concerns(behaviour, candidate) !== false)) {
        const told = valueOnBinary(behaviour, device, machine.name, facts);
        if (told === null) continue;
        const host = { device, configuration: null, kernel: null, cpuVendor: null, libvirt: null };
        const mine = ruleValue(behaviour, facts.build, machine, host).value;
        tally.ask(`${behaviour.id} of ${device.qomType ?? ''}`, mine, told, machine.name);
      }
    }
  }
  return tally.comparison;
};

export const compareProperties = (catalogue: Catalogue, facts: BuildFacts): Comparison => {
  const tally = new Tally(facts);
  for (const knob of catalogue.knobRanges) {
    const { qomType, property } = knob;
    const told = typeOf(facts, qomType) === undefined ? undefined : propertyOf(facts, qomType, property);
    const answer = inKnobRange(catalogue, knob, facts.build.version);
    if (told === undefined || answer === 'unknown') continue;
    tally.ask(`${qomType}.${property}`, answer, told === null ? 'absent' : 'present');
  }
  return tally.comparison;
};
