import type { Catalogue } from '../../src/domain/catalogue/catalogue.js';
import { askHop, type HopAsked } from '../../src/domain/hop/ask.js';
import type { Assessment, Destination } from '../../src/domain/hop/assessment.js';
import type { Build } from '../../src/domain/qemu/build.js';
import type { LaunchConfiguration } from '../../src/domain/qemu/device.js';
import { knowing } from '../../src/domain/vm/derive.js';
import { MEASURED } from './known-catalogue.js';
import { AER_MASK, aerOn, machine, NIC, PORT, Story, UUID } from './story.js';

export const to = (build: Build, machineTypes: readonly string[] | null = null): Destination => ({
  host: 'b',
  build,
  libvirt: null,
  machineTypes,
});

/** The verdict on a hop that has not happened. */
export const ask = (
  story: Story,
  build: Build,
  more: Partial<HopAsked> & { readonly catalogue?: Catalogue } = {},
): Assessment => {
  const { assessment } = askHop({
    uuid: UUID,
    events: story.events,
    knowledge: knowing(more.catalogue ?? MEASURED),
    destination: to(build),
    configuration: machine(),
    via: 'migration',
    savedState: null,
    at: 0,
    ...more,
  });
  if (assessment === null) throw new Error('not assessed');
  return assessment;
};
export const bornOn = (build: Build, configuration: LaunchConfiguration = machine()): Story => {
  const story = new Story();
  story.launched(0, 'a', build, configuration);
  return story;
};
export const overridesOf = ({ overrides }: Assessment): readonly string[] =>
  overrides.map(({ alias, property, value }) => `${alias ?? ''},${property}=${value}`);
export const kinds = ({ reasons }: Assessment): readonly string[] => [
  ...new Set(reasons.map(({ kind }) => kind)),
];
export const TAINTED = machine([aerOn(PORT), aerOn(NIC)]);
export const BOTH = [`pci.1,${AER_MASK}=on`, `net0,${AER_MASK}=on`];
