import { describe, expect, it } from '@jest/globals';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Delivery, Position, StoredEvent, StreamName } from '../ledger/port.js';
import { toPosition } from '../ledger/position.js';
import { batchesOf, type Batch } from './batches.js';

const event = (n: number): Delivery => {
  const stored: StoredEvent = {
    id: String(n),
    type: 'T',
    data: {},
    metadata: {},
    stream: 'vm-x' as StreamName,
    revision: BigInt(n - 1),
    position: toPosition(n),
    recordedAt: '2025-01-01T00:00:00.000Z',
  };
  return { kind: 'event', event: stored };
};
const LIMITS = { maxEvents: 4, maxWaitMs: 20 };

const collected = async (deliveries: () => AsyncGenerator<Delivery>): Promise<readonly Batch[]> => {
  const batches: Batch[] = [];
  for await (const batch of batchesOf(deliveries, new AbortController().signal, LIMITS)) batches.push(batch);
  return batches;
};
const shape = ({ events, position, caughtUp }: Batch): string =>
  `${events.map(({ id }) => id).join(',')}@${Number(position)}${caughtUp ? '!' : ''}`;

describe('batches', () => {
  it('take what is ready, up to the most, in order', async () => {
    const batches = await collected(async function* () {
      for (let n = 1; n <= 6; n += 1) yield event(n);
      yield { kind: 'caughtUp' };
      yield event(7);
      yield event(8);
      await setTimeout(5);
      yield event(9);
    });
    expect(batches.map(shape)).toEqual(['1,2,3,4@4', '5,6@6!', '7,8@8', '9@9']);
  });

  it('wait for more while catching up, so that a slow source does not make a commit of each event', async () => {
    const batches = await collected(async function* () {
      for (let n = 1; n <= 4; n += 1) {
        yield event(n);
        await setImmediate();
      }
    });
    expect(batches.map(shape)).toEqual(['1,2,3,4@4']);
  });

  it('move on with a checkpoint that brings no event', async () => {
    const batches = await collected(async function* () {
      yield event(1);
      yield { kind: 'checkpoint', position: toPosition(5) };
      yield { kind: 'caughtUp' };
      yield { kind: 'fellBehind' };
      yield { kind: 'checkpoint', position: toPosition(9) };
    });
    expect(batches.map(shape)).toEqual(['1@5!', '@9']);
  });

  it('deliver what came before a fault, then the fault', async () => {
    const seen: (Position | null)[] = [];
    const failing = async (): Promise<void> => {
      const source = async function* (): AsyncGenerator<Delivery> {
        for (let n = 1; n <= 5; n += 1) yield event(n);
        throw new Error('gone');
      };
      for await (const { position } of batchesOf(source, new AbortController().signal, LIMITS)) {
        seen.push(position);
        await setTimeout(5); // the fault happens meanwhile
      }
    };
    await expect(failing()).rejects.toThrow('gone');
    expect(seen).toEqual([toPosition(4)]);
  });

  it('end the subscription when the caller leaves, though nothing more comes', async () => {
    let ended = false;
    const source = async function* (signal: AbortSignal): AsyncGenerator<Delivery> {
      try {
        for (let n = 1; n <= 4; n += 1) yield event(n);
        await setTimeout(60_000, undefined, { signal }).catch(() => undefined);
      } finally {
        ended = true;
      }
    };
    for await (const { events } of batchesOf(source, new AbortController().signal, LIMITS)) {
      expect(events).toHaveLength(4);
      break;
    }
    expect(ended).toBe(true);
  });
});
