import { describe, expect, it } from '@jest/globals';
import {
  aerOn,
  machine,
  NIC,
  PORT,
  Q1113,
  Q722,
  Q800,
  Q820,
  Story,
  mask,
  ON,
  OFF,
} from '../../../test/domain/story.js';

describe('a guest first seen running', () => {
  it('carries what all builds agree on, assumed, and else nobody knows what', () => {
    const story = new Story();
    story.adopted(0, 'a', Q1113, machine([PORT, NIC], 'pc-q35-8.0'));
    expect(mask(story.vm())).toEqual({ 'pci.1': '(on)', net0: '(on)' });
    const older = new Story();
    older.adopted(0, 'a', Q1113);
    expect(mask(older.vm())).toEqual({ 'pci.1': '?', net0: '?' });
  });

  it('carries what an operator says that it was born with, whatever host says so', () => {
    const story = new Story();
    story.adopted(0, 'b', Q820, machine([aerOn(PORT), aerOn(NIC)]));
    const assertion = story.tell(100, {
      type: 'OriginAsserted',
      host: 'old',
      name: null,
      build: Q800,
      configuration: null,
      reason: 'the ticket says so',
    });
    const vm = story.vm();
    expect(mask(vm)).toEqual(ON);
    expect(vm.carried[0]?.because).toMatchObject({ eventId: assertion });
    story.tell(200, {
      type: 'OriginAsserted',
      host: 'old',
      name: null,
      build: Q722,
      configuration: null,
      reason: 'the ticket was wrong',
    });
    expect(mask(story.vm())).toEqual(OFF);
  });

  it('keeps that over its hops', () => {
    const story = new Story();
    story.adopted(0, 'b', Q722);
    story.hop(50, 'b', 'c', Q820);
    story.tell(100, {
      type: 'OriginAsserted',
      host: 'c',
      name: null,
      build: Q722,
      configuration: null,
      reason: '',
    });
    expect(mask(story.vm())).toEqual(OFF);
  });

  it('an assertion does not outrank a cold boot that was seen', () => {
    const story = new Story();
    story.launched(0, 'a', Q722);
    story.tell(100, {
      type: 'OriginAsserted',
      host: 'a',
      name: null,
      build: Q800,
      configuration: null,
      reason: '',
    });
    expect(mask(story.vm())).toEqual(OFF);
  });

  it('an assertion fills the gap through which a guest came', () => {
    const story = new Story();
    story.launched(0, 'a', Q722);
    story.left(50, 'a');
    story.incoming(500, 'c', Q820);
    story.arrived(501, 'c');
    expect(mask(story.vm())).toEqual({ 'pci.1': '(off)', net0: '(off)' });
    story.tell(600, {
      type: 'OriginAsserted',
      host: 'c',
      name: null,
      build: Q800,
      configuration: null,
      reason: 'booted anew on b',
    });
    expect(mask(story.vm())).toEqual(ON);
    // Another power cycle, then, than the one that left a.
    expect(story.vm().powerCycles.map(({ bornOn, birthSeen }) => [bornOn, birthSeen])).toEqual([
      [Q722, true],
      [Q800, false],
    ]);
  });
});
