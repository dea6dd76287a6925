import { expect, it } from '@jest/globals';
import { openEventStoreDB } from '../../src/ledger/eventstoredb/open.js';
import { START } from '../../src/ledger/port.js';
import { newEvents, newStream } from '../contract/sample-events.js';
import { ProtocolServer } from './protocol-server.js';

/** More than an engine keeps at hand for those who are nearly level. */
const APPENDS = 10;
const EVENTS = 1_000;

it('a subscriber that waits while more is appended than is kept at hand misses nothing of it', async () => {
  const server = await ProtocolServer.start();
  const ledger = await openEventStoreDB({ connection: server.connection() });
  let hold = true;
  server.faults.deliver = () => (hold ? { kind: 'delay', ms: 50 } : undefined);
  const appended: string[] = [];
  for (let append = 0; append < APPENDS; append += 1) {
    const events = newEvents(EVENTS);
    await ledger.append(newStream(), 'no_stream', events);
    appended.push(...events.map(({ id }) => id));
  }
  const ending = new AbortController();
  const seen: string[] = [];
  const following = (async () => {
    for await (const delivery of ledger.subscribe(START, { signal: ending.signal })) {
      if (delivery.kind === 'event') seen.push(delivery.event.id);
      if (seen.length === appended.length || seen.at(-1) === appended.at(-1)) ending.abort();
    }
  })();
  hold = false;
  await following;
  expect(seen).toEqual(appended);
  await ledger.close();
  await server.stop();
}, 300_000);
