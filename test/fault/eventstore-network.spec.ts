import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import { newEvents, newStream, outcomeOf } from '../contract/sample-events.js';
import { openEventStoreDB } from '../../src/ledger/eventstoredb/open.js';
import { START, type Ledger } from '../../src/ledger/port.js';
import { FaultyNetwork } from '../eventstore/faulty-network.js';
import { ProtocolCluster } from '../eventstore/protocol-cluster.js';
import { ProtocolServer } from '../eventstore/protocol-server.js';
import {
  APPENDS,
  expectNothingLost,
  load,
  PATIENCE_MS,
  SLACK_MS,
  startReplica,
  type Replica,
} from './eventstore-load.js';

const NAMESPACE = 'faults';

/** Does `what` again and again while `work` goes on. */
async function during<T>(work: Promise<T>, what: () => Promise<void>): Promise<T> {
  const over = new AbortController();
  const repeating = (async () => {
    while (!over.signal.aborted) await what();
  })();
  try {
    return await work;
  } finally {
    over.abort();
    await repeating;
  }
}

describe('two replicas on one EventStoreDB (stand-in), over a network of their own', () => {
  let server: ProtocolServer;
  let networks: FaultyNetwork[];
  let replicas: Replica[];
  beforeEach(async () => {
    server = await ProtocolServer.start();
    networks = [await FaultyNetwork.before(server.port), await FaultyNetwork.before(server.port)];
    replicas = [];
    for (const { port } of networks) replicas.push(await startReplica(server.connection(port), NAMESPACE));
  });
  afterEach(async () => {
    await Promise.all(replicas.map((replica) => replica.close()));
    await Promise.all(networks.map((network) => network.close()));
    await server.stop();
  });

  const check = async (fault: () => Promise<void>): Promise<void> => {
    const done = await during(load(replicas), fault);
    for (const network of networks) network.recover();
    const verifier = await startReplica(server.connection(), NAMESPACE);
    replicas.push(verifier);
    await expectNothingLost(verifier.ledger, replicas, done);
  };

  it(
    'lose nothing and repeat nothing when connections are reset in the middle',
    () =>
      check(async () => {
        await setTimeout(300);
        networks.forEach((network) => network.reset());
      }),
    PATIENCE_MS,
  );

  it(
    'lose nothing and repeat nothing when one of them talks to a black hole now and then',
    () =>
      check(async () => {
        await setTimeout(300);
        networks[0]?.silence();
        await setTimeout(600);
        networks[0]?.recover();
      }),
    PATIENCE_MS,
  );

  it(
    'lose nothing and repeat nothing over a slow line',
    () =>
      check(async () => {
        networks.forEach((network) => network.delay(10));
        await setTimeout(50);
      }),
    PATIENCE_MS,
  );

  it(
    'do not harm each other: what breaks for one is not noticed by the other',
    async () => {
      const [broken, whole] = replicas;
      if (!broken || !whole) throw new Error('no replicas');
      networks[0]?.silence();
      const stuck = outcomeOf(broken.ledger.append(newStream(), 'no_stream', newEvents(1)));
      const { longestMs, refusals } = await load([whole], APPENDS / 2);
      expect([longestMs.append < 3_000, refusals.get('UNKNOWN_OUTCOME')]).toEqual([true, undefined]);
      networks[0]?.recover();
      expect(await stuck).toMatchObject({ revision: 0n });
    },
    PATIENCE_MS,
  );
});

describe('a server that swallows everything', () => {
  const APPEND_TIMEOUT_MS = 1_500;
  let server: ProtocolServer;
  let network: FaultyNetwork;
  let ledger: Ledger;
  beforeEach(async () => {
    server = await ProtocolServer.start();
    network = await FaultyNetwork.before(server.port);
    ledger = await openEventStoreDB({
      connection: server.connection(network.port),
      limits: { appendTimeoutMs: APPEND_TIMEOUT_MS },
      timings: { attemptMs: 300, readMs: 1_000, openMs: 1_000 },
    });
    network.silence();
  });
  afterEach(async () => {
    await ledger.close();
    await network.close();
    await server.stop();
  });

  it('lets nothing hang: each call ends by its own deadline, and says that it does not know', async () => {
    const startedAt = performance.now();
    const read = async (): Promise<void> => {
      for await (const _ of ledger.readStream(newStream())) return;
    };
    const outcomes = await Promise.all([
      outcomeOf(ledger.append(newStream(), 'no_stream', newEvents(1))),
      outcomeOf(read()),
      outcomeOf(ledger.head()),
    ]);
    expect(outcomes).toEqual(['UNKNOWN_OUTCOME', 'LEDGER_UNAVAILABLE', 'LEDGER_UNAVAILABLE']);
    expect(performance.now() - startedAt).toBeLessThan(10_000);

    const another = openEventStoreDB({
      connection: server.connection(network.port),
      timings: { attemptMs: 200, openMs: 500 },
    });
    await expect(another).rejects.toMatchObject({ code: 'CANNOT_OPEN_LEDGER', reason: 'unreachable' });
  }, 300_000);

  it('answers each of many appends by its own deadline', async () => {
    const startedAt = performance.now();
    const ends: number[] = [];
    const outcomes = await Promise.all(
      Array.from({ length: 1_000 }, async () => {
        const outcome = await outcomeOf(ledger.append(newStream(), 'no_stream', newEvents(1)));
        ends.push(performance.now() - startedAt);
        return outcome;
      }),
    );
    expect(Math.max(...ends)).toBeLessThan(APPEND_TIMEOUT_MS + SLACK_MS);
    expect(new Set(outcomes)).toEqual(new Set(['UNKNOWN_OUTCOME', 'OVERLOADED']));
  }, 300_000);
});

