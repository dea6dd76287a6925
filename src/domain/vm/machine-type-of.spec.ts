import { describe, expect, it } from '@jest/globals';
import { BUNDLED } from '../../../test/domain/known-catalogue.js';
import { machine, Q1113, Story, UUID } from '../../../test/domain/story.js';
import { askHop } from '../hop/ask.js';
import { knowing } from './derive.js';
import { machineTypeOf } from './machine-type-of.js';
import type { Vm } from './vm.js';

const UNTOLD = { name: null, build: Q1113, configuration: null, kernel: null } as const;
const PINNED = { ...UNTOLD, machineType: 'pc-q35-5.2' };
const typesOf = ({ processes }: Vm): readonly (string | null)[] => processes.map(machineTypeOf);

describe('a machine type that is told without the rest of the configuration', () => {
  const born = (): Story => {
    const story = new Story();
    story.tell(0, { type: 'VmLaunched', host: 'a', ...PINNED });
    return story;
  };

  it('is that of the process and of its power cycle, and makes no configuration', () => {
    const vm = born().vm();
    expect(vm.current).toMatchObject({ toldMachineType: 'pc-q35-5.2', configuration: null });
    expect(vm.powerCycles).toMatchObject([{ machineType: 'pc-q35-5.2' }]);
  });

  it('leaves what the guest carries as unknown as without it: overrides are not known either', () => {
    const without = new Story();
    without.tell(0, { type: 'VmLaunched', host: 'a', ...UNTOLD });
    const carriedOf = (story: Story) => story.vm({ catalogue: BUNDLED }).carried;
    expect(carriedOf(without).some(({ certainty }) => certainty === 'unknown')).toBe(true);
    expect(carriedOf(born())).toEqual(carriedOf(without));
  });

  it('is asked for no verdict: a device list that is not known is not an empty one', () => {
    const destination = { host: 'b', build: Q1113, libvirt: null, machineTypes: null };
    const { events } = born();
    const asked = { uuid: UUID, events, knowledge: knowing(BUNDLED), destination } as const;
    const { assessment } = askHop({
      ...asked,
      configuration: null,
      via: 'migration',
      savedState: null,
      at: 0,
    });
    expect(assessment).toBeNull();
  });

  it('stays over hops whose reports say nothing of it', () => {
    const story = born();
    story.tell(100, { type: 'HopStarted', host: 'b', via: 'migration', ...UNTOLD });
    story.arrived(101, 'b');
    story.left(101.1, 'a');
    expect(typesOf(story.vm())).toEqual(['pc-q35-5.2', 'pc-q35-5.2']);
  });

  it('stays in a saved state, and is not that of a cold boot after it', () => {
    const story = born();
    story.tell(100, { type: 'StateSaved', host: 'a', name: null, savedState: 's', stopped: true });
    story.tell(200, { type: 'StateRestored', host: 'a', savedState: 's', fromVm: null, ...UNTOLD });
    story.tell(300, { type: 'VmStopped', host: 'a', name: null, reason: 'shutdown' });
    story.tell(400, { type: 'VmLaunched', host: 'a', ...UNTOLD });
    expect(typesOf(story.vm())).toEqual(['pc-q35-5.2', 'pc-q35-5.2', null]);
  });

  it('gives way to the configuration of whoever knows that', () => {
    const story = born();
    story.tell(5, {
      type: 'VmLaunched',
      host: 'a',
      ...UNTOLD,
      configuration: machine([], 'pc-q35-7.2'),
      machineType: 'pc-q35-5.2',
    });
    const { current } = story.vm();
    expect(current).not.toHaveProperty('toldMachineType');
    expect(current === null ? null : machineTypeOf(current)).toBe('pc-q35-7.2');
  });
});
