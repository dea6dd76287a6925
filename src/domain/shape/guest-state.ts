import type { Build } from '../qemu/build.js';
import type { HostDirectory } from '../host/directory.js';
import { guestCpuOf, type GuestCpu } from '../hop/guest-cpu.js';
import type { LaunchConfiguration } from '../qemu/device.js';
import type { Carried, CarriedValue, LatchedBy } from '../vm/carried.js';
import type { SavedState, Vm } from '../vm/vm.js';
import { cpuWithoutIdentity } from './cpu-without-identity.js';
import { withoutIdentity } from './configuration-text.js';

/** What a verdict depends on: guest state that is to move, running or saved. */
export interface GuestState {
  readonly build: Build | null;
  readonly configuration: LaunchConfiguration | null;
  readonly carried: Carried;
  /** That it was born with; null: nothing says. */
  readonly cpu: GuestCpu | null;
}

/** Of the running guest; null when none runs. */
export const runningState = (vm: Vm, hosts: HostDirectory): GuestState | null => {
  const { current, carried } = vm;
  if (current === null) return null;
  const { build, configuration } = current;
  return { build, configuration, carried, cpu: cpuOf(vm, current.id, hosts) };
};

export const savedStateOf = (vm: Vm, saved: SavedState, hosts: HostDirectory): GuestState => {
  const { build, configuration, carried, process } = saved;
  return { build, configuration, carried, cpu: cpuOf(vm, process, hosts) };
};

const cpuOf = (vm: Vm, process: string, hosts: HostDirectory): GuestCpu | null =>
  guestCpuOf(vm, { from: { process, host: '', build: null } }, hosts);

/** One value, without what tells when and by which report it was latched. */
type Packed = readonly [
  alias: string,
  qomType: string | null,
  behaviour: string,
  value: string | null,
  possible: readonly string[],
  latent: string | null,
  certainty: CarriedValue['certainty'],
  how: LatchedBy,
  ruleId: string | null,
  explicit: string | null,
  reference: string | null,
  drift: readonly [string | null, string] | null,
];

/** The same text for states of which every verdict is the same. `unpackState` reads it back. */
export const packState = ({ build, configuration, carried, cpu }: GuestState): string =>
  JSON.stringify([
    build === null ? null : [build.version, build.package],
    configuration === null ? null : withoutIdentity(configuration),
    carried.map(packValue),
    cpu === null ? null : cpuWithoutIdentity(cpu),
  ]);

const packValue = (one: CarriedValue): Packed => [
  one.alias,
  one.qomType,
  one.behaviour,
  one.value,
  one.possible,
  one.latent,
  one.certainty,
  one.because.how,
  one.because.ruleId,
  one.because.explicit,
  one.reference,
  one.drift === null ? null : [one.drift.derived, one.drift.observed],
];

/** Provenance is left out: it is of one VM. */
export const unpackState = (text: string): GuestState => {
  const [build, configuration, carried, cpu] = JSON.parse(text) as [
    readonly [string, string | null] | null,
    LaunchConfiguration | null,
    readonly Packed[],
    GuestCpu | null,
  ];
  return {
    build: build === null ? null : { version: build[0], package: build[1] },
    configuration,
    carried: carried.map(unpackValue),
    cpu,
  };
};

const unpackValue = ([
  alias,
  qomType,
  behaviour,
  value,
  possible,
  latent,
  certainty,
  how,
  ruleId,
  explicit,
  reference,
  drift,
]: Packed): CarriedValue => ({
  alias,
  qomType,
  behaviour,
  value,
  possible,
  latent,
  certainty,
  because: { how, eventId: null, at: null, process: '', ruleId, explicit },
  reference,
  drift: drift === null ? null : { derived: drift[0], observed: drift[1], eventId: '' },
});
