import type { Verdict } from '../vm/events.js';
import type { Cause } from './causes.js';
import { VERDICTS } from './rank.js';

/** Guests in one state, running and saved. */
export interface Counted {
  readonly vms: number;
  readonly savedStates: number;
}

/** All guests in one state, judged once. */
export interface JudgedState extends Counted {
  readonly state: number;
  readonly verdict: Verdict;
  readonly causes: readonly Cause[];
}

/** Guests with one verdict for one cause. A guest with two causes is in two groups. */
export interface CauseGroup extends Counted, Cause {
  readonly verdict: Verdict;
  readonly states: readonly number[];
}

export interface PreflightSummary {
  /** Best first; every verdict, with or without guests. */
  readonly verdicts: readonly (Counted & { readonly verdict: Verdict })[];
  /** Worst verdict first, then the largest. */
  readonly groups: readonly CauseGroup[];
}

export const summarise = (judged: readonly JudgedState[]): PreflightSummary => {
  const groups = new Map<string, { group: CauseGroup; states: number[] }>();
  for (const { state, verdict, causes, ...counts } of judged) {
    for (const cause of causes) {
      const key = JSON.stringify([verdict, cause.kind, cause.behaviour, cause.text]);
      const known = groups.get(key);
      const states = known?.states ?? [];
      states.push(state);
      groups.set(key, {
        states,
        group: { ...cause, verdict, states, ...sum([known?.group ?? NONE, counts]) },
      });
    }
  }
  return {
    verdicts: VERDICTS.map((verdict) => ({
      verdict,
      ...sum(judged.filter((one) => one.verdict === verdict)),
    })),
    groups: [...groups.values()]
      .map(({ group }) => group)
      .sort(
        (a, b) =>
          VERDICTS.indexOf(b.verdict) - VERDICTS.indexOf(a.verdict) ||
          b.vms - a.vms ||
          b.savedStates - a.savedStates ||
          (a.text < b.text ? -1 : 1),
      ),
  };
};

const NONE: Counted = { vms: 0, savedStates: 0 };

const sum = (counts: readonly Counted[]): Counted =>
  counts.reduce<Counted>(
    (total, { vms, savedStates }) => ({
      vms: total.vms + vms,
      savedStates: total.savedStates + savedStates,
    }),
    NONE,
  );
