import { randomUUID } from 'node:crypto';
import { openEventStoreDB } from '../../src/ledger/eventstoredb/open.js';
import type { Ledger } from '../../src/ledger/port.js';
import { ProtocolServer } from '../eventstore/protocol-server.js';
import { describeLedgerContract } from './ledger-contract.js';
import type { OpenOptions } from './ledger-harness.js';

const places = new Map<Ledger, { server: ProtocolServer; namespace: string }>();
const servers: ProtocolServer[] = [];

const open = async (server: ProtocolServer, namespace: string, { limits }: OpenOptions): Promise<Ledger> => {
  const ledger = await openEventStoreDB({
    connection: server.connection(),
    namespace,
    ...(limits && { limits }),
  });
  places.set(ledger, { server, namespace });
  return ledger;
};

describeLedgerContract('EventStoreDB (stand-in)', {
  open: async (options = {}) => {
    const server = await ProtocolServer.start();
    servers.push(server);
    const ledger = await open(server, `test-${randomUUID()}`, options);
    if (options.now) server.log.now = options.now;
    return ledger;
  },
  reopen: (closed) => {
    const place = places.get(closed);
    if (!place) throw new Error('not opened here');
    place.server.log.now = Date.now;
    return open(place.server, place.namespace, {});
  },
  dispose: async () => {
    await Promise.all(servers.map((server) => server.stop()));
  },
});
