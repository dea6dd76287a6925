import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Ledger } from '../../ledger/port.js';
import { Stand, withSubscribe } from '../../views/fixtures/stand.js';
import { faultCode } from '../../runtime/fault-code.js';
import { messageOf } from '../../views/views-log.js';
import { JOURNAL_STREAM } from '../journal-events.js';
import { WebhookProjector } from './webhook-projector.js';
import { WebhookStore } from './webhook-store.js';

let stand: Stand;
let store: WebhookStore;
let projector: WebhookProjector;
let told: boolean[];

beforeEach(() => {
  stand = new Stand();
  store = new WebhookStore({ path: ':memory:', retentionMs: 1_000 });
  told = [];
});
afterEach(async () => {
  await projector.stop();
  store.close();
  await stand.close();
});

const project = (ledger: Ledger): void => {
  projector = new WebhookProjector({ ledger, store, standsStill: (isSo) => void told.push(isSo) });
  projector.start();
};
const journalled = async (type: string, data: object) => {
  const event = { id: randomUUID(), type, data, metadata: {} };
  return (await stand.ledger.append(JOURNAL_STREAM, 'no_stream', [event])).position;
};
const eventually = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('a projector of webhooks', () => {
  it('says why it stands still at an event of a later release', async () => {
    await journalled('FromTheFuture', {});
    project(stand.ledger);
    await eventually(() => projector.fault !== null);
    expect(messageOf(projector.fault)).toContain('LeaseTaken');
    expect(faultCode(projector.fault)).toBe('EVENT_FROM_THE_FUTURE');
    expect(told).toEqual([true]);
  });

  it('takes it back when it reads on', async () => {
    const holder = randomUUID();
    const position = await journalled('LeaseTaken', { holder, name: 'one:1', ttlMs: 1_000 });
    let refusals = 2;
    const refusing: Ledger['subscribe'] = (...asked) => {
      refusals -= 1;
      if (refusals >= 0) throw new Error('the disk is full');
      return stand.ledger.subscribe(...asked);
    };
    project(withSubscribe(stand.ledger, refusing));
    expect(await store.waitFor(position, 10_000)).toBe(true);
    await eventually(() => projector.fault === null);
    expect(told).toEqual([true, false]);
  });
});
