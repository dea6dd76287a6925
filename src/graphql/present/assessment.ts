import type { Catalogue } from '../../domain/catalogue/catalogue.js';
import type { Destination, Reason } from '../../domain/hop/assessment.js';
import type { MatrixCell } from '../../domain/hop/matrix.js';
import type { Override } from '../../domain/qemu/override.js';
import type { HopAdvised } from '../../views/queries/assess-hop.js';
import type { LaunchAdvised } from '../../views/queries/assess-launch.js';
import type * as G from '../schema.generated.js';
import { presentEvidence } from './behaviour.js';
import { presentBuild } from './build.js';
import { presentCarried } from './carried.js';
import { constantCase } from './constant-case.js';
import { presentHopEnd } from './hop.js';
import { sceneOf, type Scene } from './scene.js';

export const presentAssessment = (advised: HopAdvised, catalogue: Catalogue): G.Assessment => {
  const { answer, assessment, from } = advised;
  const scene = sceneOf(catalogue, answer);
  return {
    __typename: 'Assessment',
    verdict: assessment.verdict,
    class: constantCase(assessment.classification.class),
    seedCase: assessment.classification.seedCase,
    tier: constantCase(assessment.classification.tier),
    reasons: assessment.reasons.map((reason) => presentReason(reason, scene)),
    overrides: assessment.overrides.map(presentOverride),
    removals: assessment.removals,
    rendered: advised.rendered,
    asGiven: constantCase(assessment.asGiven),
    wayOut: assessment.wayOut,
    returnHop: assessment.returnHop,
    machineTypeEnds: assessment.machineTypeEnds,
    from: from === null ? null : presentHopEnd(from),
    destination: presentDestination(advised.destination),
    catalogueRevision: assessment.catalogueRevision,
    position: answer.position,
    revision: answer.revision.toString(),
  };
};

export const presentMatrix = (
  machineType: string,
  cells: readonly MatrixCell[],
  catalogue: Catalogue,
): G.HopMatrix => {
  const scene = sceneOf(catalogue, null);
  return {
    machineType,
    cells: cells.map(({ born, from, to, assessment }) => ({
      born: presentBuild(born),
      from: presentBuild(from),
      to: presentBuild(to),
      verdict: assessment?.verdict ?? null,
      tier: assessment === null ? null : constantCase(assessment.classification.tier),
      asGiven: assessment === null ? null : constantCase(assessment.asGiven),
      overrides: (assessment?.overrides ?? []).map(presentOverride),
      reasons: (assessment?.reasons ?? []).map((reason) => presentReason(reason, scene)),
    })),
    catalogueRevision: catalogue.revision,
  };
};

const presentReason = (reason: Reason, scene: Scene): G.Reason => ({
  kind: constantCase(reason.kind),
  text: reason.text,
  behaviourId: reason.behaviour,
  behaviour: scene.behaviour(reason.behaviour),
  alias: reason.alias,
  carried: reason.carried,
  offered: reason.offered,
  certainty: reason.certainty === null ? null : constantCase(reason.certainty),
  evidence: reason.evidence === null ? null : presentEvidence(reason.evidence),
  latchedBy: reason.latchedBy,
  event: scene.event(reason.latchedBy),
});

export const presentOverride = (override: Override): G.Override => ({
  ...override,
  libvirtType: constantCase(override.libvirtType),
});

export const presentDestination = ({ host, build }: Destination): G.Destination => ({
  host,
  build: presentBuild(build),
});

export const presentLaunchAdvice = (advised: LaunchAdvised, catalogue: Catalogue): G.LaunchAdvice => {
  const { advice } = advised;
  const scene = sceneOf(catalogue, null);
  return {
    __typename: 'LaunchAdvice',
    verdict: advice.verdict,
    starts: advice.starts,
    warnings: advice.warnings.map((warning) => ({ ...warning, kind: constantCase(warning.kind) })),
    taints: advice.taints.map((value) => presentCarried(value, scene)),
    leftovers: advice.leftovers.map(({ behaviour, from, ...found }) => ({
      ...found,
      behaviourId: behaviour,
      from: constantCase(from),
    })),
    overrides: advised.overrides.map(presentOverride),
    rendered: advised.rendered,
    destination: presentDestination(advised.destination),
    catalogueRevision: advice.catalogueRevision,
  };
};
