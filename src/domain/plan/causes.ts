import type { Assessment, Reason } from '../hop/assessment.js';
import type { Verdict } from '../vm/events.js';

/** Why a verdict is what it is, without the device: the same for all guests that it is true of. */
export interface Cause {
  /** Null: it is about no destination in particular. */
  readonly kind: Reason['kind'] | null;
  readonly behaviour: string | null;
  readonly text: string;
}

/** What a kind of reason makes of a hop by itself. One that is not listed can make anything of it: it always decides. */
const MAKES: Readonly<Partial<Record<Reason['kind'], Verdict>>> = {
  refused: 'BLOCKED',
  'machine-type-missing': 'BLOCKED',
  'machine-type-differs': 'BLOCKED',
  'device-type-missing': 'BLOCKED',
  'property-missing': 'BLOCKED',
  'device-missing': 'BLOCKED',
  'cpu-vendor-differs': 'BLOCKED',
  'accelerator-differs': 'BLOCKED',
  'value-unknown': 'UNKNOWN',
  'acceptance-unknown': 'UNKNOWN',
  'no-history': 'UNKNOWN',
  'needs-override': 'NEEDS_OVERRIDES',
  'needs-removal': 'NEEDS_OVERRIDES',
  degraded: 'RISKY',
  'documented-otherwise': 'RISKY',
  assumed: 'RISKY',
  'machine-type-unknown': 'RISKY',
  'cpu-differs': 'RISKY',
  'unneeded-override': 'SAFE',
};

/**
 * The reasons that decided, each once: those that by themselves would come to the verdict. All reasons when none of them
 * does; none for a guest that is safe.
 */
export const causesOf = ({ verdict, reasons }: Pick<Assessment, 'verdict' | 'reasons'>): readonly Cause[] => {
  if (verdict === 'SAFE') return [];
  const decisive = reasons.filter(({ kind }) => (MAKES[kind] ?? verdict) === verdict);
  const causes = new Map<string, Cause>();
  for (const { kind, behaviour, alias, text } of decisive.length > 0 ? decisive : reasons) {
    const cause = { kind, behaviour, text: withoutDevice(text, alias) };
    causes.set(JSON.stringify(cause), cause);
  }
  return [...causes.values()];
};

const withoutDevice = (text: string, alias: string | null): string =>
  alias !== null && text.startsWith(`${alias}: `) ? text.slice(alias.length + 2) : text;
