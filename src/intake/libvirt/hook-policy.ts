import { asGlobals } from '../../domain/hop/render.js';
import type { HopAnswered } from '../../domain/hop/ask.js';
import type { Assessment, Destination } from '../../domain/hop/assessment.js';
import type { GlobalProperty } from '../../domain/qemu/device.js';
import { compareDotted } from '../../domain/qemu/version.js';
import type { Override } from '../../domain/qemu/override.js';
import type { Catalogue } from '../../domain/catalogue/catalogue.js';
import type { AdviceGiven, Verdict } from '../../domain/vm/events.js';
import type { OverrideForm } from './merge-overrides.js';

/** What an operator lets the hook do. */
export interface HookPolicy {
  readonly blocked: 'refuse' | 'warn';
  readonly unknown: 'pass' | 'refuse';
  readonly form: 'auto' | 'override' | 'global';
}

/** What the hook will answer. */
export interface HookDecision {
  readonly verdict: Verdict;
  readonly answer: AdviceGiven['answer'];
  readonly form: OverrideForm;
  readonly overrides: readonly Override[];
  /** For the operator: libvirt shows a hook's standard error. Null: nothing to say. */
  readonly message: string | null;
}

/** `<qemu:override>` came with libvirt 8.2.0. */
const OVERRIDE_SINCE = '8.2';

/** From the verdict and the policy to the answer. Refuses only where asked to, and never silently passes a leftover on. */
export const decideHook = (
  answered: HopAnswered | null,
  destination: Destination | null,
  policy: HookPolicy,
  catalogue: Catalogue,
): HookDecision => {
  const form = formFor(policy, destination?.libvirt ?? null);
  const nothing = { form, overrides: [] };
  const assessment = answered?.assessment ?? null;
  if (answered === null || assessment === null || destination === null) {
    const message = 'hopledger cannot judge this hop: the host has not reported its QEMU (reportHost)';
    return {
      ...nothing,
      verdict: 'UNKNOWN',
      answer: policy.unknown === 'refuse' ? 'refused' : 'warned',
      message,
    };
  }
  const { verdict } = assessment;
  const message = messageFor(assessment);
  switch (verdict) {
    case 'SAFE':
      return { ...nothing, verdict, answer: message === null ? 'unchanged' : 'warned', message };
    case 'RISKY':
      return { ...nothing, verdict, answer: 'warned', message };
    case 'UNKNOWN':
      if (policy.unknown === 'refuse') return { ...nothing, verdict, answer: 'refused', message };
      // What is known to be needed is given all the same.
      return assessment.overrides.length === 0 && assessment.removals.length === 0
        ? { ...nothing, verdict, answer: 'warned', message }
        : withOverrides(answered, assessment, destination, form, message, catalogue);
    case 'BLOCKED':
      return { ...nothing, verdict, answer: policy.blocked === 'refuse' ? 'refused' : 'warned', message };
    case 'NEEDS_OVERRIDES':
      return withOverrides(answered, assessment, destination, form, message, catalogue);
  }
};

const withOverrides = (
  { carried, configuration }: HopAnswered,
  assessment: Assessment,
  destination: Destination,
  form: OverrideForm,
  message: string | null,
  catalogue: Catalogue,
): HookDecision => {
  const rewritten = { verdict: assessment.verdict, answer: 'rewritten', form, message } as const;
  if (form === 'qemu:override' || configuration === null)
    return { ...rewritten, overrides: assessment.overrides };
  const globals = asGlobals(catalogue, assessment.overrides, carried, configuration, destination.build);
  if (globals !== null)
    return { ...rewritten, overrides: globals.map((global) => asOverride(global, assessment.overrides)) };
  // One device needs what another of its type must not have: `-global` cannot say that.
  return {
    verdict: 'BLOCKED',
    answer: 'refused',
    form,
    overrides: [],
    message: `hopledger: -global cannot give each device its own value, and libvirt before ${OVERRIDE_SINCE} has no other way; ${message ?? ''}`,
  };
};

const asOverride = (
  { driver, property, value }: GlobalProperty,
  overrides: readonly Override[],
): Override => ({
  alias: null,
  qomType: driver,
  property,
  value,
  libvirtType: overrides.find((override) => override.property === property)?.libvirtType ?? 'string',
});

const formFor = (policy: HookPolicy, libvirt: string | null): OverrideForm => {
  if (policy.form !== 'auto') return policy.form === 'override' ? 'qemu:override' : 'qemu:commandline';
  return libvirt !== null && compareDotted(libvirt, OVERRIDE_SINCE) < 0
    ? 'qemu:commandline'
    : 'qemu:override';
};

/** One line for each reason that an operator should see; bounded, since it ends up on a terminal. */
const messageFor = ({ verdict, reasons, wayOut }: Assessment): string | null => {
  const telling = verdict === 'SAFE' ? reasons.filter(({ kind }) => kind === 'unneeded-override') : reasons;
  if (telling.length === 0) return null;
  const shown = telling.slice(0, 12).map(({ text }) => `  ${text}`);
  const more = telling.length > shown.length ? [`  … and ${telling.length - shown.length} more`] : [];
  return [`hopledger: ${verdict}`, ...shown, ...more, ...wayOut.map((way) => `  way out: ${way}`)].join('\n');
};
