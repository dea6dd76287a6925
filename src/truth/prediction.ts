import type { Assessment } from '../domain/hop/assessment.js';
import type { LaunchAdvice } from '../domain/hop/assess-launch.js';
import type { Override } from '../domain/qemu/override.js';
import type { Verdict } from '../domain/vm/events.js';

export type Outcome = 'ok' | 'refused' | 'does-not-start';

/** What was said of a step before it was made: one line of the truth run. */
export interface Prediction {
  readonly history: string;
  /** Counted from 0, as in the file. */
  readonly step: number;
  readonly do: 'launch' | 'hop' | 'restore';
  readonly verdict: Verdict;
  readonly predicted: Outcome;
  /** What the destination would have to be given beside what it was. */
  readonly overridesMissing: readonly MissingOverride[];
  readonly reasons: readonly string[];
  /** What really happened; null: the file does not say, or nothing that a verdict speaks of (a crash). */
  readonly real: Outcome | null;
  /** What it hangs on was not known. */
  readonly unknown: boolean;
}
export interface MissingOverride {
  /** The device's id; null: a `-global`. */
  readonly id: string | null;
  readonly driver: string;
  readonly property: string;
  readonly value: string;
}

/** A hop whose outcome hangs on a missing fact counts as refused: a refusal that was missed is the worse fault. */
export const outcomeOf = ({ asGiven }: Assessment): Outcome => {
  if (asGiven === 'loads') return 'ok';
  return asGiven === 'does-not-start' ? 'does-not-start' : 'refused';
};

export const launchOutcomeOf = ({ starts }: LaunchAdvice): Outcome =>
  starts === false ? 'does-not-start' : 'ok';

/** @param idOf the id on the command line of a device, by its alias here */
export const missingOf = (
  overrides: readonly Override[],
  idOf: (alias: string) => string,
): readonly MissingOverride[] =>
  overrides.map(({ alias, qomType, property, value }) => ({
    id: alias === null ? null : idOf(alias),
    driver: qomType,
    property,
    value,
  }));
