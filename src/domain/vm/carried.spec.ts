import { describe, expect, it } from '@jest/globals';
import { AER, catalogueOf, madeUp } from '../../../test/domain/known-catalogue.js';
import {
  AER_MASK,
  aerOn,
  device,
  machine,
  NIC,
  PORT,
  Q722,
  Q800,
  Q820,
  withProperty,
} from '../../../test/domain/story.js';
import type { Build } from '../qemu/build.js';
import type { LaunchConfiguration } from '../qemu/device.js';
import {
  isTaint,
  latchColdBoot,
  latchPlug,
  latchUnplug,
  type Carried,
  type CarriedValue,
  type Holder,
} from './carried.js';
import { carryOver, relatchOnReset } from './carry-over.js';
import { observe } from './observe.js';

const OLD: Build = { version: '8.2.0', package: 'upstream' };
const NEW: Build = { version: '9.0.0', package: 'upstream' };
const THING = device('thing0', 'thing');
const EVENT = { id: 'event', at: 1 };

const holder = (
  build: Build | null,
  configuration: LaunchConfiguration = machine([THING]),
  process = 'p1',
): Holder => ({
  process,
  build,
  buildCertainty: build === null ? 'unknown' : 'certain',
  machineType: configuration.machineType,
  globals: configuration.globals,
  configuration,
});
const only = (carried: Carried): CarriedValue => {
  const [value] = carried;
  if (value === undefined || carried.length !== 1) throw new Error(`${carried.length} values, not one`);
  return value;
};
const of = (
  sticky: Parameters<typeof madeUp>[0]['sticky'],
  more: Partial<Parameters<typeof madeUp>[0]> = {},
) => catalogueOf(madeUp({ id: sticky, sticky, ...more }));

describe('a cold boot', () => {
  it('latches each device from build and machine type, and says why', () => {
    const carried = latchColdBoot(catalogueOf(AER), holder(Q800, machine([PORT, NIC])), EVENT);
    expect(carried.map(({ alias, value }) => [alias, value])).toEqual([
      ['pci.1', 'on'],
      ['net0', 'on'],
    ]);
    expect(carried[0]).toMatchObject({
      certainty: 'certain',
      reference: 'off',
      because: { how: 'cold-boot', eventId: 'event', process: 'p1', ruleId: '8.0.0', explicit: null },
    });
  });

  it('counts an override that was left in the definition', () => {
    const carried = latchColdBoot(catalogueOf(AER), holder(Q820, machine([PORT, aerOn(NIC)])), EVENT);
    expect(carried.map(({ value }) => value)).toEqual(['off', 'on']);
    expect(carried[1]?.because).toMatchObject({ ruleId: null, explicit: `${AER_MASK}=on` });
  });

  it('latches a machine-level behaviour once, whatever the devices', () => {
    const catalogue = of('boot', { scope: 'machine', selector: [] });
    expect(only(latchColdBoot(catalogue, holder(NEW, machine([])), EVENT))).toMatchObject({
      alias: 'machine',
      value: 'new',
    });
  });

  it('knows no more surely what the build alone decides than which build it was', () => {
    const unsure: Holder = { ...holder(Q800, machine([NIC, aerOn(PORT)])), buildCertainty: 'assumed' };
    expect(
      latchColdBoot(catalogueOf(AER), unsure, EVENT).map(({ alias, certainty }) => [alias, certainty]),
    ).toEqual([
      ['net0', 'assumed'],
      ['pci.1', 'certain'],
    ]);
  });

  it('leaves open what concerns a device of unknown type', () => {
    expect(
      only(latchColdBoot(catalogueOf(AER), holder(Q800, machine([device('net0', null)])), EVENT)),
    ).toMatchObject({
      value: null,
      certainty: 'unknown',
    });
  });
});

describe('a hot-plug', () => {
  const before = latchColdBoot(catalogueOf(AER), holder(Q722, machine([PORT])), EVENT);
  const into = holder(Q800, machine([PORT, NIC]), 'p2');

  it('latches that device alone, from the process it is plugged into', () => {
    const after = latchPlug(catalogueOf(AER), before, NIC, into, EVENT);
    expect(after.map(({ alias, value, because }) => [alias, value, because.process])).toEqual([
      ['pci.1', 'off', 'p1'],
      ['net0', 'on', 'p2'],
    ]);
  });

  it('takes the globals of that process, and not overrides of other devices', () => {
    const global = machine([PORT, NIC], 'pc-q35-7.2', [
      { driver: 'pci-device', property: AER_MASK, value: 'on' },
    ]);
    expect(latchPlug(catalogueOf(AER), [], NIC, holder(Q820, global), EVENT)[0]?.value).toBe('on');
    expect(
      latchPlug(catalogueOf(AER), [], NIC, holder(Q820, machine([aerOn(PORT), NIC])), EVENT)[0]?.value,
    ).toBe('off');
  });

  it('is undone by the unplug', () => {
    const plugged = latchPlug(catalogueOf(AER), before, NIC, into, EVENT);
    expect(latchUnplug(catalogueOf(AER), plugged, NIC, into, EVENT)).toEqual(before);
  });
});

/** Born on one build, over to another one, reset there. */
const lifeOf = (catalogue: ReturnType<typeof of>, born: Build, then: Build): readonly (string | null)[] => {
  const there = holder(then, machine([THING]), 'p2');
  const boot = latchColdBoot(catalogue, holder(born), EVENT);
  const over = carryOver(catalogue, boot, there, EVENT);
  const reset = relatchOnReset(catalogue, over, there, EVENT);
  return [boot, over, reset].map((carried) => only(carried).value);
};

