import { describe, expect, it } from '@jest/globals';
import { Story, time } from '../../../test/domain/story.js';
import { effectiveEvents } from './effective.js';

const ids = (story: Story): readonly string[] => effectiveEvents(story.events).map(({ id }) => id);

describe('the events that count', () => {
  it('are each counted once, however often they were recorded', () => {
    const story = new Story();
    const reset = story.reset(1, 'a');
    story.reset(1, 'a');
    expect(effectiveEvents([...story.events, ...story.events]).filter(({ id }) => id === reset)).toHaveLength(
      1,
    );
  });

  it('leave out what was retracted', () => {
    const story = new Story();
    const reset = story.reset(1, 'a');
    const retraction = story.retracted(2, reset);
    expect(ids(story)).toEqual([retraction]);
  });

  it('have it back when the retraction is retracted', () => {
    const story = new Story();
    const reset = story.reset(1, 'a');
    story.retracted(3, story.retracted(2, reset));
    expect(ids(story)).toContain(reset);
  });

  it('lose it again with a third retraction', () => {
    const story = new Story();
    const reset = story.reset(1, 'a');
    story.retracted(4, story.retracted(3, story.retracted(2, reset)));
    expect(ids(story)).not.toContain(reset);
  });

  it('come to an end where retractions go round in a circle', () => {
    const story = new Story();
    story.tell(1, { type: 'EventRetracted', eventId: 'second', reason: '' }, { id: 'first' });
    story.tell(2, { type: 'EventRetracted', eventId: 'first', reason: '' }, { id: 'second' });
    const there = ids(story);
    expect(effectiveEvents(story.events.toReversed()).map(({ id }) => id)).toEqual(there);
  });

  it('are corrected in the order of the corrections, not in that of recording', () => {
    const story = new Story();
    const reset = story.reset(1, 'a');
    const later = story.corrected(20, reset, { reason: 'the later word' });
    const earlier = story.corrected(10, reset, { reason: 'the earlier word', host: 'b' });
    const effective = effectiveEvents(story.events).find(({ id }) => id === reset);
    expect(effective?.data).toMatchObject({ type: 'GuestReset', host: 'b', reason: 'the later word' });
    expect(effective?.correctedBy).toEqual([earlier, later]);
  });

  it('are not corrected by a correction that was retracted', () => {
    const story = new Story();
    const reset = story.reset(1, 'a');
    story.retracted(3, story.corrected(2, reset, { reason: 'wrong' }));
    expect(effectiveEvents(story.events).find(({ id }) => id === reset)).toMatchObject({
      data: { reason: null },
      correctedBy: [],
    });
  });

  it('keep their type, and take a corrected time as it is', () => {
    const story = new Story();
    const reset = story.tell(
      1,
      { type: 'GuestReset', host: 'a', name: null, reason: null },
      { clockSkewMs: 5_000 },
    );
    story.corrected(2, reset, { type: 'VmStopped', occurredAt: time(100) });
    const effective = effectiveEvents(story.events).find(({ id }) => id === reset);
    expect(effective).toMatchObject({ data: { type: 'GuestReset' }, at: Date.parse(time(100)) });
  });
});
