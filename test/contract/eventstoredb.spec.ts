import { randomUUID } from 'node:crypto';
import { openEventStoreDB } from '../../src/ledger/eventstoredb/open.js';
import type { Ledger } from '../../src/ledger/port.js';
import { openServerUnderTest, realServer, type ServerUnderTest } from '../eventstore/server-under-test.js';
import { describeLedgerContract } from './ledger-contract.js';
import type { OpenOptions } from './ledger-harness.js';

const places = new Map<Ledger, { server: ServerUnderTest; namespace: string }>();
const servers: ServerUnderTest[] = [];

const open = async (server: ServerUnderTest, namespace: string, { limits }: OpenOptions): Promise<Ledger> => {
  const { connection } = server;
  const ledger = await openEventStoreDB({ connection, namespace, ...(limits && { limits }) });
  places.set(ledger, { server, namespace });
  return ledger;
};

describeLedgerContract(`EventStoreDB (${realServer() === undefined ? 'stand-in' : 'real server'})`, {
  setsClock: realServer() === undefined,
  open: async (options = {}) => {
    const server = await openServerUnderTest();
    servers.push(server);
    const ledger = await open(server, `test-${randomUUID()}`, options);
    if (server.standIn && options.now) server.standIn.log.now = options.now;
    return ledger;
  },
  reopen: (closed) => {
    const place = places.get(closed);
    if (!place) throw new Error('not opened here');
    if (place.server.standIn) place.server.standIn.log.now = Date.now;
    return open(place.server, place.namespace, {});
  },
  dispose: async () => {
    await Promise.all(servers.map((server) => server.close()));
  },
});
