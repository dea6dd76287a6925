import type { Hop } from '../../domain/vm/vm.js';
import type * as G from '../schema.generated.js';
import { presentBuildOrNull } from './build.js';
import { constantCase } from './constant-case.js';
import type { Scene } from './scene.js';

export const presentHopEnd = ({ process, host, build }: Hop['to']): G.HopEnd => ({
  process,
  host,
  build: presentBuildOrNull(build),
});

export const presentHop = (hop: Hop, scene: Scene): G.Hop => ({
  id: hop.id,
  via: constantCase(hop.via),
  outcome: constantCase(hop.outcome),
  from: hop.from === null ? null : presentHopEnd(hop.from),
  to: presentHopEnd(hop.to),
  savedState:
    hop.savedState === null
      ? null
      : { id: hop.savedState.id, certainty: constantCase(hop.savedState.certainty) },
  gap: hop.gap,
  confirmedBy: hop.confirmedBy.map(constantCase),
  startedAt: hop.startedAt,
  endedAt: hop.endedAt,
  statistics: hop.statistics,
  error: hop.error,
  // Only where it is asked for: a VM may have a thousand hops.
  get diagnosis() {
    return scene.diagnosis(hop);
  },
  advice:
    hop.advice === null
      ? null
      : { eventId: hop.advice.eventId, verdict: hop.advice.verdict, answer: adviceAnswer(hop.advice.answer) },
});

const ANSWERS: readonly G.AdviceAnswer[] = ['UNCHANGED', 'REWRITTEN', 'REFUSED', 'WARNED'];

/** The fold gives the word of the event on as text. */
const adviceAnswer = (word: string): G.AdviceAnswer => {
  const answer = ANSWERS.find((known) => known === constantCase(word));
  if (answer === undefined) throw new Error(`AdviceGiven with the answer ${JSON.stringify(word)}`);
  return answer;
};
