import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openEventStoreDB } from '../../src/ledger/eventstoredb/open.js';
import { START, type Ledger } from '../../src/ledger/port.js';
import { all, idsOf, newEvents, newStream, streamWith } from '../contract/sample-events.js';
import { ProtocolServer } from './protocol-server.js';
import type { Reads } from './subscription.js';

const MANY = 5_000;
/** Of the end of a log, to see who wrote last. */
const A_FEW = 20;

describe('a ledger among many events of other programs (stand-in)', () => {
  let server: ProtocolServer;
  const opened: Ledger[] = [];
  beforeEach(async () => {
    server = await ProtocolServer.start();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((ledger) => ledger.close()));
    await server.stop();
  });

  const open = async (): Promise<Ledger> => {
    const ledger = await openEventStoreDB({ connection: server.connection() });
    opened.push(ledger);
    return ledger;
  };
  const othersWrite = (count: number): void => {
    for (let event = 0; event < count; event += 1) server.disturb();
  };
  /** What the server read for `work`. */
  const readsOf = async (work: () => Promise<unknown>): Promise<Reads> => {
    const before = { ...server.reads };
    await work();
    const { subscriptions, sent, passedOver } = server.reads;
    return {
      subscriptions: subscriptions - before.subscriptions,
      sent: sent - before.sent,
      passedOver: passedOver - before.passedOver,
    };
  };

  it('is not looked for before it begins', async () => {
    othersWrite(MANY);
    const ledger = await open();
    const empty = await readsOf(async () => expect(await ledger.head()).toBe(START));
    expect(empty).toMatchObject({ subscriptions: 0, passedOver: 0 });
    expect(empty.sent).toBeLessThan(A_FEW);

    const { events } = await streamWith(ledger, 3);
    const another = await open();
    for (const filter of [undefined, { streamPrefix: 'vm-' }, { streamPrefix: 'none-' }]) {
      const expected = filter?.streamPrefix === 'none-' ? [] : idsOf(events);
      const reads = await readsOf(async () =>
        expect(idsOf(await all(another.readAll(START, filter)))).toEqual(expected),
      );
      expect(reads.passedOver).toBeLessThan(A_FEW);
      expect(reads.sent).toBeLessThan(A_FEW);
    }
  });

  it.each([0, 3])(
    'has its end found once behind theirs, by a filter, with %d events of its own',
    async (count) => {
      const writer = await open();
      const { appended } = await streamWith(writer, count);
      await writer.close();
      othersWrite(MANY);
      const ledger = await open();
      const first = await readsOf(async () => expect(await ledger.head()).toBe(appended?.position ?? START));
      expect(first.sent).toBeLessThan(A_FEW);
      expect(first.subscriptions).toBe(1);
      expect(first.passedOver).toBeLessThan(MANY + A_FEW);
      const second = await readsOf(async () => expect(await ledger.head()).toBe(appended?.position ?? START));
      expect(second.sent).toBeLessThan(A_FEW);
      expect(second).toMatchObject({ subscriptions: 0, passedOver: 0 });
    },
  );

  it('has its end found among theirs before its own subscription brings it', async () => {
    const [writer, reader] = [await open(), await open()];
    server.faults.deliver = (delivered) => (delivered < 2 ? { kind: 'delay', ms: 1_000 } : undefined);
    const events = newEvents(3);
    othersWrite(MANY);
    const appended = await writer.append(newStream(), 'no_stream', events);
    othersWrite(MANY);
    expect(await reader.head()).toBe(appended.position);
    expect(idsOf(await all(reader.readAll(START)))).toEqual(idsOf(events));
    othersWrite(MANY);
    expect(await reader.head()).toBe(appended.position);
  });
});
