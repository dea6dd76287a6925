import type { Behaviour } from '../catalogue/behaviour.js';
import { behaviourOf, type Catalogue } from '../catalogue/catalogue.js';
import type { Build } from '../qemu/build.js';
import type { Device } from '../qemu/device.js';
import { claimsOf } from './claims.js';
import { deviceGiven, deviceMeant, deviceNamed } from './device-path.js';
import type { Finding, NamedDevice } from './diagnosis.js';
import type { JoinedFailure } from './join-failures.js';
import { recogniser } from './known-behaviours.js';
import { featureDifference } from './name-features.js';
import { registerDifference } from './name-register.js';
import { nextStepsOf } from './next-steps.js';
import { isStateKnown } from './state-names.js';
import { summaryOf } from './summary.js';
import { suspectsOf } from './suspects.js';

/** A finding without what is concluded from it. */
export type Facts = Omit<Finding, 'summary' | 'claims' | 'nextSteps'> & {
  /** State and field of each layer, innermost first. */
  readonly elements: readonly string[];
};
export interface Known {
  readonly build: Build | null;
  readonly behaviour: (id: string) => Behaviour | undefined;
}

/** Makes findings of failures, with what one catalogue knows. */
export const finder = (
  catalogue: Catalogue,
  build: Build | null,
  devices: readonly Device[],
): ((failure: JoinedFailure) => Finding) => {
  const recognise = recogniser(catalogue);
  const known: Known = { build, behaviour: (id) => behaviourOf(catalogue, id) };
  return (failure) => {
    const { cause, elements, errno, lines, times } = failure;
    const device = deviceOf(failure, devices);
    const register = cause.config === null ? null : registerDifference(cause.config, device);
    const features =
      cause.features === null ? null : featureDifference(cause.features, device?.stateName ?? null);
    const { property } = cause;
    const facts: Facts = {
      kind: cause.kind,
      severity: cause.severity,
      device,
      register,
      features,
      cpu: cause.cpu,
      differs: cause.differs,
      property,
      errno,
      detail: cause.detail,
      explanations: recognise({ device, register, features, property, lines }),
      suspects: suspectsOf({ kind: cause.kind, device, register, element: elements[0] ?? null }),
      lines,
      times,
      elements,
    };
    const { elements: _layers, ...finding } = facts;
    return {
      ...finding,
      summary: summaryOf(facts),
      claims: claimsOf(facts),
      nextSteps: nextStepsOf(facts, known),
    };
  };
};

const RAM = new Set(['ram-size', 'ram-block-unknown']);

const deviceOf = (
  { cause, section, elements }: JoinedFailure,
  devices: readonly Device[],
): NamedDevice | null => {
  if (cause.given !== null) return deviceGiven(cause.given.qomType, cause.given.alias);
  if (section === null) return outermost(elements);
  const named = deviceNamed(section, RAM.has(cause.kind));
  const meant = deviceMeant(named, devices);
  return meant === null
    ? named
    : { ...named, alias: meant.alias, qomTypes: meant.qomType === null ? named.qomTypes : [meant.qomType] };
};

/** Without the line that names the device its type may still stand in the layers: `Failed to load virtio-net:virtio`. */
const outermost = (elements: readonly string[]): NamedDevice | null => {
  const [state = ''] = elements.at(-1)?.split(':') ?? [];
  return isStateKnown(state) ? deviceNamed(state) : null;
};
