import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sampleMessage } from '../../../test/fault/webhook-messages.js';
import { stored } from '../../../test/webhooks/stored.js';
import { toPosition } from '../../ledger/position.js';
import { WebhookStore } from './webhook-store.js';

const DAY_MS = 86_400_000;
const BEGIN = Date.parse('2026-11-01T00:00:00.000Z');
const HOLDER = randomUUID();
const ANY = { types: null, vms: null, hosts: null, behaviours: null, labels: null };
const ONE_VM = 1;

let store: WebhookStore;
let written: number;
/** Day on which the ledger was copied to where events have the time of the copy. */
let copiedOn: number | null;
let endpoint: string;

/** As if the ledger had taken it so many days on. @returns its id */
const apply = (days: number, stream: string, type: string, data: object): string => {
  written += 1;
  const occurredAt = new Date(BEGIN + days * DAY_MS).toISOString();
  const event = stored(written, stream, type, data, BEGIN + (copiedOn ?? days) * DAY_MS, { occurredAt });
  store.commit([event], event.position);
  return event.id;
};
const issue = (days: number, ...numbers: readonly number[]): void => {
  const messages = numbers.map((n) => sampleMessage(n, ONE_VM));
  apply(days, 'webhook-journal', 'MessagesIssued', { holder: HOLDER, ttlMs: 1, through: null, messages });
};
/** All that a server says of the journal that has nothing to send. */
const takeLease = (days: number): void =>
  void apply(days, 'webhook-journal', 'LeaseTaken', { holder: HOLDER, name: 'one:1', ttlMs: 1 });
const kept = (...numbers: readonly number[]): readonly boolean[] =>
  numbers.map((n) => store.read.message(sampleMessage(n, ONE_VM).id) !== null);

beforeEach(() => {
  store = new WebhookStore({ path: ':memory:', retentionMs: 30 * DAY_MS });
  written = 0;
  copiedOn = null;
  endpoint = randomUUID();
  apply(0, 'webhook-endpoints', 'EndpointRegistered', {
    endpoint,
    url: 'https://one.example.org/',
    description: null,
    filter: ANY,
    limits: { concurrency: 8, perSecond: 50 },
    keyId: '0'.repeat(16),
    createdBy: 'test',
  });
});
afterEach(() => store.close());

describe('what is kept of messages', () => {
  it('is forgotten after its time, what waits included, and what comes after it goes on', () => {
    issue(0, 0);
    issue(2, 1);
    const due = () => store.read.due(endpoint, Number.MAX_SAFE_INTEGER, 10).map(({ message }) => message);
    takeLease(30);
    expect(kept(0, 1)).toEqual([true, true]);
    expect(due()).toEqual([sampleMessage(0, ONE_VM).id]);
    takeLease(31);
    expect(kept(0, 1)).toEqual([false, true]);
    expect(due()).toEqual([sampleMessage(1, ONE_VM).id]);
    expect(store.read.deliveries({}, 10, null).rows).toHaveLength(1);
    expect(store.read.counts(endpoint)).toEqual({ waiting: 1, delivered: 0, dead: 0 });
  });

  it('goes with its attempts, and a replay with what it came to', () => {
    issue(0, 0);
    const { id } = sampleMessage(0, ONE_VM);
    const at = new Date(BEGIN).toISOString();
    const attempt = {
      attempt: 1,
      outcome: 'dead',
      status: 500,
      error: 'answered 500',
      at,
      nextAt: null,
      ms: 1,
    };
    const deliveries = [{ endpoint, message: id, ...attempt }];
    apply(0, 'webhook-journal', 'DeliveriesSettled', { holder: HOLDER, deliveries });
    const selection = { from: null, to: toPosition(9) };
    const replay = apply(1, 'webhook-endpoints', 'ReplayRequested', { endpoint, selection, deadOnly: true });
    const [row] = store.read.deliveries({}, 1, null).rows;
    const seq = row?.seq ?? -1;
    expect(store.read.attempts(endpoint, seq)).toHaveLength(1);
    expect(store.read.replayed(replay)).toEqual({ count: 1, nextFrom: null });
    takeLease(32);
    expect(store.read.attempts(endpoint, seq)).toEqual([]);
    expect(store.read.replayed(replay)).toBeNull();
  });

  it('is not held for long while much is forgotten: a part goes with each event', () => {
    issue(0, ...Array.from({ length: 1_500 }, (_, n) => n));
    const left = () => store.read.counts(endpoint).waiting;
    takeLease(31);
    expect(left()).toBe(500);
    takeLease(31);
    expect(left()).toBe(0);
  });

  it('goes by when its writer wrote it, in a copy of a ledger too', () => {
    copiedOn = 100;
    issue(0, 0);
    issue(20, 1);
    takeLease(31);
    expect(kept(0, 1)).toEqual([false, true]);
  });

  it('does not go early because a clock went back', () => {
    issue(20, 0);
    issue(-1_000, 1);
    takeLease(31);
    expect(kept(0, 1)).toEqual([true, true]);
  });

  it('is what a replay can reach', () => {
    issue(0, 0);
    issue(20, 1);
    takeLease(31);
    const selection = { from: toPosition(0), to: null };
    const replay = apply(31, 'webhook-endpoints', 'ReplayRequested', {
      endpoint,
      selection,
      deadOnly: false,
    });
    expect(store.read.replayed(replay)).toEqual({ count: 1, nextFrom: null });
  });
});