describe('what holds a value', () => {
  it('plug: the device, over hops and resets', () => {
    expect(lifeOf(of('plug'), NEW, OLD)).toEqual(['new', 'new', 'new']);
  });

  it('boot: the power cycle', () => {
    expect(lifeOf(of('boot', { scope: 'machine', selector: [] }), NEW, OLD)).toEqual(['new', 'new', 'new']);
  });

  it('chain: the power cycle; each later process has to repeat it', () => {
    expect(lifeOf(of('chain'), NEW, OLD)).toEqual(['new', 'new', 'new']);
  });

  it('process: each process anew', () => {
    expect(lifeOf(of('process'), NEW, OLD)).toEqual(['new', 'old', 'old']);
  });

  it('negotiate: until the next guest reset, which can create a taint as well as clear it', () => {
    expect(lifeOf(of('negotiate'), NEW, OLD)).toEqual(['new', 'new', 'old']);
    expect(lifeOf(of('negotiate'), OLD, NEW)).toEqual(['old', 'old', 'new']);
  });
});

describe('a reset', () => {
  it('says that it was the reset, and what can be then', () => {
    const catalogue = of('negotiate');
    const over = carryOver(
      catalogue,
      latchColdBoot(catalogue, holder(OLD), EVENT),
      holder(NEW, machine([THING]), 'p2'),
      EVENT,
    );
    expect(
      only(relatchOnReset(catalogue, over, holder(NEW, machine([THING]), 'p2'), { id: 'reset', at: 2 })),
    ).toMatchObject({
      value: 'new',
      possible: ['new'],
      because: { how: 'guest-reset', eventId: 'reset', process: 'p2', ruleId: 'since-9' },
    });
  });

  it('makes unknown what nobody knows the process to offer', () => {
    const catalogue = of('negotiate');
    const nowhere = holder(null, machine([THING]), 'p2');
    const over = carryOver(catalogue, latchColdBoot(catalogue, holder(OLD), EVENT), nowhere, EVENT);
    expect(only(over)).toMatchObject({ value: 'old', latent: null });
    expect(only(relatchOnReset(catalogue, over, nowhere, EVENT))).toMatchObject({
      value: null,
      possible: ['old', 'new'],
      certainty: 'unknown',
    });
  });

  it('makes known what was not, once the process is known and nothing travels', () => {
    const catalogue = of('negotiate');
    const unknown = latchColdBoot(catalogue, holder(null), EVENT);
    const here = holder(NEW, machine([THING]), 'p2');
    expect(
      only(relatchOnReset(catalogue, carryOver(catalogue, unknown, here, EVENT), here, EVENT)),
    ).toMatchObject({
      value: 'new',
      certainty: 'certain',
    });
  });
});

describe('an observation', () => {
  const catalogue = catalogueOf(AER);
  const carried = latchColdBoot(catalogue, holder(Q820, machine([NIC])), EVENT);
  const read = (text: string, name = 'PCI_ERR_UNCOR_MASK'): CarriedValue =>
    only(observe(catalogue, carried, { alias: 'net0', kind: 'register', name, text }, { id: 'read', at: 2 }));

  it('outranks what was derived, and keeps both', () => {
    expect(read('0x02400000')).toMatchObject({
      value: 'on',
      certainty: 'certain',
      drift: { derived: 'off', observed: 'on', eventId: 'read' },
      because: { how: 'observation', eventId: 'read' },
    });
  });

  it('changes nothing when it agrees', () => {
    expect(read('0x00000000')).toBe(carried[0]);
  });

  it('makes certain what was unknown, without a drift', () => {
    const unknown = latchColdBoot(catalogue, holder(null, machine([NIC])), EVENT);
    const seen = observe(
      catalogue,
      unknown,
      { alias: 'net0', kind: 'register', name: 'PCI_ERR_UNCOR_MASK', text: '0x02400000' },
      EVENT,
    );
    expect(only(seen)).toMatchObject({ value: 'on', certainty: 'certain', drift: null });
  });

  it.each(['0xdeadbeef', 'constructor'])(
    'says nothing with a text that the catalogue does not read: %s',
    (text) => {
      expect(read(text)).toBe(carried[0]);
    },
  );

  it('says nothing of another register', () => {
    expect(read('0x02400000', 'OTHER')).toBe(carried[0]);
  });
});

describe('a taint', () => {
  const value = (more: Partial<CarriedValue>): CarriedValue => ({
    ...only(latchColdBoot(catalogueOf(AER), holder(Q820, machine([NIC])), EVENT)),
    ...more,
  });

  it('is a value that a correct build would not give', () => {
    expect(isTaint(value({}))).toBe(false);
    expect(isTaint(value({ value: 'on', latent: 'on' }))).toBe(true);
  });

  it('is one too that the next reset will bring', () => {
    expect(isTaint(value({ latent: 'on' }))).toBe(true);
  });

  it('cannot be told where the value or the reference is open', () => {
    expect(isTaint(value({ value: null, latent: null, possible: ['on', 'off'] }))).toBeNull();
    expect(isTaint(value({ value: null, latent: null, possible: ['off'] }))).toBe(false);
    expect(isTaint(value({ reference: null }))).toBeNull();
  });

  it('is none where the property was off from the start, though the build has the fault', () => {
    const off = latchColdBoot(
      catalogueOf(AER),
      holder(Q800, machine([withProperty(NIC, AER_MASK, 'off')])),
      EVENT,
    );
    expect(off.map((one: CarriedValue) => isTaint(one))).toEqual([false]);
  });
});
