import { behaviourOf, type Catalogue } from '../catalogue/catalogue.js';
import type { Carried, LatchingEvent } from './carried.js';

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
    if (observed === undefined || (value.value === observed && value.certainty === 'certain')) return value;
    const contradicts = value.value !== null && value.value !== observed;
    return {
      ...value,
      value: observed,
      possible: [observed],
      latent: behaviour.sticky === 'negotiate' ? value.latent : observed,
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
  });
