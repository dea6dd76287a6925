import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Message } from '../../src/webhooks/message.js';
import type { Settled } from '../../src/webhooks/journal-events.js';
import { WebhookStore } from '../../src/webhooks/store/webhook-store.js';
import type { Position } from '../../src/ledger/port.js';
import { toPosition } from '../../src/ledger/position.js';
import { MOST_REPLAYED } from '../../src/webhooks/store/delivery-writer.js';
import { sampleMessage } from '../fault/webhook-messages.js';
import { stored } from './stored.js';

const HOUR_MS = 3_600_000;
const BEGIN = Date.parse('2026-11-01T00:00:00.000Z');
const HOLDER = randomUUID();
const ANY = { types: null, vms: null, hosts: null, behaviours: null, labels: null };

let store: WebhookStore;
let written: number;
let one: string;

/** As if the ledger had it. @returns its id */
const apply = (stream: string, type: string, data: object): string => {
  written += 1;
  const event = stored(written, stream, type, data, BEGIN);
  store.commit([event], event.position);
  return event.id;
};
const settings = (url: string) => ({
  url,
  description: null,
  filter: ANY,
  limits: { concurrency: 8, perSecond: 50 },
});
const issue = (messages: readonly Message[]): void =>
  void apply('webhook-journal', 'MessagesIssued', { holder: HOLDER, ttlMs: 1, through: null, messages });
const settle = (message: string, attempt: number, hours: number, more: Partial<Settled> = {}): void =>
  void apply('webhook-journal', 'DeliveriesSettled', {
    holder: HOLDER,
    deliveries: [
      {
        endpoint: one,
        message,
        attempt,
        outcome: 'failed',
        status: 500,
        error: 'answered 500',
        at: new Date(BEGIN + hours * HOUR_MS).toISOString(),
        nextAt: new Date(BEGIN + (hours + 1) * HOUR_MS).toISOString(),
        ms: 1,
        ...more,
      },
    ],
  });
const failingSince = (): number | null => {
  const since = store.read.failingSince(one);
  return since === null ? null : (since - BEGIN) / HOUR_MS;
};

beforeEach(() => {
  store = new WebhookStore({ path: ':memory:', retentionMs: 1_000 * HOUR_MS });
  written = 0;
  one = randomUUID();
  apply('webhook-endpoints', 'EndpointRegistered', {
    endpoint: one,
    ...settings('https://one.example.org/'),
    keyId: '0'.repeat(16),
    createdBy: 'test',
  });
});
afterEach(() => store.close());

describe('a replay', () => {
  const replay = (from: Position | string, deadOnly = false) => {
    const selection = { from, to: null };
    return store.read.replayed(
      apply('webhook-endpoints', 'ReplayRequested', { endpoint: one, selection, deadOnly }),
    );
  };

  test('takes so many messages at most, and says where the next one goes on', () => {
    const all = MOST_REPLAYED + 5;
    issue(Array.from({ length: all }, (_, n) => sampleMessage(n, all)));
    const first = replay(toPosition(1));
    expect(first).toEqual({ count: MOST_REPLAYED, nextFrom: toPosition(MOST_REPLAYED + 1) });
    expect(replay(first?.nextFrom ?? '')).toEqual({ count: 5, nextFrom: null });
  });

  test('does not end within a position', () => {
    const last = { position: toPosition(MOST_REPLAYED) };
    issue(Array.from({ length: MOST_REPLAYED }, (_, n) => sampleMessage(n, MOST_REPLAYED)));
    issue([{ ...sampleMessage(MOST_REPLAYED, MOST_REPLAYED), ...last }]);
    expect(replay(toPosition(1))).toEqual({ count: MOST_REPLAYED - 1, nextFrom: last.position });
  });

  test('of what was given up counts nothing else', () => {
    issue([sampleMessage(0, 2), sampleMessage(1, 2)]);
    settle(sampleMessage(1, 2).id, 1, 0, { outcome: 'dead', nextAt: null });
    expect(replay(toPosition(1), true)).toEqual({ count: 1, nextFrom: null });
  });
});

describe('since when an endpoint fails', () => {
  const { id } = sampleMessage(0, 1);
  beforeEach(() => issue([sampleMessage(0, 1)]));

  test('is the first of failures that follow each other', () => {
    for (const [index, hours] of [1, 20, 50].entries()) settle(id, index + 1, hours);
    expect(failingSince()).toBe(1);
  });

  test('begins anew after a silence, which says nothing', () => {
    settle(id, 1, 1);
    settle(id, 2, 1 + 37);
    expect(failingSince()).toBe(38);
  });

  test('ends with a success', () => {
    settle(id, 1, 1);
    settle(id, 2, 2, { outcome: 'delivered', status: 204, error: null, nextAt: null });
    expect(failingSince()).toBeNull();
  });

  test('begins with no test message', () => {
    const test = { ...sampleMessage(1, 1), type: 'endpoint.test' as const, vm: null };
    apply('webhook-endpoints', 'TestRequested', { endpoint: one, message: test });
    settle(test.id, 1, 1, { outcome: 'dead', nextAt: null });
    expect(failingSince()).toBeNull();
  });

  test('is not that of another URL', () => {
    settle(id, 1, 1);
    apply('webhook-endpoints', 'EndpointChanged', { endpoint: one, ...settings('https://one.example.org/') });
    expect(failingSince()).toBe(1);
    apply('webhook-endpoints', 'EndpointChanged', { endpoint: one, ...settings('https://two.example.org/') });
    expect(failingSince()).toBeNull();
  });
});

describe('a replay of a range, after the ledger moved', () => {
  const at = (n: number, position: string): Message => ({
    ...sampleMessage(n, 1_000),
    position: position as Position,
  });
  const clusterPosition = (n: number): string => String(n).padStart(20, '0');
  const taken = (from: string | null, to: string | null): readonly string[] => {
    const before = new Set(waiting());
    apply('webhook-endpoints', 'ReplayRequested', {
      endpoint: one,
      selection: { from, to },
      deadOnly: false,
    });
    return waiting().filter((id) => !before.has(id));
  };
  const waiting = (): readonly string[] =>
    store.read
      .deliveries({ state: 'waiting' }, 100, null)
      .rows.map(({ message }) => message.id)
      .sort();
  const said = (...messages: readonly Message[]): readonly string[] => {
    issue(messages);
    for (const { id } of messages) settle(id, 1, 0, { outcome: 'delivered', status: 204, nextAt: null });
    return messages.map(({ id }) => id).sort();
  };
  const again = (...ids: readonly string[]): void => {
    for (const id of ids) settle(id, 2, 1, { outcome: 'delivered', status: 204, nextAt: null });
  };

  test('to another engine takes what was said there, whatever stood where before', () => {
    const before = said(at(0, toPosition(4)), at(1, toPosition(5_000)));
    expect(taken(clusterPosition(3_000), null)).toEqual([]);
    const after = said(at(2, clusterPosition(3_000)), at(3, clusterPosition(4_000)));
    expect(taken(clusterPosition(3_000), null)).toEqual(after);
    again(...after);
    expect(taken(null, clusterPosition(10))).toEqual(before);
  });

  test('to where positions are lower takes what was said there', () => {
    said(at(0, clusterPosition(8_000)), at(1, clusterPosition(9_000)));
    const [low, high] = [at(2, clusterPosition(100)), at(3, clusterPosition(8_500))];
    const after = said(low, high);
    expect(taken(clusterPosition(50), clusterPosition(9_999))).toEqual(after);
  });
});
