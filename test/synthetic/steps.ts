/**
 * Where a synthetic VM is between two operations. The hosts are those of the recording: `a` has QEMU 8.0.0, which
 * latches the wrong AER mask at a cold boot; `b` (10.0.13) and `c` (11.1.3) do not.
 */
export type Condition =
  | 'off'
  | 'off, defined with the override on c'
  | 'tainted on a'
  | 'tainted on b'
  | 'tainted on c'
  | 'tainted, saved on a'
  | 'tainted, saved on c'
  | 'clean on a'
  | 'clean on b'
  | 'clean on c';

/** A recorded operation that leads from one condition to another. */
export interface Step {
  readonly from: Condition;
  readonly to: Condition;
  /** Numbers of operations of the recording, any of which will do. */
  readonly operations: readonly number[];
  /** The state of the guest went elsewhere, or was to. */
  readonly hop: boolean;
}

const step = (from: Condition, to: Condition, ...operations: readonly number[]): Step => ({
  from,
  to,
  operations,
  hop: false,
});
const hop = (from: Condition, to: Condition, ...operations: readonly number[]): Step => ({
  ...step(from, to, ...operations),
  hop: true,
});

/** What the recording has for a VM of one machine type (pc-q35-7.2). A hop that ends where it began was refused. */
export const STEPS: readonly Step[] = [
  step('off', 'tainted on a', 2, 28, 42, 56),
  step('off', 'clean on c', 22),

  step('tainted on a', 'tainted on a', 3),
  hop('tainted on a', 'tainted on a', 7, 8),
  hop('tainted on a', 'tainted on b', 9, 29),
  step('tainted on a', 'tainted, saved on a', 33, 35),
  step('tainted on a', 'off', 61),
  step('tainted, saved on a', 'tainted on a', 34),
  hop('tainted, saved on a', 'tainted, saved on a', 36),
  hop('tainted, saved on a', 'tainted on c', 37),

  step('tainted on b', 'tainted on b', 10),
  hop('tainted on b', 'tainted on c', 11, 30),
  step('tainted on b', 'off', 19),

  step('tainted on c', 'tainted, saved on c', 12, 14),
  step('tainted, saved on c', 'tainted on c', 13, 15),
  step('tainted on c', 'off, defined with the override on c', 16, 31),
  step('off, defined with the override on c', 'tainted on c', 17),
  hop('tainted on c', 'tainted on b', 18),

  hop('clean on c', 'clean on b', 23),
  step('clean on c', 'off', 26),
  hop('clean on b', 'clean on a', 24),
  step('clean on b', 'off', 19),
  hop('clean on a', 'clean on c', 25),
  step('clean on a', 'off', 61),
];

/** What must be derived of a VM in this condition. */
export interface Truth {
  readonly state: 'running' | 'saved' | 'stopped';
  /** `a`, `b` or `c`; null when no process holds the guest. */
  readonly kind: string | null;
  readonly tainted: boolean;
}

export const truthOf = (condition: Condition): Truth => {
  const tainted = condition.startsWith('tainted');
  if (condition.includes('saved')) return { state: 'saved', kind: null, tainted };
  const kind = / on ([abc])$/.exec(condition)?.[1] ?? null;
  if (condition.startsWith('off') || kind === null) return { state: 'stopped', kind: null, tainted: false };
  return { state: 'running', kind, tainted };
};
