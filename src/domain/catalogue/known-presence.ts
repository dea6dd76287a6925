import type { Presence } from './interpolate.js';

/** Names can come from a question, so what is kept is bounded. */
const MOST_KEPT = 50_000;
const kept = new WeakMap<object, Map<string, Presence>>();

/** The same question of the same facts has the same answer: looked up once, it is kept. */
export const knownPresence = (facts: object, question: string, look: () => Presence): Presence => {
  const answers = kept.get(facts) ?? new Map<string, Presence>();
  kept.set(facts, answers);
  const known = answers.get(question);
  if (known !== undefined) return known;
  const answer = look();
  if (answers.size >= MOST_KEPT) answers.clear();
  answers.set(question, answer);
  return answer;
};
