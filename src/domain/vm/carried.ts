import type { Behaviour } from '../catalogue/behaviour.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import { offeredValue, type ProcessOffer } from '../catalogue/offered.js';
import { referenceValue, type Certainty } from '../catalogue/rule-value.js';
import { inReleases } from '../catalogue/release-range.js';
import { selects } from '../catalogue/selects.js';
import type { Device, LaunchConfiguration } from '../qemu/device.js';
import { parseMachineType } from '../qemu/machine-type.js';

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
  readonly drift: { readonly derived: string | null; readonly observed: string; readonly eventId: string } | null;
}

/** A carried value that differs from the reference and must be remembered; null: cannot be told. */
export const isTaint = (carried: CarriedValue): boolean | null => {
  if (carried.reference === null) return null;
  const values = [...carried.possible, ...(carried.latent === null ? [] : [carried.latent])];
  if (carried.value === null) return values.some((value) => value !== carried.reference) ? null : false;
  return carried.value !== carried.reference || (carried.latent !== null && carried.latent !== carried.reference);
};

/** The VM's machine-level behaviours (CPU, ACPI, NUMA) are carried by this device that is none. */
export const MACHINE: Device = { alias: 'machine', qomType: 'machine', address: null, properties: {} };

/** What a process offers and holds while it runs. */
export interface Holder extends ProcessOffer {
  readonly process: string;
  readonly configuration: LaunchConfiguration | null;
}

/** Values of one process, by device and behaviour. */
export type Carried = readonly CarriedValue[];

const devicesFor = (behaviour: Behaviour, devices: readonly Device[]): readonly Device[] =>
  behaviour.scope === 'machine' ? [MACHINE] : devices;

const applies = (behaviour: Behaviour, device: Device, configuration: LaunchConfiguration | null): boolean | null =>
  behaviour.scope === 'machine'
    ? true
    : selects(behaviour, device, configuration ?? { machineType: '', devices: [device], globals: [], cpu: null, accelerator: null });

/** Latches a device's value for a behaviour from what the process offers. */
export const latch = (
  behaviour: Behaviour,
  device: Device,
  holder: Holder,
  how: LatchedBy,
  event: { readonly id: string; readonly at: number } | null,
): CarriedValue | null => {
  const applicable = applies(behaviour, device, holder.configuration);
  if (applicable === false) return null;
  const offered = offeredValue(behaviour, device, holder);
  const known = applicable === true ? offered.value : null;
  return {
    alias: device.alias,
    qomType: device.qomType,
    behaviour: behaviour.id,
    value: known,
    possible: offered.possible,
    latent: known,
    certainty: known === null ? 'unknown' : offered.certainty,
    because: {
      how,
      eventId: event?.id ?? null,
      at: event?.at ?? null,
      process: holder.process,
      ruleId: offered.ruleId,
      explicit: offered.explicit === null ? null : `${offered.explicit.property}=${offered.explicit.text}`,
    },
    reference: reference(behaviour, holder),
    drift: null,
  };
};

const reference = (behaviour: Behaviour, holder: Holder): string | null =>
  referenceValue(behaviour, holder.machineType === null ? null : parseMachineType(holder.machineType));

/** Cold boot: every behaviour of every device is latched from build, machine type and overrides. A leftover counts. */
export const latchColdBoot = (
  catalogue: Catalogue,
  holder: Holder,
  event: { readonly id: string; readonly at: number } | null,
): Carried =>
  catalogue.behaviours.flatMap((behaviour) =>
    devicesFor(behaviour, holder.configuration?.devices ?? []).flatMap(
      (device) => latch(behaviour, device, holder, 'cold-boot', event) ?? [],
    ),
  );

/** Hot-plug: the same for that device alone, from the process it is plugged into. */
export const latchPlug = (
  catalogue: Catalogue,
  carried: Carried,
  device: Device,
  holder: Holder,
  event: { readonly id: string; readonly at: number },
): Carried => [
  ...unplug(carried, device.alias),
  ...catalogue.behaviours
    .filter(({ scope }) => scope === 'device')
    .flatMap((behaviour) => latch(behaviour, device, holder, 'plug', event) ?? []),
];

export const unplug = (carried: Carried, alias: string): Carried => carried.filter((value) => value.alias !== alias);

/**
 * Guest reset: only `negotiate` values change, to what the process then offers — which need not be what its
 * build gives: a VM that passed through Debian's 10.0.13 brings the value along (LAB-FACTS, queue sizes).
 */
export const relatchOnReset = (
  catalogue: Catalogue,
  carried: Carried,
  holder: Holder,
  event: { readonly id: string; readonly at: number },
): Carried =>
  carried.map((value) => {
    const behaviour = catalogue.behaviours.find(({ id }) => id === value.behaviour);
    if (behaviour?.sticky !== 'negotiate' || value.value === value.latent) return value;
    return {
      ...value,
      value: value.latent,
      certainty: value.latent === null ? 'unknown' : value.certainty,
      because: { ...value.because, how: 'guest-reset', eventId: event.id, at: event.at, process: holder.process },
      drift: null,
    };
  });

/** Arrival in another process: nothing changes but `process` values and what the next reset will set. */
export const carryOver = (catalogue: Catalogue, carried: Carried, into: Holder, event: { readonly id: string; readonly at: number } | null): Carried =>
  carried.map((value) => {
    const behaviour = catalogue.behaviours.find(({ id }) => id === value.behaviour);
    const device = value.alias === MACHINE.alias ? MACHINE : into.configuration?.devices.find(({ alias }) => alias === value.alias);
    if (behaviour === undefined || device === undefined) return value;
    if (behaviour.sticky === 'process') return latch(behaviour, device, into, 'process', event) ?? value;
    if (behaviour.sticky !== 'negotiate') return value;
    return { ...value, latent: latentAfterHop(behaviour, value, device, into) };
  });

const latentAfterHop = (behaviour: Behaviour, value: CarriedValue, device: Device, into: Holder): string | null => {
  const own = offeredValue(behaviour, device, into).value;
  // Where size and default are the same, the stream does not speak of the default.
  if (value.latent === value.value || behaviour.latent === null) return own;
  const travels = into.build === null ? null : inReleases(behaviour.latent.travelsInto, into.build.version);
  if (travels === null) return own === value.latent ? own : null;
  return travels ? value.latent : own;
};

/** A value read out of the running guest outranks what was derived; a contradiction is kept as drift. */
export const observe = (
  catalogue: Catalogue,
  carried: Carried,
  seen: { readonly alias: string; readonly kind: 'property' | 'register'; readonly name: string; readonly text: string },
  event: { readonly id: string; readonly at: number },
): Carried =>
  carried.map((value) => {
    if (value.alias !== seen.alias) return value;
    const behaviour = catalogue.behaviours.find(({ id }) => id === value.behaviour);
    const observation = behaviour?.observations.find(({ kind, name }) => kind === seen.kind && name === seen.name);
    const observed = observation?.decode[seen.text.toLowerCase()];
    if (behaviour === undefined || observed === undefined) return value;
    const agrees = value.value === observed && value.certainty === 'certain';
    if (agrees) return value;
    return {
      ...value,
      value: observed,
      possible: [observed],
      latent: behaviour.sticky === 'negotiate' ? value.latent : observed,
      certainty: 'certain',
      because: { ...value.because, how: 'observation', eventId: event.id, at: event.at, ruleId: null },
      drift: value.value !== null && value.value !== observed ? { derived: value.value, observed, eventId: event.id } : null,
    };
  });
