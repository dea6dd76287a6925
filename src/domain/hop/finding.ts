import type { Override } from '../qemu/override.js';
import type { Verdict } from '../vm/events.js';
import type { Reason } from './assessment.js';

/** One thing found out about a hop, and the verdict if it were the only one. */
export interface Finding {
  readonly reason: Reason;
  readonly verdict: Verdict;
  /** QEMU would not start with the configuration as given. */
  readonly stopsStart?: true;
  /** Says nothing of what QEMU does. */
  readonly byPolicy?: true;
  /** Keeps what would differ; without it QEMU loads the state all the same. */
  readonly loadsAnyway?: true;
  readonly override?: Override;
  /** Would be taken whatever the value, where it is not known. */
  readonly cover?: Override;
}

/** A reason that is not about a carried value. */
export const about = (kind: Reason['kind'], text: string, alias: string | null = null): Reason => ({
  kind,
  text,
  alias,
  behaviour: null,
  carried: null,
  offered: null,
  certainty: null,
  evidence: null,
  latchedBy: null,
});
