import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EndpointCommand } from '../../src/domain/endpoint/decide.js';
import { WebhookBench, type BenchOptions } from '../fault/webhook-bench.js';
import { sampleMessage } from '../fault/webhook-messages.js';
import { ManualClock, until } from './manual-clock.js';
import { DELIVERED, failed, ScriptedSender } from './scripted-sender.js';

const HOUR_MS = 3_600_000;
const MANY = { concurrency: 32, perSecond: 1_000 };

let clock: ManualClock;
let sender: ScriptedSender;
let bench: WebhookBench;
let issued: number;

const start = async (options: BenchOptions = {}): Promise<void> => {
  bench = new WebhookBench({ clock, sender, random: () => 0.5, ...options });
  await bench.start();
};
const urlOf = (name: string): string => `https://${name}.example.org/`;
const register = async (name: string, limits = MANY): Promise<string> => {
  const id = randomUUID();
  await bench.register(id, urlOf(name), limits);
  return id;
};
/** Messages about as many VMs, and all that comes of them at once. */
const issue = async (count: number): Promise<void> => {
  const messages = Array.from({ length: count }, () => sampleMessage(issued++, 10_000));
  await bench.issue(messages);
  await until(() => messages.every(({ id }) => bench.store.read.message(id) !== null));
  await clock.settled();
};
const sentTo = (...names: readonly string[]): readonly number[] =>
  names.map((name) => sender.to(urlOf(name)));

beforeEach(() => {
  clock = new ManualClock();
  sender = new ScriptedSender();
  issued = 0;
});
afterEach(() => clock.passUntil(bench.stop()));

describe('an endpoint is sent to', () => {
  test('so often in a second as it takes, and others are not slowed by it', async () => {
    await start();
    await register('slow', { concurrency: 32, perSecond: 2 });
    await register('quick');
    await issue(6);
    expect(sentTo('slow', 'quick')).toEqual([2, 6]);
    await clock.pass(499);
    expect(sentTo('slow')).toEqual([2]);
    await clock.pass(1);
    expect(sentTo('slow')).toEqual([3]);
    await clock.pass(1_000);
    expect(sentTo('slow')).toEqual([5]);
  });

  test('though others that do not answer have taken all that may be under way', async () => {
    sender.answer = ({ url }) => (url === urlOf('well') ? DELIVERED : new Promise(() => undefined));
    await start();
    const hanging = Array.from({ length: 17 }, (_, n) => `hanging-${n}`);
    for (const name of hanging) await register(name, { concurrency: 8, perSecond: 1_000 });
    await issue(9);
    const taken = sentTo(...hanging);
    expect(Math.max(...taken)).toBe(8);
    expect(Math.min(...taken)).toBeGreaterThan(0);
    await register('well');
    await issue(3);
    await until(() => sender.to(urlOf('well')) === 3);
    expect(sentTo(...hanging)).toEqual(taken);
  });
});

const ways: [string, (endpoint: string) => readonly EndpointCommand[]][] = [
  ['its URL is changed', (endpoint) => [{ type: 'change', endpoint, settings: { url: urlOf('two') } }]],
  [
    'it is paused and resumed',
    (endpoint) => [
      { type: 'pause', endpoint, reason: 'operator', url: null },
      { type: 'resume', endpoint },
    ],
  ],
];
const say = async (commands: readonly EndpointCommand[]): Promise<void> => {
  for (const command of commands) {
    await bench.say(command);
    await clock.settled();
  }
};

describe('what waits for its next attempt', () => {
  test.each(ways)('is sent at once, and what waits behind it, when %s', async (_what, commands) => {
    await start();
    const id = await register('one');
    sender.answer = () => failed(500);
    const [first, second] = [sampleMessage(0, 1), sampleMessage(1, 1)];
    await bench.issue([first, second]);
    await until(() => sender.sent.length === 1);
    await clock.settled();
    sender.answer = () => DELIVERED;
    await say(commands(id));
    await until(() => bench.store.read.counts(id).delivered === 2);
    expect(sender.sent).toHaveLength(3);
  });
});