describe('two replicas on a cluster of three (stand-in)', () => {
  let cluster: ProtocolCluster;
  let replicas: Replica[];
  beforeEach(async () => {
    cluster = await ProtocolCluster.start();
    replicas = [
      await startReplica(cluster.connection(), NAMESPACE),
      await startReplica(cluster.connection('nodePreference=follower'), NAMESPACE),
    ];
  });
  afterEach(async () => {
    await Promise.all(replicas.map((replica) => replica.close()));
    await cluster.stop();
  });

  const check = async (fault: () => Promise<void>): Promise<void> => {
    const done = await during(load(replicas), fault);
    const verifier = await startReplica(cluster.connection(), NAMESPACE);
    replicas.push(verifier);
    await expectNothingLost(verifier.ledger, replicas, done);
  };

  it(
    'lose nothing and repeat nothing while another node takes the lead, over and over',
    () =>
      check(async () => {
        await setTimeout(100);
        cluster.elect();
      }),
    PATIENCE_MS,
  );

  it(
    'lose nothing and repeat nothing while the leader dies, over and over',
    () =>
      check(async () => {
        await setTimeout(250);
        const killed = await cluster.kill();
        await setTimeout(250);
        await cluster.revive(killed);
      }),
    PATIENCE_MS,
  );

  it(
    'lose nothing and repeat nothing while nodes die that do not lead, over and over',
    async () => {
      let which: 1 | 2 = 1;
      await check(async () => {
        const killed = await cluster.killFollower(which);
        which = which === 1 ? 2 : 1;
        await setTimeout(250);
        await cluster.revive(killed);
        await setTimeout(100);
      });
    },
    PATIENCE_MS,
  );

  it(
    'lose nothing and repeat nothing while the leader is cut off from the others, over and over',
    () =>
      check(async () => {
        await setTimeout(250);
        cluster.split();
        await setTimeout(500);
        cluster.heal();
      }),
    PATIENCE_MS,
  );

  it('are not told that the side without a majority has it, and find it once when the same is sent again', async () => {
    const [other] = replicas;
    const alone = await openEventStoreDB({
      connection: cluster.leader.connection(),
      namespace: NAMESPACE,
      limits: { appendTimeoutMs: 1_500 },
      timings: { attemptMs: 300 },
    });
    const [stream, events] = [newStream(), newEvents(2)];
    cluster.split();
    expect(await outcomeOf(alone.append(stream, 'no_stream', events))).toBe('UNKNOWN_OUTCOME');
    const elsewhere = await other?.ledger.append(newStream(), 'no_stream', newEvents(1));
    expect(elsewhere).toMatchObject({ revision: 0n, repeated: false });
    cluster.heal();
    expect(await alone.append(stream, 'no_stream', events)).toMatchObject({ revision: 1n });
    const ids: string[] = [];
    for await (const { id } of alone.readStream(stream)) ids.push(id);
    expect(ids).toEqual(events.map(({ id }) => id));
    await alone.close();
  });

  it('read what was acknowledged, whichever node they prefer', async () => {
    const [writer, reader] = replicas;
    const stream = newStream();
    await writer?.ledger.append(stream, 'no_stream', newEvents(2));
    const read: bigint[] = [];
    for await (const { revision } of reader?.ledger.readStream(stream) ?? []) read.push(revision);
    expect(read).toEqual([0n, 1n]);
    expect(await reader?.ledger.head()).toBe(await writer?.ledger.head());
    expect(await reader?.ledger.head()).not.toBe(START);
  });
});
