import type { Tier } from '../hop/classify.js';
import type { Verdict } from '../vm/events.js';

/** What a choice between destinations goes by. */
export interface Ranked {
  readonly verdict: Verdict;
  readonly tier: Tier;
  readonly returnHop: Verdict | null;
}

/** Best first. */
export const VERDICTS: readonly Verdict[] = ['SAFE', 'NEEDS_OVERRIDES', 'RISKY', 'UNKNOWN', 'BLOCKED'];
const TIERS: readonly Tier[] = ['promised', 'not-promised', 'none', 'unknown', 'cannot-migrate'];

/** The verdict, then what is promised, then whether there is a way back. Negative: `a` is better. */
export const byRank = (a: Ranked, b: Ranked): number =>
  VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict) ||
  TIERS.indexOf(a.tier) - TIERS.indexOf(b.tier) ||
  returnRank(a) - returnRank(b);

const returnRank = ({ returnHop }: Ranked): number =>
  returnHop === null ? VERDICTS.indexOf('UNKNOWN') : VERDICTS.indexOf(returnHop);

/** QEMU would load the state, given what the answer asks for. */
export const isPassable = (verdict: Verdict): boolean =>
  verdict === 'SAFE' || verdict === 'NEEDS_OVERRIDES' || verdict === 'RISKY';
