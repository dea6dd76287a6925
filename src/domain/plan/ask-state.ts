import { withoutKnobs } from '../catalogue/without-knobs.js';
import { assessHop } from '../hop/assess.js';
import type { Assessment, Destination } from '../hop/assessment.js';
import type { LaunchConfiguration } from '../qemu/device.js';
import type { GuestState } from '../shape/guest-state.js';
import type { Carried, Holder } from '../vm/carried.js';
import type { Knowledge } from '../vm/derive.js';
import { transfer } from '../vm/transfer.js';

/** What is answered about a state and a destination. */
export interface StateAnswered {
  /** Null: what the guest was launched with is not known. */
  readonly assessment: Assessment | null;
  readonly carried: Carried;
  readonly configuration: LaunchConfiguration | null;
}

/**
 * The verdict for a state that is to be loaded as it was launched, without the overrides that it was given: what `askHop`
 * answers for a VM in that state, without its history (held by a property test). So it is asked once for all VMs in it.
 */
export const askState = (
  { build, configuration, carried, cpu }: GuestState,
  destination: Destination,
  { catalogue, tiers }: Pick<Knowledge, 'catalogue' | 'tiers'>,
): StateAnswered => {
  if (configuration === null) return { assessment: null, carried: [], configuration: null };
  const holder: Holder = {
    build,
    buildCertainty: 'certain',
    machineType: configuration.machineType,
    globals: configuration.globals,
    configuration,
    kernel: null,
    cpuVendor: null,
    process: '',
  };
  const brought = transfer(catalogue, { holder, carried }, holder);
  const launched = withoutKnobs(catalogue, configuration);
  const assessment = assessHop({
    catalogue,
    carried: brought,
    configuration: launched,
    source: build,
    from: configuration,
    guestCpu: cpu,
    destination,
    policy: tiers,
  });
  return { assessment, carried: brought, configuration: launched };
};
