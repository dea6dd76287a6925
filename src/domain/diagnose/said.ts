import type { CpuDifference, Difference, FindingKind, NamedProperty, Severity } from './diagnosis.js';

/** A byte of config space, as QEMU complains of it. */
export interface ConfigBytes {
  readonly offset: number;
  readonly incoming: number;
  readonly here: number;
  readonly compared: number;
  readonly writable: number;
  readonly clearedByOne: number;
}

/** Why something failed, as one line says it. */
export interface Cause {
  readonly says: 'cause';
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** `0000:00:02.0/e1000e`, when the line itself names it. */
  readonly section: string | null;
  /** QOM type and id, when the line quotes the `-device`. */
  readonly given: { readonly qomType: string; readonly alias: string | null } | null;
  readonly config: ConfigBytes | null;
  readonly features: { readonly incoming: bigint; readonly allowed: bigint } | null;
  readonly cpu: CpuDifference | null;
  readonly differs: Difference | null;
  readonly property: NamedProperty | null;
  readonly detail: string | null;
}

/** What a line means. Causes come first, then the layers they passed through, then the load as a whole. */
export type Said =
  | Cause
  /** A layer of the device's state: `PCIDevice`, `config`. */
  | { readonly says: 'element'; readonly state: string; readonly field: string }
  /** The section that was being loaded. */
  | { readonly says: 'section'; readonly section: string }
  | { readonly says: 'failed'; readonly errno: string | null }
  /** A process starts or ends: what follows is another attempt. */
  | { readonly says: 'boundary' }
  /** Known to say nothing of a failure. */
  | { readonly says: 'nothing' };

const SEVERITY: Partial<Record<FindingKind, Severity>> = {
  'machine-type-unknown': 'does-not-start',
  'property-unknown': 'does-not-start',
  'property-value': 'does-not-start',
  'device-model-unknown': 'does-not-start',
  'start-failed': 'does-not-start',
  'definition-refused': 'does-not-start',
  'pci-capability-overlap': 'info',
  unknown: 'info',
};

export const cause = (kind: FindingKind, facts: Partial<Omit<Cause, 'says' | 'kind'>> = {}): Cause => ({
  says: 'cause',
  kind,
  severity: SEVERITY[kind] ?? 'refused',
  section: null,
  given: null,
  config: null,
  features: null,
  cpu: null,
  differs: null,
  property: null,
  detail: null,
  ...facts,
});

/**
 * One form of words and what it means, from the inside out: since 11.x a line names the whole first. All are anchored
 * at the start and take time linear in the line.
 */
export interface Form {
  readonly form: RegExp;
  /** `rest`: reads what follows within the same line. */
  readonly read: (
    match: readonly string[],
    rest: (words: string | undefined) => readonly Said[],
  ) => readonly Said[];
}
