import type { Assessment, Reason } from '../hop/assessment.js';
import type { Verdict } from '../vm/events.js';

/** Why a verdict is what it is, without the device: the same for all guests that it is true of. */
export interface Cause {
  readonly kind: Reason['kind'];
  readonly behaviour: string | null;
  readonly text: string;
}

/** What each kind of reason makes of a hop. A policy decides on a tier. */
const MAKES: Readonly<Record<Reason['kind'], Verdict | null>> = {
  refused: 'BLOCKED',
  'machine-type-missing': 'BLOCKED',
  'machine-type-differs': 'BLOCKED',
  'device-type-missing': 'BLOCKED',
  'property-missing': 'BLOCKED',
  'device-missing': 'BLOCKED',
  'value-unknown': 'UNKNOWN',
  'acceptance-unknown': 'UNKNOWN',
  'no-history': 'UNKNOWN',
  'needs-override': 'NEEDS_OVERRIDES',
  'needs-removal': 'NEEDS_OVERRIDES',
  degraded: 'RISKY',
  'documented-otherwise': 'RISKY',
  assumed: 'RISKY',
  'machine-type-unknown': 'RISKY',
  tier: null,
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
