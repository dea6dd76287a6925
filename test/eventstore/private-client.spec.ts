import { jsonEvent } from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { parseConnectionString } from '../../src/ledger/eventstoredb/connection-string.js';
import { openEventStoreDB } from '../../src/ledger/eventstoredb/open.js';
import { PrivateClient } from '../../src/ledger/eventstoredb/private-client.js';
import { ProtocolCluster } from './protocol-cluster.js';

/**
 * The client makes its append in a promise whose errors nobody catches: a call on a connection that is closed already
 * would end the process, and the append would never answer. Jest fails a test for such an error.
 */
describe('a client that is closed', () => {
  let cluster: ProtocolCluster;
  let client: PrivateClient;
  beforeEach(async () => {
    cluster = await ProtocolCluster.start();
    client = new PrivateClient({
      settings: parseConnectionString(cluster.connection()),
      certificates: { ca: undefined, userCert: undefined, userKey: undefined },
      nodePreference: 'leader',
    });
  });
  afterEach(async () => {
    await client.close();
    await cluster.stop();
  });

  const append = (): Promise<unknown> =>
    client.appendToStream(`test-${randomUUID()}`, [jsonEvent({ type: 'Said', data: {} })], {
      expectedRevision: 'no_stream',
    });
  const outcomes = async (appends: readonly Promise<unknown>[]): Promise<string[]> =>
    (await Promise.allSettled(appends)).map(({ status }) => status);

  it('answers each append that waited for its connection', async () => {
    const answers = outcomes(Array.from({ length: 20 }, append));
    await client.close();
    expect(await answers).toHaveLength(20);
  });

  it('answers each append that was on its way', async () => {
    await append();
    const answers = outcomes(Array.from({ length: 20 }, append));
    await client.close();
    expect(await answers).toHaveLength(20);
  });

  it('refuses appends from then on', async () => {
    await append();
    const closed = client.close();
    expect(await outcomes([append()])).toEqual(['rejected']);
    await closed;
    expect(await outcomes([append()])).toEqual(['rejected']);
  });
});

describe('a cluster whose nodes take connections and never answer', () => {
  const sockets = new Set<Socket>();
  let nodes: Server[];
  let connection: string;
  beforeEach(async () => {
    nodes = Array.from({ length: 3 }, () => createServer().listen(0, '127.0.0.1'));
    for (const node of nodes)
      node.on('connection', (socket) => sockets.add(socket.on('error', () => undefined).resume()));
    await Promise.all(nodes.map((node) => once(node, 'listening')));
    const hosts = nodes.map((node) => `127.0.0.1:${(node.address() as AddressInfo).port}`).join(',');
    connection = `esdb://${hosts}?tls=false&gossipTimeout=1`;
  });
  afterEach(() => {
    for (const node of nodes) node.close();
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  });

  it('does not keep a client from being closed, and answers what waited for a node', async () => {
    const client = new PrivateClient({
      settings: parseConnectionString(connection),
      certificates: { ca: undefined, userCert: undefined, userKey: undefined },
      nodePreference: 'leader',
    });
    const asked = Promise.race(nodes.map((node) => once(node, 'connection')));
    const waiting = client.appendToStream('test', [], { expectedRevision: 'no_stream' });
    await asked;
    await Promise.all([client.close(), expect(waiting).rejects.toThrow('the client is closed')]);
  });

  it('is told as unreachable when the time for the start is over', async () => {
    const opening = openEventStoreDB({ connection, timings: { attemptMs: 300, openMs: 1_000 } });
    await expect(opening).rejects.toMatchObject({ code: 'CANNOT_OPEN_LEDGER', reason: 'unreachable' });
  }, 300_000);
});
