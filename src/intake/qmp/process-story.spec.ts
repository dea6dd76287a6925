import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { ProcessStory, type ProcessSeen, type Told } from './process-story.js';

const STARTED = 1_795_166_000_000;
const seen = (launch: ProcessSeen['launch'] = null): ProcessSeen => ({
  host: 'hosta',
  name: 'web01',
  build: { version: '10.0.13', package: null },
  configuration: null,
  kernel: null,
  startedAt: STARTED,
  launch,
});
const NO_DEVICES = new Map<string, string>();
const words = (told: readonly Told[]): readonly string[] =>
  told.map(({ event }) =>
    [event.type, 'reason' in event ? event.reason : '', 'attestedBy' in event ? event.attestedBy : '']
      .filter((part) => part !== '')
      .join(' '),
  );

/** Plays event lines of a real QEMU. */
const play = (story: ProcessStory, file: string): readonly Told[] =>
  readFileSync(new URL(`../../../test/fixtures/sources/qmp/${file}.jsonl`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .flatMap((line) => {
      const said = JSON.parse(line) as {
        event: string;
        data?: Record<string, unknown>;
        timestamp: { seconds: number; microseconds: number };
      };
      const at = said.timestamp.seconds * 1000 + Math.floor(said.timestamp.microseconds / 1000);
      return story.hear(said.event, said.data ?? {}, at, null);
    });
const attached = (
  status: string,
  launch?: ProcessSeen['launch'],
): readonly [ProcessStory, readonly Told[]] => {
  const story = new ProcessStory(seen(launch));
  return [story, story.attach(status, NO_DEVICES, STARTED + 5000)];
};

describe('what a QEMU process tells over QMP', () => {
  it('at a destination that took its guest, is one arrival, at its time', () => {
    const [story, told] = attached('inmigrate');
    expect(words(told)).toEqual(['HopStarted']);
    const arrived = play(story, 'destination-success');
    expect(words(arrived)).toEqual(['HopCompleted destination']);
    expect(new Date(arrived[0]?.at ?? 0).toISOString()).toBe('2026-11-20T09:14:52.596Z');
    expect(words(story.end(STARTED))).toEqual(['VmStopped crashed']);
  });

  it('at a destination that refused it, is a hop that failed, and no end of a guest', () => {
    const [story] = attached('inmigrate');
    expect(words(play(story, 'destination-failed'))).toEqual(['HopFailed']);
    expect(words(story.end(STARTED))).toEqual([]);
  });

  it('at the source is no arrival: its `completed` is not the word of the other end', () => {
    const [story, told] = attached('running');
    expect(words(told)).toEqual(['VmAdopted']);
    expect(words(play(story, 'source-success'))).toEqual([]);
    expect(words(story.end(STARTED))).toEqual(['VmStopped unknown']);
  });

  it('counts for the guest that ran on when the other end did not take it after all', () => {
    const [story] = attached('running');
    story.hear('MIGRATION', { status: 'completed' }, STARTED, null);
    expect(words(story.hear('RESET', { reason: 'guest-reset' }, STARTED, null))).toEqual([]);
    story.hear('RESUME', {}, STARTED, null);
    expect(words(story.hear('RESET', { reason: 'guest-reset' }, STARTED, null))).toEqual([
      'GuestReset guest-reset',
    ]);
    expect(words(story.end(STARTED))).toEqual(['VmStopped crashed']);
  });

  it('of resets and a shutdown is what it says, and the reason stands at the end', () => {
    const [story] = attached('running', 'cold');
    expect(words(play(story, 'resets'))).toEqual([
      'GuestReset host-qmp-system-reset',
      'GuestReset guest-reset',
    ]);
    const end = story.end(STARTED + 10_000_000_000);
    expect(words(end)).toEqual(['VmStopped shutdown']);
    expect(new Date(end[0]?.at ?? 0).toISOString()).toBe('2026-11-20T10:05:00.170Z');
  });

  it('says how it began as far as the command line and the status tell', () => {
    const began = (status: string, launch: ProcessSeen['launch']) => words(attached(status, launch)[1]);
    expect(began('running', null)).toEqual(['VmAdopted']);
    expect(began('prelaunch', null)).toEqual(['VmAdopted']);
    expect(began('running', 'cold')).toEqual(['VmLaunched']);
    expect(began('running', 'incoming')).toEqual(['HopStarted', 'HopCompleted destination']);
    expect(began('paused', 'restore')).toEqual(['StateRestored']);
    expect(began('postmigrate', 'cold')).toEqual([]);
  });

  it('says that nothing came of a process that was ended while it waited', () => {
    const [story] = attached('inmigrate');
    expect(words(story.end(STARTED))).toEqual(['VmStopped failed']);
    const [broken] = attached('inmigrate');
    broken.hear('MIGRATION', { status: 'active' }, STARTED, null);
    expect(words(broken.end(STARTED))).toEqual(['HopFailed']);
  });

  it('calls no end a crash whose words may be lost', () => {
    expect(words(attached('running')[0].end(STARTED, true))).toEqual(['VmStopped unknown']);
    const [story] = attached('running');
    story.hear('SHUTDOWN', { reason: 'host-qmp-quit' }, STARTED, null);
    expect(words(story.end(STARTED, true))).toEqual(['VmStopped destroyed']);
  });

  it.each([['RESET'], ['RESUME']])('forgets a shutdown after which the guest went on: %s', (event) => {
    const [story] = attached('running');
    story.hear('SHUTDOWN', { guest: true, reason: 'guest-shutdown' }, STARTED + 1000, null);
    story.hear(event, { reason: 'host-qmp-system-reset' }, STARTED + 2000, null);
    expect(story.end(STARTED + 9000)).toMatchObject([{ event: { reason: 'crashed' }, at: STARTED + 9000 }]);
  });

  it('takes no start of a post-copy destination for an arrival', () => {
    const [story] = attached('inmigrate');
    story.hear('MIGRATION', { status: 'postcopy-active' }, STARTED, null);
    expect(words(story.hear('RESUME', {}, STARTED, null))).toEqual([]);
    expect(words(story.hear('MIGRATION', { status: 'completed' }, STARTED, null))).toEqual([
      'HopCompleted destination',
    ]);
  });

  it('finds by looking what no event tells, once', () => {
    const [story] = attached('inmigrate');
    expect(words(story.look('inmigrate', new Map([['net0', 'e1000e']]), STARTED))).toEqual([]);
    const devices = new Map([
      ['net0', 'e1000e'],
      ['net1', 'e1000e'],
    ]);
    expect(words(story.look('running', devices, STARTED))).toEqual([
      'HopCompleted destination',
      'DevicePlugged',
    ]);
    expect(words(story.look('running', devices, STARTED))).toEqual([]);
    expect(words(story.hear('DEVICE_DELETED', { device: 'net1' }, STARTED, null))).toEqual([
      'DeviceUnplugged',
    ]);
    expect(words(story.look('running', NO_DEVICES, STARTED))).toEqual(['DeviceUnplugged']);
    expect(words(story.hear('MIGRATION', { status: 'completed' }, STARTED, null))).toEqual([]);
  });

  it('of a hop out that failed is in QEMU’s words', () => {
    const [story] = attached('running');
    const [failed] = story.hear(
      'MIGRATION',
      { status: 'failed' },
      STARTED,
      'Unable to write to socket: Broken pipe',
    );
    expect(failed?.event).toMatchObject({
      type: 'HopFailed',
      error: 'Unable to write to socket: Broken pipe',
    });
  });
});
