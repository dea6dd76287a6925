import { createHash } from 'node:crypto';
import type { Behaviour } from '../domain/catalogue/behaviour.js';
import type { Catalogue } from '../domain/catalogue/catalogue.js';
import type { BehaviourPart, CatalogueDigests } from '../domain/catalogue/digests.js';
import { canonical } from './canonical.js';

/** To tell two texts of one entry apart, not to withstand anybody. */
const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** What each part is made of; whatever is in none of the others is words. */
const partsOf = (behaviour: Behaviour): Readonly<Record<BehaviourPart, unknown>> => {
  const {
    scope,
    selector,
    machineTypes,
    sticky,
    latent,
    values,
    consequence,
    unmigratable,
    rules,
    ifUnknown,
    reference,
    knobs,
    remedy,
    acceptance,
    observations,
    errorPatterns,
    ...words
  } = behaviour;
  return {
    words,
    selector: { scope, selector, machineTypes },
    holding: { sticky, latent, values, consequence, unmigratable },
    rules: { rules, ifUnknown },
    reference,
    knobs: { knobs, remedy },
    acceptance,
    reading: { observations, errorPatterns },
  };
};

const made = new WeakMap<Catalogue, CatalogueDigests>();

/** Digests of all that is in a catalogue. */
export const digestsOf = (catalogue: Catalogue): CatalogueDigests => {
  const digests = made.get(catalogue) ?? make(catalogue);
  made.set(catalogue, digests);
  return digests;
};

const make = (catalogue: Catalogue): CatalogueDigests => {
  const { revision, behaviours, pins, releases, probedBuilds, knobRanges } = catalogue;
  const facts: Readonly<Record<string, readonly unknown[]>> = {
    releases,
    machineTypes: [...catalogue.machineTypes.values()],
    vendorMachineTypes: [...catalogue.vendorMachineTypes.values()],
    pins,
    probedBuilds,
    deviceTypes: [...catalogue.deviceTypes.values()],
    knobRanges,
  };
  return {
    revision,
    behaviours: Object.fromEntries(
      behaviours.map((behaviour) => {
        const parts = Object.entries(partsOf(behaviour)).map(([part, of]) => [part, digest(canonical(of))]);
        return [behaviour.id, Object.fromEntries(parts) as Record<BehaviourPart, string>];
      }),
    ),
    facts: Object.fromEntries(
      Object.entries(facts).map(([kind, entries]) => [
        kind,
        { digest: digest(entries.map(canonical).toSorted().join('\n')), count: entries.length },
      ]),
    ),
  };
};
