import type { Catalogue } from '../catalogue/catalogue.js';
import type { Knob } from '../catalogue/behaviour.js';
import { matchesQomType } from '../catalogue/selects.js';
import type { Override } from '../qemu/override.js';
import { isTaint, type CarriedValue } from '../vm/carried.js';
import { behavioursIn } from './guest.js';

/** What a message about a hop is found by. */
export interface HopBehaviours {
  /** Of the guest that goes. */
  readonly carried: readonly CarriedValue[];
  readonly overrides: readonly Override[];
  readonly reasons: readonly { readonly behaviour: string | null }[];
}

/** Those that the guest is tainted with, that overrides set, and that reasons name. */
export const hopBehaviours = (
  catalogue: Catalogue,
  { carried, overrides, reasons }: HopBehaviours,
): readonly string[] =>
  behavioursIn([
    ...carried.filter((value) => isTaint(value) === true),
    ...overrides.flatMap((override) => setBy(catalogue, override)),
    ...reasons.flatMap(({ behaviour }) => (behaviour === null ? [] : { behaviour })),
  ]);

const setBy = ({ behaviours }: Catalogue, override: Override): readonly { readonly behaviour: string }[] =>
  behaviours
    .filter(({ knobs }) => knobs.some((knob) => isOf(knob, override)))
    .map(({ id }) => ({ behaviour: id }));

const isOf = ({ property, qomTypes, abstractTypes }: Knob, override: Override): boolean =>
  property === override.property &&
  (abstractTypes.includes(override.qomType) ||
    qomTypes.some((pattern) => matchesQomType(pattern, override.qomType)));
