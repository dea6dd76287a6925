import type { Build } from '../qemu/build.js';
import type { Tier } from './classify.js';
import { about, type Finding } from './finding.js';

/** What an operator makes of hops that nobody promises to work. `keep`: nothing, the verdict is what is known. */
export interface TierPolicy {
  readonly notPromised: TierAnswer;
  /** Of machine types without a version, across versions of QEMU. */
  readonly none: TierAnswer;
  /**
   * Vendors that promise hops to older builds as well: a text that both packages hold, such as `.el9`. Upstream does
   * not promise them.
   */
  readonly backwardPromisedBy: readonly string[];
}
export type TierAnswer = 'keep' | 'risky' | 'blocked';

export const DEFAULT_TIER_POLICY: TierPolicy = { notPromised: 'keep', none: 'keep', backwardPromisedBy: [] };

/** As the vendor of both builds has it. */
export const tierByVendor = (
  tier: Tier,
  { backwardPromisedBy }: TierPolicy,
  from: Build | null,
  to: Build,
): Tier =>
  tier === 'not-promised' &&
  backwardPromisedBy.some(
    (text) => from?.package?.includes(text) === true && to.package?.includes(text) === true,
  )
    ? 'promised'
    : tier;

/** What the policy adds to the findings. */
export const tierFindings = (tier: Tier, policy: TierPolicy): readonly Finding[] => {
  const answer = tier === 'not-promised' ? policy.notPromised : tier === 'none' ? policy.none : 'keep';
  if (answer === 'keep') return [];
  const what =
    tier === 'none'
      ? 'nothing is promised of a machine type without a version across versions of QEMU'
      : 'hops to an older QEMU are not promised to work';
  const reason = about('tier', `${what}; the policy of this site makes it ${answer}`);
  return [{ reason, verdict: answer === 'risky' ? 'RISKY' : 'BLOCKED', byPolicy: true }];
};
