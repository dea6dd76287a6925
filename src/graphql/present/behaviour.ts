import type { Behaviour, Condition, Evidence, Knob, Rule } from '../../domain/catalogue/behaviour.js';
import type { ReleaseRange } from '../../domain/catalogue/release-range.js';
import type * as G from '../schema.generated.js';
import { constantCase } from './constant-case.js';

/** A list of carried values names the same few behaviours over and over. */
const presented = new WeakMap<Behaviour, G.Behaviour>();

export const presentBehaviour = (behaviour: Behaviour): G.Behaviour => {
  const before = presented.get(behaviour);
  if (before !== undefined) return before;
  const made = make(behaviour);
  presented.set(behaviour, made);
  return made;
};

const make = (behaviour: Behaviour): G.Behaviour => ({
  id: behaviour.id,
  title: behaviour.title,
  description: behaviour.description,
  scope: constantCase(behaviour.scope),
  selector: behaviour.selector.map(({ qomTypes, when }) => ({ qomTypes, when: when.map(presentCondition) })),
  sticky: constantCase(behaviour.sticky),
  consequence: constantCase(behaviour.consequence),
  values: behaviour.values,
  rules: behaviour.rules.map(presentRule),
  reference: behaviour.reference,
  knobs: behaviour.knobs.map(presentKnob),
  acceptance: behaviour.acceptance.map((entry) => ({
    carried: entry.carried,
    offered: entry.offered,
    releases: presentReleases(entry.releases),
    result: constantCase(entry.result),
    documented: entry.documented === null ? null : constantCase(entry.documented),
    evidence: presentEvidence(entry.evidence),
  })),
  observations: behaviour.observations.map(({ kind, name }) => ({ kind: constantCase(kind), name })),
  errorPatterns: behaviour.errorPatterns,
  introducedBy: behaviour.introducedBy,
  fixedBy: behaviour.fixedBy,
  links: behaviour.links,
  evidence: presentEvidence(behaviour.evidence),
});

export const presentRule = (rule: Rule): G.Rule => ({
  id: rule.id,
  releases: presentReleases(rule.releases),
  package: rule.package,
  vendor: rule.vendor ?? null,
  machineVersions: rule.machineVersions,
  when: rule.when.map(presentCondition),
  value: rule.value,
  evidence: presentEvidence(rule.evidence),
});

export const presentEvidence = ({ grade, note }: Evidence): G.Evidence => ({
  grade: constantCase(grade),
  note,
});

const presentCondition = (condition: Condition): G.Condition => {
  const kind = constantCase(condition.kind);
  switch (condition.kind) {
    case 'property':
    case 'cpu-feature':
      return { kind, name: condition.name, value: condition.value };
    case 'accelerator':
    case 'cpu-vendor':
      return { kind, name: condition.name, value: null };
    case 'kernel':
    case 'libvirt':
      return { kind, name: null, value: `${condition.from ?? ''}..${condition.to ?? ''}` };
    case 'behind-pcie-port':
    case 'occupied':
      return { kind, name: null, value: null };
  }
};

const presentKnob = (knob: Knob): G.Knob => ({
  qomTypes: knob.qomTypes,
  abstractTypes: knob.abstractTypes,
  property: knob.property,
  libvirtType: constantCase(knob.libvirtType),
  texts: Object.entries(knob.texts).map(([value, text]) => ({ value, text })),
  settable: presentReleases(knob.settable),
  when: (knob.when ?? []).map(presentCondition),
});

const presentReleases = (range: ReleaseRange): readonly G.ReleasePart[] =>
  range.map((part) => {
    const open = { series: null, from: null, to: null, fromSeries: null, toSeries: null };
    return 'series' in part
      ? { ...open, series: part.series, from: part.from ?? null, to: part.to ?? null }
      : { ...open, fromSeries: part.fromSeries ?? null, toSeries: part.toSeries ?? null };
  });
