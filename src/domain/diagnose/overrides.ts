import type { Behaviour, Knob } from '../catalogue/behaviour.js';
import { isSettable, knobsOf } from '../catalogue/knob.js';
import type { Build } from '../qemu/build.js';
import type { Explanation, NamedDevice, NextStep } from './diagnosis.js';
import { releaseWords } from './release-words.js';

const step = (text: string, global: string | null = null, device: string | null = null): NextStep => ({
  text,
  global,
  device,
});

/** What makes the destination take the value that the state brings; and what rids the guest of it. */
export const stepsFor = (
  behaviour: Behaviour,
  { carried }: Explanation,
  device: NamedDevice | null,
  build: Build | null,
): readonly NextStep[] => {
  const knobs = knobsFor(behaviour, device);
  const [knob] = knobs;
  if (carried === null) return [];
  const text = knob?.texts[carried];
  if (knob === undefined || text === undefined) {
    const on = device?.qomTypes[0];
    return [
      step(`no property gives ${on ?? 'the device'} ${behaviour.id} ${carried}`),
      ...wayOut(behaviour, carried),
    ];
  }
  if (build !== null && isSettable(knob, build) === false) {
    return [
      step(
        `${build.version} has no property ${knob.property}; builds that have it: ${releaseWords(knob.settable)}`,
      ),
      ...wayOut(behaviour, carried),
    ];
  }
  const setting = `${knob.property}=${text}`;
  const driver = knob.abstractTypes[0] ?? device?.qomTypes[0];
  return [
    step(
      `launch the destination with ${setting} (builds that have the property: ${releaseWords(knob.settable)}); QEMU names the first device only, and others of the same birth need it too`,
      driver === undefined ? null : `${driver}.${setting}`,
      setting,
    ),
    ...wayOut(behaviour, carried),
  ];
};

const knobsFor = (behaviour: Behaviour, device: NamedDevice | null): readonly Knob[] => {
  if (device === null || device.qomTypes.length === 0) return behaviour.knobs;
  return device.qomTypes.flatMap((qomType) =>
    knobsOf(behaviour, { alias: '', qomType, address: null, properties: {} }),
  );
};

const wayOut = (behaviour: Behaviour, carried: string): readonly NextStep[] => [
  ...(behaviour.remedy === null ? [] : [step(behaviour.remedy)]),
  ...bySticky(behaviour, carried),
];

const bySticky = (behaviour: Behaviour, carried: string): readonly NextStep[] => {
  const value = `${behaviour.id} ${carried}`;
  switch (behaviour.sticky) {
    case 'process':
      return [step('nothing of it stays in the guest: hop by way of another build')];
    case 'chain':
      return [step('every later process must repeat the value, until the guest is powered off and on')];
    case 'plug':
      return [
        step(
          `the guest keeps ${value} until it is powered off and on again on a build that does otherwise; a reboot inside the guest is not enough`,
        ),
      ];
    case 'boot':
      return [step(`the guest keeps ${value} until it is powered off and on again; a reboot is not enough`)];
    case 'negotiate':
      return [
        step(
          `a guest reset sets ${behaviour.id} anew from what its process then offers: reset where that is another value, then hop`,
        ),
      ];
  }
};
