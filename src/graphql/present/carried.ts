import { isTaint, type Carried, type CarriedValue } from '../../domain/vm/carried.js';
import type * as G from '../schema.generated.js';
import { constantCase } from './constant-case.js';
import type { Scene } from './scene.js';

/** Of a device and a behaviour there is one value. */
export const carriedKey = ({ alias, behaviour }: CarriedValue): string => `${alias}\n${behaviour}`;

export const filterCarried = (carried: Carried, filter: G.CarriedFilter | null | undefined): Carried => {
  const { tainted, behaviour, alias } = filter ?? {};
  return carried.filter(
    (value) =>
      (tainted == null || isTaint(value) === tainted) &&
      (behaviour == null || value.behaviour === behaviour) &&
      (alias == null || value.alias === alias),
  );
};

export const presentCarried = (value: CarriedValue, scene: Scene): G.CarriedValue => {
  const { because } = value;
  return {
    alias: value.alias,
    qomType: value.qomType,
    behaviourId: value.behaviour,
    behaviour: scene.behaviour(value.behaviour),
    value: value.value,
    possible: value.possible,
    latent: value.latent,
    certainty: constantCase(value.certainty),
    reference: value.reference,
    tainted: isTaint(value),
    because: {
      how: constantCase(because.how),
      eventId: because.eventId,
      event: scene.event(because.eventId),
      at: because.at === null ? null : new Date(because.at).toISOString(),
      process: because.process,
      ruleId: because.ruleId,
      rule: scene.rule(value.behaviour, because.ruleId),
      explicit: because.explicit,
    },
    drift: value.drift,
  };
};
