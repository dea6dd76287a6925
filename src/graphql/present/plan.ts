import { createHash } from 'node:crypto';
import type { CauseGroup, PreflightSummary } from '../../domain/plan/preflight.js';
import type { RouteStep } from '../../domain/plan/route.js';
import type { Verdict } from '../../domain/vm/events.js';
import type { RecordedRevision } from '../../recording/catalogue-log.js';
import type { DrainAnswer, DrainedVm } from '../../views/queries/plan/drain-host.js';
import type { RouteAnswer } from '../../views/queries/plan/find-route.js';
import type { GuestPage } from '../../views/queries/plan/list-guests.js';
import type { PreflightAnswer } from '../../views/queries/plan/preflight.js';
import type { SavedStateRow } from '../../views/shape-reader.js';
import type { VmRow } from '../../views/views.js';
import type * as G from '../schema.generated.js';
import { presentDestination, presentOverride } from './assessment.js';
import { connection, type Connection } from './connection.js';
import { constantCase } from './constant-case.js';
import { presentRow, type VmSummaryNode } from './summary.js';

/** A group with what its lists are read by. */
export type GuestGroupNode = Omit<G.GuestGroup, 'vms' | 'savedStates'> & {
  readonly states: readonly number[];
  readonly on: readonly string[] | null;
};

/** An answer with what its groups are made of. */
export type WithSummary<T> = Omit<T, 'groups'> & {
  readonly summary: PreflightSummary;
  readonly on: readonly string[] | null;
};

export const presentPreflight = (answer: PreflightAnswer): WithSummary<G.Preflight> => ({
  __typename: 'Preflight',
  verdicts: answer.verdicts,
  summary: answer,
  on: answer.on,
  destinations: answer.destinations.map(presentDestination),
  states: answer.states,
  whereabouts: answer.whereabouts,
  catalogueRevision: answer.catalogueRevision,
  position: answer.position,
});

/** As its list of VMs is read: for the hosts that were named. */
export type DrainNode = WithSummary<Omit<G.Drain, 'vms'>> & { readonly to: readonly string[] };

export const presentDrain = (host: string, to: readonly string[], answer: DrainAnswer): DrainNode => ({
  __typename: 'Drain',
  host,
  to,
  on: [host],
  summary: answer.summary,
  vmCount: answer.vms,
  stuck: answer.stuck,
  needColdBoot: answer.needColdBoot,
  hosts: answer.hosts,
  verdicts: answer.summary.verdicts,
  position: answer.position,
});

/** @param only keeps a group when its verdict, or its id, is asked for */
export const presentGroups = (
  { summary, on }: WithSummary<object>,
  only: { readonly verdicts: readonly Verdict[] | null; readonly id: string | null },
): readonly GuestGroupNode[] =>
  summary.groups
    .map((group) => ({
      id: groupId(group),
      verdict: group.verdict,
      kind: group.kind === null ? null : constantCase(group.kind),
      behaviourId: group.behaviour,
      text: group.text,
      vmCount: group.vms,
      savedStateCount: group.savedStates,
      states: group.states,
      on,
    }))
    .filter(({ id, verdict }) => (only.verdicts?.includes(verdict) ?? true) && (only.id ?? id) === id);

const groupId = ({ verdict, kind, behaviour, text }: CauseGroup): string =>
  createHash('sha256')
    .update(JSON.stringify([verdict, kind, behaviour, text]))
    .digest('hex')
    .slice(0, 16);

export const presentVmsInStates = (page: GuestPage<VmRow>): Connection<VmSummaryNode> =>
  connection(page.rows.map(presentRow), (_row, index) => page.cursors[index] ?? '', page);

export const presentSavedInStates = (page: GuestPage<SavedStateRow>): Connection<G.SavedStateSummary> =>
  connection(
    page.rows.map(({ uuid, ...row }) => ({ ...row, vm: uuid })),
    (_row, index) => page.cursors[index] ?? '',
    page,
  );

export const presentDrainedVm = (
  drained: DrainedVm,
): Omit<G.DrainedVm, 'vm'> & { readonly vm: VmSummaryNode } => ({
  vm: presentRow(drained.vm),
  best: drained.best,
  stuck: drained.stuck,
  needsColdBoot: drained.needsColdBoot,
  hostCount: drained.hosts,
  options: drained.options.map(({ destination, assessment }) => ({
    destination: presentDestination(destination),
    verdict: assessment.verdict,
    tier: constantCase(assessment.classification.tier),
    returnHop: assessment.returnHop,
    overrides: assessment.overrides.map(presentOverride),
    removals: assessment.removals,
  })),
  causes: drained.causes.map(({ text }) => text),
});

export const presentRoute = (found: RouteAnswer, catalogueRevision: string): G.Route => ({
  __typename: 'Route',
  steps: found.steps?.map(presentStep) ?? null,
  direct: found.direct?.verdict ?? null,
  directReasons: found.steps?.length === 1 ? [] : (found.direct?.reasons.map(({ text }) => text) ?? []),
  cutShort: found.cutShort,
  catalogueRevision,
  position: found.answer.position,
});

const presentStep = ({ destination, instead, assessment }: RouteStep): G.RouteStep => ({
  destination: presentDestination(destination),
  instead,
  verdict: assessment.verdict,
  tier: constantCase(assessment.classification.tier),
  reasons: assessment.reasons.map(({ text }) => text),
  overrides: assessment.overrides.map(presentOverride),
  removals: assessment.removals,
});

export const presentRevision = (recorded: RecordedRevision): G.CatalogueRevision => {
  const { revision, previous, diff, behaviours, facts, recordedAt, position } = recorded;
  return { ...diff, revision, previous, digests: { revision, behaviours, facts }, recordedAt, position };
};
