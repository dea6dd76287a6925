import { describe, expect, it } from '@jest/globals';
import {
  device,
  DISK,
  machine,
  PORT,
  Q10013,
  Q1002,
  Q1113,
  Q722,
  Story,
  UUID,
  valuesOf,
} from '../../../test/domain/story.js';
import { MEASURED } from '../../../test/domain/known-catalogue.js';
import { askHop } from '../hop/ask.js';
import type { Build } from '../qemu/build.js';
import { isTaint } from './carried.js';
import { knowing } from './derive.js';

const VIRTIO = machine([PORT, device('net0', 'virtio-net-pci', { address: '0000:01:00.0' })]);

const ask = (
  story: Story,
  build: Build,
  configuration = VIRTIO,
): { verdict: string | undefined; overrides: readonly string[] } => {
  const { assessment } = askHop({
    uuid: UUID,
    events: story.events,
    knowledge: knowing(MEASURED),
    destination: { host: null, build, libvirt: null, machineTypes: null },
    configuration,
    via: 'migration',
    savedState: null,
    at: 0,
  });
  return {
    verdict: assessment?.verdict,
    overrides: (assessment?.overrides ?? []).map(
      ({ alias, property, value }) => `${alias ?? ''},${property}=${value}`,
    ),
  };
};
/** Born on the first build, over one host after the other, a second each. */
const through = (builds: readonly Build[], configuration = VIRTIO): Story => {
  const story = new Story();
  const [first, ...rest] = builds;
  story.launched(0, 'h0', first ?? null, configuration);
  for (const [index, build] of rest.entries()) {
    story.hop(100 * (index + 1), `h${index}`, `h${index + 1}`, build, configuration);
  }
  return story;
};
const inUse = (story: Story): string | undefined =>
  valuesOf(story.vm().carried, 'virtio-queue-size-1024')['net0'];

describe('queues of 1024 entries, Debian’s 10.0.13 (LAB-FACTS, measured)', () => {
  it('are born there, travel, and are refused by 11.1.3', () => {
    expect(ask(through([Q10013]), Q1113).verdict).toBe('BLOCKED');
    expect(ask(through([Q10013]), Q1002).verdict).toBe('SAFE');
    expect(ask(through([Q10013, Q1002]), Q1113).verdict).toBe('BLOCKED');
  });

  it('do not come of passing through', () => {
    const story = through([Q722, Q10013, Q1002]);
    expect(inUse(story)).toBe('own');
    expect(ask(story, Q1113).verdict).toBe('SAFE');
  });

  it('lie in wait after passing through: the next reset sets them, on whatever build', () => {
    const story = through([Q722, Q10013, Q1002]);
    const waiting = story.vm().carried.find(({ alias }) => alias === 'net0');
    expect(waiting).toMatchObject({ value: 'own', latent: '1024' });
    expect(waiting === undefined ? null : isTaint(waiting)).toBe(true);
    const reset = story.reset(400, 'h2');
    expect(inUse(story)).toBe('1024');
    expect(ask(story, Q1113).verdict).toBe('BLOCKED');
    expect(story.vm().carried.find(({ alias }) => alias === 'net0')?.because).toMatchObject({
      how: 'guest-reset',
      eventId: reset,
    });
  });

  it('go with one hop more and a reset: what equals the default does not travel', () => {
    const story = through([Q722, Q10013, Q1002]);
    story.reset(400, 'h2');
    story.hop(500, 'h2', 'h3', Q1002, VIRTIO);
    story.reset(600, 'h3');
    expect(inUse(story)).toBe('own');
    expect(ask(story, Q1113).verdict).toBe('SAFE');
  });

  it('go with one hop more and a reset, also when they only lay in wait and never came to be', () => {
    const story = through([Q722, Q10013, Q1002, Q1002]);
    story.reset(600, 'h3');
    // The default still differs from the size in use, so it travelled on.
    expect(inUse(story)).toBe('1024');
  });

  it('do not lie in wait after a stay on 11.1.3, which takes its own default', () => {
    const story = through([Q722, Q10013, Q1113, Q1002]);
    story.reset(600, 'h3');
    expect(inUse(story)).toBe('own');
  });

  it('born there, go with a reset on a good build', () => {
    const story = through([Q10013, Q1002]);
    story.reset(300, 'h1');
    expect(inUse(story)).toBe('own');
  });

  it('come of a reset there, in a VM that came clean', () => {
    const story = through([Q722, Q10013]);
    story.reset(300, 'h1');
    expect(inUse(story)).toBe('1024');
  });

  it('come of a plug there, for that device alone', () => {
    const story = through([Q722, Q10013]);
    story.plugged(300, 'h1', DISK);
    expect(valuesOf(story.vm().carried, 'virtio-queue-size-1024')).toEqual({
      net0: 'own',
      'virtio-disk0': '1024',
    });
  });

  it('can be asked for where the device has a property: virtio-blk has, virtio-net has none', () => {
    const disk = machine([PORT, DISK]);
    const answer = ask(through([Q10013], disk), Q1113, disk);
    expect(answer).toEqual({ verdict: 'NEEDS_OVERRIDES', overrides: ['virtio-disk0,queue-size=1024'] });
  });

  it('may be there or not where the package of 10.0.13 is not known', () => {
    const story = through([{ version: '10.0.13', package: null }]);
    expect(inUse(story)).toBe('?');
    expect(ask(story, Q1113).verdict).toBe('UNKNOWN');
    expect(ask(story, Q1002).verdict).toBe('SAFE');
  });
});
