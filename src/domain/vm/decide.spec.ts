import { describe, expect, it } from '@jest/globals';
import { Story } from '../../../test/domain/story.js';
import { decide } from './decide.js';
import type { ProposedEvent } from './decide.js';

const history = new Story();
const boot = history.launched(0, 'a', null);
const retraction = history.retracted(5, boot);

const proposed = (tell: (story: Story) => void): readonly ProposedEvent[] => {
  const story = new Story();
  tell(story);
  return story.events.map(({ data, metadata }, index) => ({ id: `new-${index}`, data, metadata }));
};
const again = (): readonly ProposedEvent[] => history.events.slice(0, 1);

describe('what is recorded', () => {
  it('is all that a host attests, however late or odd', () => {
    const events = proposed((story) => {
      story.left(-1_000, 'z');
      story.stopped(-2_000, 'z');
    });
    expect(decide(history.events, events)).toEqual({ kind: 'append', events, known: [] });
  });

  it('is no repeat, and says what it repeats', () => {
    expect(decide(history.events, again())).toEqual({
      kind: 'append',
      events: [],
      known: history.events.slice(0, 1),
    });
  });

  it('is one of two that are the same in one report', () => {
    const events = proposed((story) => story.reset(1, 'a'));
    const decision = decide([], [...events, ...events]);
    expect(decision).toEqual({ kind: 'append', events, known: [] });
  });

  it('compares content whatever the order of its keys', () => {
    const repeated = again().map((event) => ({
      ...event,
      data: Object.fromEntries(Object.entries(event.data).reverse()) as typeof event.data,
    }));
    expect(decide(history.events, repeated)).toMatchObject({ kind: 'append', events: [] });
  });
});

describe('what is refused', () => {
  it('is an id used again for something else, on record or in the same report', () => {
    const other = again().map((event) => ({
      ...event,
      data: { ...event.data, host: 'elsewhere' } as typeof event.data,
    }));
    expect(decide(history.events, other)).toMatchObject({ kind: 'refuse', code: 'IDEMPOTENCY_CONFLICT' });
    expect(decide([], [...again(), ...other])).toMatchObject({
      kind: 'refuse',
      code: 'IDEMPOTENCY_CONFLICT',
    });
  });

  it('is a correction or retraction of what is not there, itself included', () => {
    expect(
      decide(
        history.events,
        proposed((story) => story.retracted(1, 'nothing')),
      ),
    ).toMatchObject({
      kind: 'refuse',
      code: 'UNKNOWN_EVENT',
    });
    expect(
      decide(
        history.events,
        proposed((story) => story.retracted(1, 'new-0')),
      ),
    ).toMatchObject({ code: 'UNKNOWN_EVENT' });
  });

  it('is a correction of a correction; that one is retracted', () => {
    expect(
      decide(
        history.events,
        proposed((story) => story.corrected(1, retraction, { reason: 'x' })),
      ),
    ).toMatchObject({
      kind: 'refuse',
      code: 'BAD_INPUT',
    });
    expect(
      decide(
        history.events,
        proposed((story) => story.retracted(1, retraction)),
      ),
    ).toMatchObject({ kind: 'append' });
  });
});
