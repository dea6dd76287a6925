import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openEventStoreDB } from '../../src/ledger/eventstoredb/open.js';
import { START, type Ledger } from '../../src/ledger/port.js';
import { all, eventsOf, idsOf, newEvents, newStream, take } from '../contract/sample-events.js';
import { every } from './faults.js';
import { ProtocolServer } from './protocol-server.js';

const TIMINGS = { retryMs: { least: 5, most: 20 } };

/** A server's checkpoint was ahead of its events before (KurrentDB #4990): what was not handled is read again, always. */
describe('a subscription that breaks after a checkpoint ahead of its events (stand-in)', () => {
  let server: ProtocolServer;
  let writer: Ledger;
  let ids: string[];
  const opened: Ledger[] = [];
  const open = async (): Promise<Ledger> => {
    const ledger = await openEventStoreDB({ connection: server.connection(), timings: TIMINGS });
    opened.push(ledger);
    return ledger;
  };
  beforeEach(async () => {
    server = await ProtocolServer.start();
    writer = await open();
    const appended = Array.from({ length: 6 }, () => newEvents(50));
    for (const events of appended) await writer.append(newStream(), 'no_stream', events);
    ids = appended.flatMap(idsOf);
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((ledger) => ledger.close()));
    await server.stop();
  });

  const breakOff = (): void => {
    server.faults.deliver = every(40, { kind: 'wrongCheckpointAndFail' });
  };

  it('costs a start none of the ids that the log holds', async () => {
    breakOff();
    const ledger = await open();
    const outcomes = await Promise.allSettled(
      ids.map((id) => ledger.append(newStream(), 'no_stream', newEvents(1, { id }))),
    );
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['rejected']));
  });

  it.each(['', 'vm-'])(
    'costs a reading of the log no event (streams that begin with "%s")',
    async (streamPrefix) => {
      const ledger = await open();
      breakOff();
      expect(idsOf(await all(ledger.readAll(START, { streamPrefix })))).toEqual(ids);
    },
  );

  it('costs a subscriber no event, neither of those before nor of those that come', async () => {
    const ledger = await open();
    breakOff();
    const more = Array.from({ length: 4 }, () => newEvents(50));
    const wanted = [...ids, ...more.flatMap(idsOf)];
    const following = take(ledger, START, (delivered) => eventsOf(delivered).at(-1)?.id === wanted.at(-1));
    for (const events of more) await writer.append(newStream(), 'no_stream', events);
    expect(idsOf(eventsOf(await following))).toEqual(wanted);
  });
});
