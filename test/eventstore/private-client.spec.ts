import { jsonEvent } from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { parseConnectionString } from '../../src/ledger/eventstoredb/connection-string.js';
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
