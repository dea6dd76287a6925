import { Inject, Injectable } from '@nestjs/common';
import { askState, type StateAnswered } from '../../../domain/plan/ask-state.js';
import { causesOf, type Cause } from '../../../domain/plan/causes.js';
import type { AlikeDestinations } from '../../../domain/plan/destination-class.js';
import { wayOutOf, type WayOut } from '../../../domain/plan/drain.js';
import type { Ranked } from '../../../domain/plan/rank.js';
import type { GuestState } from '../../../domain/shape/guest-state.js';
import { VmReader } from '../../../recording/vm-reader.js';
import { VIEWS } from '../../token.js';
import type { Views } from '../../views.js';

/** What is kept of an answer about a state and a destination. */
export interface StateVerdict extends Ranked {
  readonly causes: readonly Cause[];
}

const NO_LAUNCH: StateVerdict = {
  verdict: 'UNKNOWN',
  tier: 'unknown',
  returnHop: null,
  causes: [
    { kind: 'no-history', behaviour: null, text: 'what the guest was launched with was never reported' },
  ],
};

/** Some hundred bytes each. */
const MOST_VERDICTS = 100_000;

/**
 * Judges each state once for each destination of a class. Answers stay true while the server runs: a state's number is
 * never another state's, and the catalogue and the site's policy are read at start.
 */
@Injectable()
export class StateJudge {
  readonly #verdicts = new Map<string, StateVerdict>();
  readonly #classes = new Map<string, number>();

  constructor(
    private readonly reader: VmReader,
    @Inject(VIEWS) private readonly views: Views,
  ) {}

  /** In short; null when no guest is in that state any more. */
  verdict(state: number, { key, destination }: AlikeDestinations): StateVerdict | null {
    const question = `${state} ${this.#classNumber(key)}`;
    const known = this.#verdicts.get(question);
    if (known !== undefined) return known;
    const found = this.views.shapes.state(state);
    if (found === null) return null;
    const verdict = shortened(askState(found, destination, this.reader.knowledge()));
    if (this.#verdicts.size >= MOST_VERDICTS) this.#verdicts.clear();
    this.#verdicts.set(question, verdict);
    return verdict;
  }

  /** Of a guest that is to leave its host. `state` null: not known yet. */
  wayOut(state: number | null, classes: readonly AlikeDestinations[]): WayOut<StateVerdict> {
    return wayOutOf(
      classes.flatMap((to) => {
        const found = state === null ? null : this.verdict(state, to);
        return found === null ? [] : { to, found };
      }),
    );
  }

  /** In full, of a state at hand. */
  answer(state: GuestState, { destination }: Pick<AlikeDestinations, 'destination'>): StateAnswered {
    return askState(state, destination, this.reader.knowledge());
  }

  /** Keys of classes are long, and classes few. */
  #classNumber(key: string): number {
    const number = this.#classes.get(key) ?? this.#classes.size;
    this.#classes.set(key, number);
    return number;
  }
}

const shortened = ({ assessment }: StateAnswered): StateVerdict =>
  assessment === null
    ? NO_LAUNCH
    : {
        verdict: assessment.verdict,
        tier: assessment.classification.tier,
        returnHop: assessment.returnHop,
        causes: causesOf(assessment),
      };
