import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { DeliveryRow } from '../../src/webhooks/store/delivery-reader.js';
import { BacklogGauges } from '../../src/webhooks/backlog-gauges.js';
import type { Sent } from '../../src/webhooks/send/sender.js';
import { WebhookBench, type BenchOptions } from '../fault/webhook-bench.js';
import { sampleMessage } from '../fault/webhook-messages.js';
import { ManualClock, until } from './manual-clock.js';
import { DELIVERED, failed, ScriptedSender } from './scripted-sender.js';

const VMS = 1_000;
const DAY_MS = 86_400_000;
const URL_ONE = 'https://one.example.org/';
const URL_TWO = 'https://two.example.org/';

let clock: ManualClock;
let sender: ScriptedSender;
let warnings: string[];
let bench: WebhookBench;
let one: string;

const start = async (options: BenchOptions = {}): Promise<void> => {
  const log = { info: () => undefined, warn: (text: string) => void warnings.push(text) };
  bench = new WebhookBench({ clock, sender, log, random: () => 0.5, ...options });
  await bench.start();
  await bench.register(one, URL_ONE);
};

const issue = async (...numbers: readonly number[]): Promise<void> => {
  const messages = numbers.map((n) => sampleMessage(n, VMS));
  await bench.issue(messages);
  await until(() => messages.every(({ id }) => bench.store.read.message(id) !== null));
};

/** The newest delivery, as the log shows it. */
const logged = (): DeliveryRow => {
  const [row] = bench.store.read.deliveries({ endpoint: one }, 1, null).rows;
  if (row === undefined) throw new Error('there is no delivery');
  return row;
};

beforeEach(() => {
  clock = new ManualClock();
  sender = new ScriptedSender();
  warnings = [];
  one = randomUUID();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await clock.passUntil(bench.stop());
});

describe('what cannot be recorded or read', () => {
  test('a pause that the ledger refuses to note as quiet is said seldom, and again until it is noted', async () => {
    let tries = 0;
    let isRefused = true;
    await start({
      notes: (recorded) => ({
        ...recorded,
        quiet: (endpoint) => {
          tries += 1;
          return isRefused ? Promise.reject(new Error('disk full')) : recorded.quiet(endpoint);
        },
      }),
    });
    await bench.say({ type: 'pause', endpoint: one, reason: 'operator', url: null });
    await until(() => tries === 1);
    await clock.settled();
    expect(tries).toBe(1);
    await clock.pass(1_000);
    expect(tries).toBe(2);
    await clock.pass(1_999);
    expect(tries).toBe(2);
    isRefused = false;
    await clock.pass(1);
    await until(() => bench.store.endpoints.get(one)?.paused?.quiet === true);
    expect(warnings).toHaveLength(2);
  });

  test('a fault of the file while looking for what is due is told, and what is due is sent later', async () => {
    await start();
    jest.spyOn(bench.store.read, 'due').mockImplementationOnce(() => {
      throw new Error('disk I/O error');
    });
    await issue(0);
    await until(() => warnings.join().includes('disk I/O error'));
    await clock.pass(1_000);
    await until(() => sender.to(URL_ONE) === 1);
  });

  test('a message that is not kept any more is not sent without its body', async () => {
    await start();
    jest.spyOn(bench.store.read, 'message').mockReturnValue(null);
    await bench.issue([sampleMessage(0, VMS)]);
    await until(() => bench.store.read.deliveries({ endpoint: one }, 1, null).rows[0]?.attempts === 1);
    expect(logged().error).toBe('not sent: the message is not kept any more');
    expect(sender.sent).toHaveLength(0);
  });

  test('outcomes that the ledger refuses are said again, later each time, until they are on record', async () => {
    await start();
    const settle = jest.spyOn(bench.journal, 'settle').mockRejectedValue(new Error('disk full'));
    await issue(0);
    await until(() => warnings.length === 1);
    await clock.pass(200);
    expect(settle).toHaveBeenCalledTimes(2);
    await clock.pass(399);
    expect(settle).toHaveBeenCalledTimes(2);
    settle.mockRestore();
    await clock.pass(1);
    await until(() => logged().state === 'delivered');
    expect(sender.sent).toHaveLength(1);
  });

  test('a fault of the file after an attempt does not lose its outcome', async () => {
    await start();
    jest.spyOn(bench.store.read, 'failingSince').mockImplementation(() => {
      throw new Error('disk I/O error');
    });
    sender.answer = () => failed(500);
    await issue(0);
    await until(() => warnings.join().includes('disk I/O error'));
    await until(() => logged().attempts === 1);
    expect(logged()).toMatchObject({ state: 'waiting', status: 500 });
  });

  test('a fault of the file does not end the look at the backlog', async () => {
    await start();
    const told: number[] = [];
    const log = { info: () => undefined, warn: (text: string) => void warnings.push(text) };
    const gauges = new BacklogGauges(bench.store, log, (due) => told.push(due));
    const backlog = jest.spyOn(bench.store.read, 'backlog').mockImplementation(() => {
      throw new Error('disk I/O error');
    });
    gauges.look(clock.now());
    gauges.look(clock.now());
    backlog.mockRestore();
    gauges.look(clock.now());
    expect(told).toEqual([0]);
    expect(warnings).toHaveLength(1);
  });
});

