import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { Random } from '../synthetic/random.js';
import { WebhookBench } from './webhook-bench.js';
import { sampleMessage } from './webhook-messages.js';
import { UnreliableReceiver, type Taken } from './webhook-unreliable.js';

const SEED = 20_261_121;
const MESSAGES = 5_000;
const VMS = 200;
const MINUTES = 60_000;
/** Often enough that none is given up: the schedule itself has specs of its own. */
const RETRIES_MS = Array.from({ length: 40 }, (_, n) => Math.min(5 * 2 ** n, 100));

/** The number that each message carries, in the order in which it was first taken. */
const firstTaken = (taken: readonly Taken[]): readonly number[] => {
  const seen = new Set<string>();
  return taken.flatMap(({ id, body }) => {
    if (seen.has(id)) return [];
    seen.add(id);
    return [(JSON.parse(body) as { data: { n: number } }).data.n];
  });
};

describe('10,000 deliveries to a receiver that fails, delays, redirects and dies at random', () => {
  const one = randomUUID();
  const other = randomUUID();
  let bench: WebhookBench;
  let receiver: UnreliableReceiver;
  const secrets = new Map<string, string>();
  let atPause = 0;
  let afterPause = 0;

  beforeAll(async () => {
    const random = new Random(SEED);
    receiver = await UnreliableReceiver.start(random, 2_500);
    bench = new WebhookBench({ random: () => random.next(), retriesMs: RETRIES_MS, timeoutMs: 2_000 });
    await bench.start();
    secrets.set('/one', await bench.register(one, receiver.url('/one')));
    secrets.set('/other', await bench.register(other, receiver.url('/other')));
    const began = performance.now();
    for (let n = 0; n < MESSAGES; n += 100)
      await bench.issue(Array.from({ length: 100 }, (_, i) => sampleMessage(n + i, VMS)));
    while (receiver.taken.length < MESSAGES / 2) await setTimeout(5);
    expect(await bench.pause(one)).toBe(true);
    atPause = receiver.came.get('/one') ?? 0;
    expect(await bench.settled(other, 3 * MINUTES)).toBe(true);
    afterPause = receiver.came.get('/one') ?? 0;
    expect(bench.store.read.counts(one).waiting).toBeGreaterThan(0);
    await bench.say({ type: 'resume', endpoint: one });
    expect(await bench.settled(one, 3 * MINUTES)).toBe(true);
    const total = [...receiver.came.values()].reduce((sum, count) => sum + count, 0);
    console.info(
      `${2 * MESSAGES} deliveries in ${((performance.now() - began) / 1000).toFixed(1)} s, ${total} requests, ` +
        `${receiver.deaths} deaths; ${JSON.stringify(Object.fromEntries(receiver.answers))}`,
    );
  }, 8 * MINUTES);

  afterAll(async () => {
    await bench.stop();
    await receiver.close();
  });

  test.each(['/one', '/other'])('each reaches %s at least once, in the order of its VM', (path) => {
    const numbers = firstTaken(receiver.taken.filter((taken) => taken.path === path));
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: MESSAGES }, (_, n) => n));
    for (let vm = 0; vm < VMS; vm += 1) {
      const ofVm = numbers.filter((n) => n % VMS === vm);
      expect(ofVm).toEqual(ofVm.toSorted((a, b) => a - b));
    }
  });

  test('none is sent to an endpoint after its pause was acknowledged', () => {
    expect(afterPause).toBe(atPause);
    expect(atPause).toBeLessThan(MESSAGES);
  });

  test('each is signed with the secret of its endpoint', () => {
    for (const { path, body, headers } of receiver.taken) {
      const verified = new Webhook(secrets.get(path) ?? '').verify(body, headers);
      expect(verified).toMatchObject({ id: headers['webhook-id'] });
    }
  });

  test('no redirect is followed; every fault was met', () => {
    expect(receiver.followed).toBe(0);
    expect(receiver.deaths).toBeGreaterThan(2);
    expect(receiver.answers.size).toBe(7);
  });

  test('all is delivered by the log, and nothing given up', () => {
    for (const endpoint of [one, other])
      expect(bench.store.read.counts(endpoint)).toEqual({ waiting: 0, delivered: MESSAGES, dead: 0 });
  });
});
