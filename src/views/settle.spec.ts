import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryLedger } from '../ledger/memory/memory-ledger.js';
import { START } from '../ledger/port.js';
import { toPosition } from '../ledger/position.js';
import { vmStream } from '../recording/streams.js';
import { isOtherLedger } from './settle.js';

describe('a checkpoint', () => {
  let ledger: MemoryLedger;
  beforeEach(() => {
    ledger = new MemoryLedger();
  });
  afterEach(() => ledger.close());

  const append = async (): Promise<string> => {
    const event = { id: randomUUID(), type: 'LabelsSet', data: {}, metadata: {} };
    await ledger.append(vmStream(randomUUID()), 'no_stream', [event]);
    return event.id;
  };

  it('at the start is of every ledger', async () => {
    expect(await isOtherLedger(ledger, { position: START, preceding: START, eventId: null })).toBe(false);
  });

  it('is of the ledger that has its last event there, and of no other', async () => {
    const eventId = await append();
    const position = await ledger.head();
    expect(await isOtherLedger(ledger, { position, preceding: START, eventId })).toBe(false);
    expect(await isOtherLedger(ledger, { position, preceding: START, eventId: randomUUID() })).toBe(true);
  });

  it('is not of a ledger that ends before its last event', async () => {
    expect(
      await isOtherLedger(ledger, { position: toPosition(1), preceding: START, eventId: randomUUID() }),
    ).toBe(true);
  });

  it('without an event is of a ledger that reaches so far, and of no shorter one', async () => {
    await append();
    const position = await ledger.head();
    expect(await isOtherLedger(ledger, { position, preceding: START, eventId: null })).toBe(false);
    const beyond = toPosition(1_000);
    expect(await isOtherLedger(ledger, { position: beyond, preceding: START, eventId: null })).toBe(true);
  });
});
