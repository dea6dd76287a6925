import type { Behaviour } from '../catalogue/behaviour.js';
import { behaviourOf, machineOf, type Catalogue } from '../catalogue/catalogue.js';
import { portOf } from '../catalogue/condition.js';
import { concerns } from '../catalogue/concerns.js';
import { MACHINE_TYPE } from '../catalogue/knob.js';
import { offeredValue, type OfferedValue, type ProcessOffer } from '../catalogue/offered.js';
import { rememberedId, rememberedProperty, rememberedSettings } from '../catalogue/remembered.js';
import { referenceValue, type Certainty } from '../catalogue/rule-value.js';
import { selects } from '../catalogue/selects.js';
import type { Device, LaunchConfiguration } from '../qemu/device.js';

/** What latched a carried value. */
export type LatchedBy = 'cold-boot' | 'plug' | 'guest-reset' | 'process' | 'observation' | 'unseen';

/** Why a carried value is what it is: the event, the catalogue entry, how. */
export interface Provenance {
  readonly how: LatchedBy;
  /** Event that latched it; null when nothing reported says. */
  readonly eventId: string | null;
  readonly at: number | null;
  readonly process: string;
  /** The catalogue's rule; null when an explicit property or an observation set it. */
  readonly ruleId: string | null;
  /** The explicit property, as `PROPERTY=TEXT`, when one set it. */
  readonly explicit: string | null;
}

/** What the state of a VM has for one behaviour on one device. */
export interface CarriedValue {
  readonly alias: string;
  readonly qomType: string | null;
  readonly behaviour: string;
  /** Null: unknown, and one of `possible`. */
  readonly value: string | null;
  readonly possible: readonly string[];
  /** What the next guest reset sets (`negotiate` only); else the same as `value`. */
  readonly latent: string | null;
  readonly certainty: Certainty;
  readonly because: Provenance;
  /** What a correct build gives this machine type; null when that cannot be told. */
  readonly reference: string | null;
  /** An observation that contradicts what was derived; both are kept. */
  readonly drift: {
    readonly derived: string | null;
    readonly observed: string;
    readonly eventId: string;
  } | null;
}

/** A carried value that differs from the reference and must be remembered; null: cannot be told. */
export const isTaint = (carried: CarriedValue): boolean | null => {
  // Set by hand and wanted so: remembered, but nobody says that a correct build would give another value.
  if (rememberedProperty(carried.behaviour) !== null) return false;
  if (carried.reference === null) return null;
  const values = [...carried.possible, ...(carried.latent === null ? [] : [carried.latent])];
  if (carried.value === null) return values.some((value) => value !== carried.reference) ? null : false;
  return (
    carried.value !== carried.reference || (carried.latent !== null && carried.latent !== carried.reference)
  );
};

/** The VM's machine-level behaviours (CPU, ACPI, NUMA) are carried by this device that is none. */
export const MACHINE: Device = { alias: 'machine', qomType: MACHINE_TYPE, address: null, properties: {} };

/** What a process offers and holds while it runs. */
export interface Holder extends ProcessOffer {
  readonly process: string;
  /** How sure it is that `build` is the one. */
  readonly buildCertainty: Certainty;
  readonly configuration: LaunchConfiguration | null;
  /**
   * Told by itself, without a configuration. No value is latched by it: overrides, of which nothing is known then,
   * would count before what a machine type gives.
   */
  readonly toldMachineType?: string | undefined;
}

/** The event that a value was latched by. */
export interface LatchingEvent {
  readonly id: string;
  readonly at: number;
}

/** Values of one process, by device and behaviour. */
export type Carried = readonly CarriedValue[];

const devicesFor = (behaviour: Behaviour, devices: readonly Device[]): readonly Device[] =>
  behaviour.scope === 'machine' ? [MACHINE] : devices;

const NO_CONFIGURATION: LaunchConfiguration = {
  machineType: '',
  devices: [],
  globals: [],
  cpu: null,
  accelerator: null,
};

const applies = (
  catalogue: Catalogue,
  behaviour: Behaviour,
  device: Device,
  { machineType, configuration }: Holder,
): boolean | null => {
  const concerned = concerns(behaviour, machineOf(catalogue, machineType));
  if (concerned === false || behaviour.scope === 'machine') return concerned;
  const selected = selects(behaviour, device, configuration ?? { ...NO_CONFIGURATION, devices: [device] });
  return selected === false ? false : selected === null ? null : concerned;
};

