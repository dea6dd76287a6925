import type { Behaviour } from '../catalogue/behaviour.js';
import { behaviourOf, type Catalogue } from '../catalogue/catalogue.js';
import { deviceMeant } from '../diagnose/device-path.js';
import { decodedBy } from '../diagnose/known-behaviours.js';
import type { RefusedRegister } from '../diagnose/refused-registers.js';
import type { Device } from '../qemu/device.js';
import type { Carried, CarriedValue, LatchingEvent } from './carried.js';
import type { Refusal } from './refusals.js';

/** A value as it was read out of a running guest's device. */
export interface Seen {
  readonly alias: string;
  readonly kind: 'property' | 'register';
  readonly name: string;
  readonly text: string;
}

/** A value read out of the running guest outranks what was derived; a contradiction is kept as drift. */
export const observe = (catalogue: Catalogue, carried: Carried, seen: Seen, event: LatchingEvent): Carried =>
  carried.map((value) => {
    const behaviour = value.alias === seen.alias ? behaviourOf(catalogue, value.behaviour) : undefined;
    const observation = behaviour?.observations.find(
      ({ kind, name }) => kind === seen.kind && name === seen.name,
    );
    const text = seen.text.toLowerCase();
    if (behaviour === undefined || observation === undefined || !Object.hasOwn(observation.decode, text))
      return value;
    const observed = observation.decode[text];
    return observed === undefined ? value : observedAs(observed, behaviour, value, event);
  });

/** A register that a destination read out of the state is an observation like any other. */
export const observeRefusal = (
  catalogue: Catalogue,
  carried: Carried,
  devices: readonly Device[],
  { event, registers }: Refusal,
): Carried =>
  registers.reduce((values, refused) => {
    const alias = deviceMeant(refused.device, devices)?.alias;
    return values.map((value) => {
      const behaviour = value.alias === alias ? behaviourOf(catalogue, value.behaviour) : undefined;
      const observed = behaviour === undefined ? null : saidBy(behaviour, refused);
      return behaviour === undefined || observed === null
        ? value
        : observedAs(observed, behaviour, value, event);
    });
  }, carried);

/** Where the register's place is not fixed, the catalogue must know the words as the behaviour's. */
const saidBy = (behaviour: Behaviour, { register, words }: RefusedRegister): string | null => {
  const isKnown =
    register.certainty === 'certain' ||
    behaviour.errorPatterns.some((pattern) => new RegExp(pattern).test(words));
  return isKnown ? (decodedBy(behaviour, register)?.carried ?? null) : null;
};

const observedAs = (
  observed: string,
  { sticky }: Behaviour,
  value: CarriedValue,
  event: LatchingEvent,
): CarriedValue => {
  if (value.value === observed && value.certainty === 'certain') return value;
  const contradicts = value.value !== null && value.value !== observed;
  return {
    ...value,
    value: observed,
    possible: [observed],
    latent: sticky === 'negotiate' ? value.latent : observed,
    certainty: 'certain',
    because: {
      ...value.because,
      how: 'observation',
      eventId: event.id,
      at: event.at,
      ruleId: null,
      explicit: null,
    },
    drift: contradicts ? { derived: value.value, observed, eventId: event.id } : null,
  };
};
