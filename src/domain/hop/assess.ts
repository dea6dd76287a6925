import { withBinary } from '../catalogue/binary.js';
import { buildLabel, type Build } from '../qemu/build.js';
import type { Assessment } from './assessment.js';
import { classificationOf, judge, type HopQuestion, type Judgement } from './judge.js';
import { without } from './unknown-knobs.js';
import { withOverrides } from './with-overrides.js';

export type { HopQuestion } from './judge.js';

/**
 * Whether the destination will load the state, and what it must be launched with.
 * Every carried value must be accepted as offered; where one is not, the smallest set of overrides that the
 * destination's build knows is looked for, device by device.
 * @see DOMAIN.md section 6
 */
export const assessHop = (asked: HopQuestion): Assessment => {
  const catalogue = withBinary(asked.catalogue, asked.destination.facts ?? null);
  const question = { ...asked, catalogue };
  const { source } = question;
  const here = judge(question);
  return {
    ...here,
    wayOut: wayOut(here, question),
    classification: classificationOf(question),
    returnHop: source === null ? null : judge(back(question, here, source)).verdict,
    machineTypeEnds: catalogue.machineTypes.get(question.configuration.machineType)?.removedIn ?? null,
    catalogueRevision: catalogue.revision,
  };
};

/** The way back, as launched there: with the overrides that now travel with the definition, without what was taken out. */
const back = (question: HopQuestion, here: Judgement, source: Build): HopQuestion => ({
  ...question,
  source: question.destination.build,
  destination: { host: null, build: source, libvirt: null, machineTypes: null },
  // The guest runs there now: its CPU is no question.
  guestCpu: null,
  from: question.configuration,
  configuration: {
    ...withOverrides(without(question.configuration, here.removals), here.overrides),
    accelerator: question.from?.accelerator ?? question.configuration.accelerator,
  },
});

const wayOut = (
  { verdict, reasons }: Judgement,
  { destination, configuration }: HopQuestion,
): readonly string[] => {
  const kinds = new Set(reasons.map(({ kind }) => kind));
  if (verdict === 'BLOCKED') {
    return [
      ...(kinds.has('machine-type-missing')
        ? [`a destination whose QEMU has ${configuration.machineType}`]
        : []),
      ...(kinds.has('device-type-missing') ? ['a destination whose QEMU has the device model'] : []),
      ...(kinds.has('property-missing')
        ? ['a destination whose QEMU knows the property; leaving it out would change the device']
        : []),
      ...(kinds.has('device-missing') ? ['give the destination every device that the guest has'] : []),
      ...(kinds.has('cpu-feature-missing') || kinds.has('cpu-vendor-differs')
        ? [
            "a destination whose CPU has what the guest's has",
            'power the guest off, and boot it with what the hosts do not share switched off (`hopledger baseline`)',
          ]
        : []),
      ...(kinds.has('accelerator-differs')
        ? ['a destination that runs the guest under KVM; TCG takes it after a cold boot only']
        : []),
      ...(kinds.has('machine-type-differs') ? ["launch the destination with the guest's machine type"] : []),
      ...(kinds.has('refused')
        ? [
            'power the guest off and on again on a build without the fault (a guest reboot is not enough)',
            'a destination whose build takes the value or has the property',
          ]
        : []),
    ];
  }
  if (verdict === 'UNKNOWN') {
    return [
      ...(kinds.has('value-unknown')
        ? ['import the host logs, assert the origin, or read the value out of the guest']
        : []),
      ...(kinds.has('acceptance-unknown')
        ? [`add what ${buildLabel(destination.build)} does to the catalogue, or probe it`]
        : []),
    ];
  }
  return [];
};