describe('what came back', () => {
  test.each([
    ['an error of several lines', 'two\n\tlines\u0000', 'not sent: two lines'],
    ['an error without a text', '', 'not sent:'],
  ])('is on record as readers take it: %s', async (_what, text, said) => {
    sender.answer = () => Promise.reject(new Error(text));
    await start();
    await issue(0);
    await until(() => logged().attempts === 1);
    expect(logged()).toMatchObject({ state: 'waiting', status: null, error: said });
  });

  test('with a text that no event may hold is on record with another', async () => {
    sender.answer = () => ({ ...failed(500), error: '' });
    await start();
    await issue(0);
    await until(() => logged().attempts === 1);
    expect(logged()).toMatchObject({ status: 500, error: 'it failed, and does not say why' });
  });
});

describe('410', () => {
  const GONE = failed(410);
  const changeUrl = (url: string): Promise<void> =>
    bench.say({ type: 'change', endpoint: one, settings: { url } });

  test('pauses the endpoint, and gives up what waits', async () => {
    sender.answer = () => GONE;
    await start();
    await issue(0, VMS);
    await until(() => bench.store.endpoints.get(one)?.paused?.reason === 'gone');
    expect(bench.store.read.counts(one)).toMatchObject({ waiting: 0, dead: 2 });
    expect(sender.sent).toHaveLength(1);
  });

  test('of a URL that was changed while it was asked says nothing of the other: there it is tried again', async () => {
    let answerOld: (sent: Sent) => void = () => undefined;
    sender.answer = ({ url }) =>
      url === URL_ONE ? new Promise((resolve) => (answerOld = resolve)) : DELIVERED;
    await start();
    await issue(0, VMS);
    await until(() => sender.to(URL_ONE) === 1);
    await changeUrl(URL_TWO);
    answerOld(GONE);
    await until(() => bench.store.read.deliveries({ endpoint: one }, 2, null).rows[1]?.status === 410);
    expect(bench.store.read.counts(one).waiting).toBe(2);
    await clock.pass(5_000);
    await until(() => bench.store.read.counts(one).delivered === 2);
    expect(bench.store.endpoints.get(one)?.paused).toBeNull();
  });

  test('of a URL that is changed before it is on record does not pause the other', async () => {
    let isHeld = true;
    let record: () => void = () => undefined;
    await start({
      notes: (recorded) => ({
        quiet: (endpoint) => recorded.quiet(endpoint),
        pause: async (endpoint, reason) => {
          if (isHeld) await new Promise<void>((resolve) => (record = resolve));
          await recorded.pause(endpoint, reason);
        },
      }),
    });
    sender.answer = ({ url }) => (url === URL_ONE ? GONE : DELIVERED);
    await issue(0, VMS);
    await until(() => bench.store.read.counts(one).dead === 1);
    await changeUrl(URL_TWO);
    isHeld = false;
    record();
    await until(() => bench.store.read.counts(one).delivered === 1);
    expect(bench.store.endpoints.get(one)?.paused).toBeNull();
  });
});

describe('clocks that differ', () => {
  test('what is issued, or put again, is sent at once by a clock that is days behind the ledger', async () => {
    clock = new ManualClock(Date.now() - 2 * DAY_MS);
    await start({ retriesMs: [] });
    sender.answer = () => failed(500);
    await issue(0);
    await until(() => logged().state === 'dead');
    await bench.say({
      type: 'replay',
      endpoint: one,
      selection: { messages: [sampleMessage(0, VMS).id] },
      deadOnly: true,
    });
    await until(() => sender.to(URL_ONE) === 2);
  });

  test('what waits at once is due since it was issued', async () => {
    sender.answer = () => new Promise(() => undefined);
    await start();
    const before = Date.now();
    await issue(0);
    await until(() => sender.to(URL_ONE) === 1);
    const { due, oldest } = bench.store.read.backlog([one], clock.now());
    expect(due).toBe(1);
    expect(oldest).toBeGreaterThanOrEqual(before);
    expect(logged().nextAt).toBe(oldest);
  });
});
