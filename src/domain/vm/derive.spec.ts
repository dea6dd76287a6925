import { describe, expect, it } from '@jest/globals';
import {
  aerOn,
  machine,
  NIC,
  PORT,
  Q1002,
  Q722,
  Q800,
  Q820,
  Story,
  time,
  mask,
  ON,
  OFF,
} from '../../../test/domain/story.js';

describe('a power cycle', () => {
  it('goes from a cold boot over all its hosts to the power-off', () => {
    const story = new Story();
    story.launched(0, 'a', Q800);
    story.hop(100, 'a', 'b', Q820, machine([aerOn(PORT), aerOn(NIC)]));
    story.stopped(200, 'b', 'shutdown');
    expect(story.vm().powerCycles).toEqual([
      {
        id: `a/${time(0)}`,
        startedAt: time(0),
        endedAt: time(200),
        bornOn: Q800,
        birthSeen: true,
        machineType: 'pc-q35-7.2',
        processes: [`a/${time(0)}`, `b/${time(100)}`],
      },
    ]);
  });

  it('does not end with a save', () => {
    const story = new Story();
    story.launched(0, 'a', Q800);
    story.saved(100, 'a');
    expect(story.vm().powerCycles[0]?.endedAt).toBeNull();
  });
});

describe('a VM', () => {
  it('without events is nothing yet', () => {
    expect(new Story().vm()).toMatchObject({
      name: null,
      state: 'unknown',
      current: null,
      carried: [],
      firstSeenAt: null,
      lastSeenAt: null,
    });
  });

  it('is as it was then, as of a time', () => {
    const story = new Story();
    story.launched(0, 'a', Q800);
    story.stopped(100, 'a');
    story.launched(200, 'b', Q1002);
    expect([50, 150, 250].map((asOf) => story.vm({ asOf }).state)).toEqual(['running', 'stopped', 'running']);
    expect([50, 250].map((asOf) => mask(story.vm({ asOf })))).toEqual([ON, OFF]);
  });

  it('has the name last reported, and remembers earlier ones', () => {
    const story = new Story();
    story.launched(0, 'a', Q722);
    story.tell(10, { type: 'GuestReset', host: 'a', name: 'renamed', reason: null });
    expect(story.vm()).toMatchObject({ name: 'renamed', names: ['vm1', 'renamed'] });
  });

  it('was seen by its hosts; a correction later on is no sight of it', () => {
    const story = new Story();
    const boot = story.launched(0, 'a', Q722);
    story.corrected(9_000, boot, { kernel: '6.2' });
    expect(story.vm()).toMatchObject({ firstSeenAt: time(0), lastSeenAt: time(0) });
    expect(story.vm().current?.kernel).toBe('6.2');
  });

  it('recomputes all that follows when the build of its birth is corrected', () => {
    const story = new Story();
    const boot = story.launched(0, 'a', Q722);
    story.hop(100, 'a', 'b', Q820);
    story.corrected(200, boot, { build: Q800 });
    expect(mask(story.vm())).toEqual(ON);
  });

  it('is not known to be off by an end without a reason (libvirt 9.0)', () => {
    const story = new Story();
    story.startHooks(0, 'a', Q722);
    story.stopped(100, 'a', 'unknown');
    expect(story.vm().state).toBe('unknown');
    story.stopped(100.1, 'a', 'shutdown');
    expect(story.vm().state).toBe('stopped');
  });

  it('tells with each hop what was advised before it', () => {
    const story = new Story();
    story.launched(0, 'a', Q800);
    const asked = story.asked(100, 'b');
    const advice = story.tell(
      100,
      {
        type: 'AdviceGiven',
        host: 'b',
        name: null,
        verdict: 'NEEDS_OVERRIDES',
        answer: 'rewritten',
        overrides: [],
        removals: [],
        message: null,
        catalogueRevision: 'r',
        basedOnRevision: '0',
      },
      { causationId: asked },
    );
    story.startHooks(100.02, 'b', Q820);
    expect(story.vm().hops[0]?.advice).toEqual({
      eventId: advice,
      verdict: 'NEEDS_OVERRIDES',
      answer: 'rewritten',
    });
  });
});