/** Latches a device's value for a behaviour from what the process offers. */
export const latch = (
  catalogue: Catalogue,
  behaviour: Behaviour,
  device: Device,
  holder: Holder,
  how: LatchedBy,
  event: LatchingEvent | null,
): CarriedValue | null => {
  const applicable = applies(catalogue, behaviour, device, holder);
  if (applicable === false) return null;
  const offered = offeredValue(catalogue, behaviour, device, holder);
  const known = applicable === true ? offered.value : null;
  return {
    alias: device.alias,
    qomType: device.qomType,
    behaviour: behaviour.id,
    value: known,
    possible: offered.possible,
    latent: known,
    certainty: known === null ? 'unknown' : certaintyOf(offered, holder),
    because: {
      how,
      eventId: event?.id ?? null,
      at: event?.at ?? null,
      process: holder.process,
      ruleId: offered.ruleId,
      explicit: offered.explicit === null ? null : `${offered.explicit.property}=${offered.explicit.text}`,
    },
    reference:
      behaviour.reference.length === 0
        ? known
        : referenceValue(behaviour, machineOf(catalogue, holder.machineType)),
    drift: null,
  };
};

/** What the build alone decides is no surer than which build it was. */
const certaintyOf = ({ certainty, explicit }: OfferedValue, { buildCertainty }: Holder): Certainty =>
  certainty === 'certain' && explicit === null && buildCertainty !== 'certain' ? 'assumed' : certainty;

/** Cold boot: every behaviour of every device is latched from build, machine type and overrides. A leftover counts. */
export const latchColdBoot = (catalogue: Catalogue, holder: Holder, event: LatchingEvent | null): Carried => {
  const devices = holder.configuration?.devices ?? [];
  return [
    ...catalogue.behaviours.flatMap((behaviour) =>
      devicesFor(behaviour, devices).flatMap(
        (device) => latch(catalogue, behaviour, device, holder, 'cold-boot', event) ?? [],
      ),
    ),
    ...devices.flatMap((device) => latchByHand(catalogue, device, holder, 'cold-boot', event)),
  ];
};

/** What an operator set on a device beside the behaviours of the catalogue. */
const latchByHand = (
  catalogue: Catalogue,
  device: Device,
  holder: Holder,
  how: LatchedBy,
  event: LatchingEvent | null,
): Carried =>
  rememberedSettings(catalogue, device, holder.globals, holder.machineType).map(({ property, text }) => ({
    alias: device.alias,
    qomType: device.qomType,
    behaviour: rememberedId(property),
    value: text,
    possible: [text],
    latent: text,
    certainty: 'certain',
    because: {
      how,
      eventId: event?.id ?? null,
      at: event?.at ?? null,
      process: holder.process,
      ruleId: null,
      explicit: `${property}=${text}`,
    },
    reference: null,
    drift: null,
  }));

/** Hot-plug: the same for that device alone, from the process it is plugged into; and its port is seen to be taken. */
export const latchPlug = (
  catalogue: Catalogue,
  carried: Carried,
  device: Device,
  holder: Holder,
  event: LatchingEvent,
): Carried => [
  ...relatchPort(catalogue, withoutDevice(carried, device.alias), device, holder, event),
  ...catalogue.behaviours
    .filter(({ scope }) => scope === 'device')
    .flatMap((behaviour) => latch(catalogue, behaviour, device, holder, 'plug', event) ?? []),
  ...latchByHand(catalogue, device, holder, 'plug', event),
];

/** Unplug: its values go, and its port is seen to be empty. `holder`: without the device. */
export const latchUnplug = (
  catalogue: Catalogue,
  carried: Carried,
  device: Device,
  holder: Holder,
  event: LatchingEvent,
): Carried => relatchPort(catalogue, withoutDevice(carried, device.alias), device, holder, event);

const withoutDevice = (carried: Carried, alias: string): Carried =>
  carried.filter((value) => value.alias !== alias);

/** What a port shows of whether a device sits in it changes with that device. */
const relatchPort = (
  catalogue: Catalogue,
  carried: Carried,
  device: Device,
  holder: Holder,
  event: LatchingEvent,
): Carried => {
  const port = holder.configuration === null ? null : portOf(device, holder.configuration);
  if (port === null) return carried;
  return carried.map((value) => {
    if (value.alias !== port.alias) return value;
    const behaviour = behaviourOf(catalogue, value.behaviour);
    if (behaviour === undefined || !asksForOccupant(behaviour)) return value;
    return latch(catalogue, behaviour, port, holder, 'plug', event) ?? value;
  });
};

const asksForOccupant = ({ rules }: Behaviour): boolean =>
  rules.some(({ when }) => when.some(({ kind }) => kind === 'occupied'));
