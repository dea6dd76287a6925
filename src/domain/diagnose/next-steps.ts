import { assertNever } from '../assert-never.js';
import type { Behaviour } from '../catalogue/behaviour.js';
import type { NextStep, Suspect } from './diagnosis.js';
import type { Facts, Known } from './find.js';
import { stepsFor } from './overrides.js';
import { releaseWords } from './release-words.js';
import { isStateKnown, stateNamed } from './state-names.js';
import { deviceText, isKvmClock } from './summary.js';

const step = (text: string, global: string | null = null, device: string | null = null): NextStep => ({
  text,
  global,
  device,
});

/** What to pass or do next. */
export const nextStepsOf = (facts: Facts, { build, behaviour }: Known): readonly NextStep[] => {
  const explained = facts.explanations.flatMap((explanation) => {
    const found = behaviour(explanation.behaviour);
    if (found === undefined) return [];
    if (facts.kind === 'property-unknown') return withoutProperty(facts, found);
    return stepsFor(found, explanation, facts.device, build);
  });
  if (explained.length > 0) return [...explained, ...featuresBeside(facts, explained)];
  const suspected = facts.suspects.map(suspectStep);
  return suspected.length > 0 ? distinct(suspected) : generalSteps(facts);
};

const distinct = (steps: readonly NextStep[]): readonly NextStep[] => [
  ...new Map(steps.map((one) => [`${one.text}\n${one.global ?? ''}`, one])).values(),
];

/** It was given for a reason: a guest that carries the value is refused without it. */
const withoutProperty = ({ property }: Facts, { id, knobs }: Behaviour): readonly NextStep[] => {
  const knob = knobs.find((one) => one.property === property?.name);
  const builds = knob === undefined ? '' : `: ${releaseWords(knob.settable)}`;
  return [
    step(`take ${property?.name ?? 'the property'} out of the definition for this destination`),
    step(`a guest that needs it for ${id} can only go to a build that has the property${builds}`),
  ];
};

const suspectStep = ({ driver, property, incoming }: Suspect): NextStep => {
  const setting = incoming === null ? null : `${property}=${incoming}`;
  return step(
    setting === null
      ? `give the destination the source's value of ${property}`
      : `launch the destination with ${setting}, as the source was`,
    setting === null ? null : `${driver}.${setting}`,
    setting,
  );
};

/** Properties whose value is no yes or no: the source's own value is wanted. */
const NUMBERS = new Set(['mac', 'host_mtu', 'speed', 'num-queues']);

const featureSteps = ({ features, device }: Facts): readonly NextStep[] => {
  const missing = features?.missing ?? [];
  const state = device?.stateName ?? null;
  const inner = state !== null && isStateKnown(state) ? (stateNamed(state).virtio?.inner ?? null) : null;
  const settable = missing.flatMap(({ bit, property }): readonly NextStep[] => {
    if (property === null) return [];
    if (NUMBERS.has(property)) return [step(`give the destination the source's ${property}`)];
    const driver = bit >= 24 && bit <= 41 ? 'virtio-device' : inner;
    const setting = `${property}=on`;
    return [
      step(
        `launch the destination with ${setting}; it helps only where its backend and kernel can do it`,
        driver === null ? null : `${driver}.${setting}`,
        setting,
      ),
    ];
  });
  return [
    ...settable,
    step(
      'hop to a build that offers these features; a guest gives a feature up only when it resets in a process that does not offer it',
    ),
  ];
};

/** A behaviour may stand for some of the features that are missing; the others are to be offered as well. */
const featuresBeside = (facts: Facts, explained: readonly NextStep[]): readonly NextStep[] => {
  const given = new Set(explained.map(({ device }) => device));
  return facts.features === null
    ? []
    : featureSteps(facts).filter(({ device }) => device !== null && !given.has(device));
};

const sectionStep = (facts: Facts): string => {
  if (isKvmClock(facts)) return 'use the same accelerator at both ends';
  return facts.device?.path == null
    ? 'the device is missing at the destination, or its build does not know this state: compare both'
    : `add ${deviceText(facts)} to the destination's definition: it may have been plugged while the guest ran`;
};

const generalSteps = (facts: Facts): readonly NextStep[] => {
  const { kind, differs, property } = facts;
  const incoming = differs?.incoming ?? null;
  switch (kind) {
    case 'virtio-features':
      return featureSteps(facts);
    case 'config-space':
      return facts.register?.name === 'PCI_EXP_SLTSTA'
        ? [step('give the destination the devices that the source has, each in the port it is in there')]
        : [
            step(
              'compare the properties of this device at both ends, explicit ones and those of the machine type',
            ),
          ];
    case 'queue-size':
      return [
        step(
          `give the destination's device queues of ${incoming ?? 'that many'} entries, if it has a property for it`,
        ),
      ];
    case 'section-unknown':
      return [step(sectionStep(facts))];
    case 'machine-type-differs':
      return [
        step(
          `launch the destination with the source's machine type${incoming === null ? '' : `, ${incoming}`}; an alias such as q35 is another type on each build`,
        ),
      ];
    case 'machine-type-unknown':
      return [
        step(
          'hop to a build that has the machine type: older builds do not know newer types, and old types are removed in time',
        ),
      ];
    case 'ram-size':
      return [step('give the destination the memory, firmware and option ROM sizes of the source')];
    case 'ram-block-unknown':
      return [step('give the destination the devices and memory backends of the source')];
    case 'section-version':
      return [step('hop to a build that knows this version, or launch both ends with an older machine type')];
    case 'section-footer':
    case 'state-layout':
      return [
        step(
          'one end sends more state than the other expects: compare machine type and properties of this device',
        ),
      ];
    case 'not-migratable':
      return [
        step(
          facts.device === null
            ? 'take out what blocks it, or power the guest off'
            : `unplug ${deviceText(facts)} first, or power the guest off and start it at the destination`,
        ),
      ];
    case 'property-unknown':
      return [
        step(
          `take ${property?.name ?? 'the property'} out of the definition for this destination, or hop to a build that has it`,
        ),
      ];
    case 'property-value':
      return [
        step(
          'take the property out of the definition for this destination, or give it a value that it takes',
        ),
      ];
    case 'device-model-unknown':
      return [step('hop to a build that has the device, or unplug it first')];
    case 'cpu-differs':
      return [
        step(
          'use a named CPU model that both ends have; the CPU of a running guest changes only by power-off and power-on',
        ),
      ];
    case 'capability-differs':
      return [step('set the same migration capabilities at both ends')];
    case 'configuration-missing':
      return [step('a machine type up to 2.3 sends none: launch both ends with the same type')];
    case 'hook-refused':
      return [step('read what the hook says; the guest runs on at the source')];
    case 'definition-refused':
      return [step('correct the definition that the destination is given')];
    case 'kernel-refused':
      return [step('hop to a host whose kernel and CPU know what the guest uses')];
    case 'connection':
      return [step('mend the connection; where the destination ended first, its own log says why')];
    case 'source-not-ready':
      return [
        step(
          'where the source is in postmigrate after a failed hop, continue it (virsh resume, QMP cont) and try again',
        ),
      ];
    case 'device-state':
    case 'load-failed':
      return [
        step(
          "read the destination's own log, /var/log/libvirt/qemu/VM.log with libvirt: the line before says why",
        ),
      ];
    case 'stream-broken':
    case 'start-failed':
    case 'pci-capability-overlap':
    case 'unknown':
      return [];
    default:
      return assertNever(kind);
  }
};
