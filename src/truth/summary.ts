import type { Verdict } from '../domain/vm/events.js';
import type { Outcome, Prediction } from './prediction.js';

/** Predictions held against what really happened. */
export interface Summary {
  readonly histories: number;
  readonly predictions: number;
  /** With an outcome that can be compared. */
  readonly compared: number;
  readonly agreed: number;
  /** Real refusals and failed starts that were predicted to load, or called SAFE. */
  readonly missedFailures: number;
  readonly successes: number;
  /** Of the real successes. */
  readonly predictedToLoad: number;
  readonly riskyOfSuccesses: number;
  readonly unknown: number;
  readonly verdicts: Readonly<Partial<Record<Verdict, number>>>;
  /** By what was predicted and what happened, as `ok/refused`. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly disagreements: readonly Prediction[];
}

export class Tally {
  private histories = 0;
  private readonly all: Prediction[] = [];

  history(): void {
    this.histories += 1;
  }
  add(prediction: Prediction): void {
    this.all.push(prediction);
  }

  summary(): Summary {
    const compared = this.all.filter(isCompared);
    const successes = compared.filter(({ real }) => real === 'ok');
    const disagreements = compared.filter(({ predicted, real }) => predicted !== real);
    return {
      histories: this.histories,
      predictions: this.all.length,
      compared: compared.length,
      agreed: compared.length - disagreements.length,
      missedFailures: compared.filter(
        ({ real, predicted, verdict, do: what }) =>
          real !== 'ok' && (predicted === 'ok' || (what !== 'launch' && verdict === 'SAFE')),
      ).length,
      successes: successes.length,
      predictedToLoad: successes.filter(({ predicted }) => predicted === 'ok').length,
      riskyOfSuccesses: successes.filter(({ verdict, do: what }) => what !== 'launch' && verdict === 'RISKY')
        .length,
      unknown: this.all.filter(({ unknown }) => unknown).length,
      verdicts: countBy(this.all.map(({ verdict }) => verdict)),
      outcomes: countBy(compared.map(({ predicted, real }) => `${predicted}/${real}`)),
      disagreements,
    };
  }
}

const isCompared = (prediction: Prediction): prediction is Prediction & { readonly real: Outcome } =>
  prediction.real !== null;

const countBy = <K extends string>(keys: readonly K[]): Record<K, number> => {
  const counts = new Map<K, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return Object.fromEntries(counts) as Record<K, number>;
};
