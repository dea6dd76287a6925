import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import { every, type AppendFault, type DeliveryFault } from '../eventstore/faults.js';
import { ProtocolServer } from '../eventstore/protocol-server.js';
import { expectNothingLost, load, PATIENCE_MS, startReplica, type Replica } from './eventstore-load.js';

const NAMESPACE = 'faults';

const APPEND_FAULTS: readonly (readonly [string, (count: number) => AppendFault | undefined])[] = [
  ['the answer is lost after the commit', every(25, { kind: 'dropReply' })],
  ['the call fails after the commit', every(10, { kind: 'failAfterCommit' })],
  ['the call fails before the commit', every(10, { kind: 'failBeforeCommit' })],
  ['the server says nothing at all', every(40, { kind: 'ignore' })],
  ['the call arrives twice', every(3, { kind: 'twice' })],
  ['the answer is late', every(5, { kind: 'delay', ms: 40 })],
  ['the answer is later than the deadline', every(40, { kind: 'delay', ms: 450 })],
  ['the answer does not say where', every(4, { kind: 'noPosition' })],
];

const DELIVERY_FAULTS: readonly (readonly [string, (count: number) => DeliveryFault | undefined])[] = [
  ['delivers events twice', every(3, { kind: 'twice' })],
  ['is late', every(60, { kind: 'delay', ms: 20 })],
  ['has checkpoints ahead of its events', every(5, { kind: 'wrongCheckpoint' })],
  ['says that it fell behind, over and over', every(10, { kind: 'storm' })],
  ['breaks off', every(150, { kind: 'fail' })],
  ['breaks off after a checkpoint ahead of its events', every(40, { kind: 'wrongCheckpointAndFail' })],
];

describe('two replicas on one EventStoreDB (stand-in)', () => {
  let server: ProtocolServer;
  let replicas: Replica[];
  beforeEach(async () => {
    server = await ProtocolServer.start();
    replicas = [
      await startReplica(server.connection(), NAMESPACE),
      await startReplica(server.connection(), NAMESPACE),
    ];
  });
  afterEach(async () => {
    await Promise.all(replicas.map((replica) => replica.close()));
    await server.stop();
  });

  const check = async (): Promise<void> => {
    const done = await load(replicas);
    server.faults.append = undefined;
    server.faults.deliver = undefined;
    const verifier = await startReplica(server.connection(), NAMESPACE);
    replicas.push(verifier);
    await expectNothingLost(verifier.ledger, replicas, done);
  };

  it('lose nothing and repeat nothing when nothing goes wrong', () => check(), PATIENCE_MS);

  it.each(APPEND_FAULTS)(
    'lose nothing and repeat nothing when %s',
    async (_, fault) => {
      server.faults.append = fault;
      await check();
    },
    PATIENCE_MS,
  );

  it(
    'lose nothing and repeat nothing when the node sends appends on to another, and that one back',
    async () => {
      const other = await ProtocolServer.start({ log: server.log });
      const sendOn = every<AppendFault>(20, { kind: 'notLeader', host: '127.0.0.1', port: other.port });
      const sendBack = every<AppendFault>(20, { kind: 'notLeader', host: '127.0.0.1', port: server.port });
      let taken = 0;
      server.faults.append = sendOn;
      other.faults.append = (count) => {
        const fault = sendBack(count + 1);
        if (!fault) taken += 1;
        return fault;
      };
      await check();
      expect(taken).toBeGreaterThan(0);
      await other.stop();
    },
    PATIENCE_MS,
  );

  it.each(DELIVERY_FAULTS)(
    'see each event once, in order, when the subscription %s',
    async (_, fault) => {
      server.faults.deliver = fault;
      await check();
    },
    PATIENCE_MS,
  );

  it(
    'lose nothing and repeat nothing when others fill the log between their events',
    async () => {
      const disturbing = setInterval(() => server.disturb(), 1);
      await check();
      clearInterval(disturbing);
    },
    PATIENCE_MS,
  );

  it(
    'lose nothing and repeat nothing when the server dies and comes back, over and over',
    async () => {
      const over = new AbortController();
      const restarts = (async () => {
        let count = 0;
        for (; !over.signal.aborted; count += 1) {
          await setTimeout(300);
          await server.stop();
          await setTimeout(100);
          await server.resume();
        }
        return count;
      })();
      const done = await load(replicas);
      over.abort();
      expect(await restarts).toBeGreaterThan(0);
      const verifier = await startReplica(server.connection(), NAMESPACE);
      replicas.push(verifier);
      await expectNothingLost(verifier.ledger, replicas, done);
    },
    PATIENCE_MS,
  );
});