describe('a receiver that asks to be left alone', () => {
  const askFor = (...seconds: readonly number[]) => {
    const left = [...seconds];
    sender.answer = () => {
      const next = left.shift();
      return next === undefined ? DELIVERED : failed(429, next * 1_000);
    };
  };

  test('is left alone as long as its Retry-After says, whatever VM there is news of', async () => {
    const came: number[] = [];
    const server = createServer((request, response) => {
      request.resume().on('end', () => {
        came.push(clock.now());
        if (came.length > 1) response.writeHead(204).end();
        else response.writeHead(503, { 'retry-after': '120' }).end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      bench = new WebhookBench({ clock, random: () => 0.5, timeoutMs: 10_000 });
      await bench.start();
      const id = randomUUID();
      await bench.register(id, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, MANY);
      const begin = clock.now();
      await issue(1);
      await until(() => bench.store.read.deliveries({ endpoint: id }, 1, null).rows[0]?.status === 503);
      const [row] = bench.store.read.deliveries({ endpoint: id }, 1, null).rows;
      expect(row?.nextAt).toBe(begin + 120_000);
      await issue(2);
      await clock.pass(119_999);
      expect(came).toEqual([begin]);
      await clock.pass(1);
      await until(() => bench.store.read.counts(id).delivered === 3);
      expect(came).toEqual([begin, ...Array.from({ length: 3 }, () => begin + 120_000)]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  test('in several answers is left alone for the longest', async () => {
    await start();
    await register('one');
    askFor(60, 300, 10);
    await issue(3);
    await clock.pass(299_999);
    expect(sentTo('one')).toEqual([3]);
    await clock.pass(1);
    expect(sentTo('one')).toEqual([6]);
  });

  test('does not keep others waiting', async () => {
    await start();
    await register('one');
    await register('two');
    sender.answer = ({ url }) => (url === urlOf('one') ? failed(429, 60_000) : DELIVERED);
    await issue(1);
    await issue(1);
    expect(sentTo('one', 'two')).toEqual([1, 2]);
  });

  test.each(ways)('is sent to at once when %s', async (_what, commands) => {
    await start();
    const id = await register('one');
    askFor(60);
    await issue(1);
    await issue(1);
    expect(sender.sent).toHaveLength(1);
    await say(commands(id));
    await until(() => bench.store.read.counts(id).delivered === 2);
  });

  test('of one request alone, with another status, holds back that one', async () => {
    await start();
    await register('one');
    let answers = 0;
    sender.answer = () => ((answers += 1) === 1 ? failed(500, 60_000) : DELIVERED);
    await issue(1);
    await issue(1);
    expect(sentTo('one')).toEqual([2]);
  });
});

describe('an endpoint with nothing but failures', () => {
  const failing = async (): Promise<string> => {
    sender.answer = () => failed(500);
    await start({ retriesMs: Array.from({ length: 30 }, () => 12 * HOUR_MS) });
    const id = await register('one');
    await issue(1);
    return id;
  };
  const passHalfDays = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n += 1) {
      const before = sender.sent.length;
      await clock.pass(12 * HOUR_MS);
      await until(() => sender.sent.length > before);
      await clock.settled();
    }
  };
  const pausedFor = (id: string) => bench.store.endpoints.get(id)?.paused?.reason ?? null;

  test('is paused after five days of them, and what it did not get waits', async () => {
    const id = await failing();
    await passHalfDays(9);
    expect(pausedFor(id)).toBeNull();
    await passHalfDays(1);
    await until(() => bench.store.endpoints.get(id)?.paused?.quiet === true);
    expect(pausedFor(id)).toBe('failing');
    expect(bench.store.read.counts(id)).toEqual({ waiting: 1, delivered: 0, dead: 0 });
    await clock.pass(24 * HOUR_MS);
    expect(sender.sent).toHaveLength(11);
  });

  test('has five days again once it is resumed', async () => {
    const id = await failing();
    await passHalfDays(10);
    await until(() => bench.store.endpoints.get(id)?.paused?.quiet === true);
    await bench.say({ type: 'resume', endpoint: id });
    await until(() => sender.sent.length === 12);
    await clock.settled();
    await passHalfDays(9);
    expect(pausedFor(id)).toBeNull();
    await passHalfDays(1);
    await until(() => pausedFor(id) === 'failing');
  });

  test('is not paused for them after a success in between', async () => {
    const id = await failing();
    await passHalfDays(9);
    sender.answer = () => DELIVERED;
    await passHalfDays(1);
    sender.answer = () => failed(500);
    await issue(1);
    await passHalfDays(2);
    expect(pausedFor(id)).toBeNull();
  });
});
