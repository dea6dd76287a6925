import { describe, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { expectNothingLost, load, startReplica } from '../fault/eventstore-load.js';
import { changeLeader, isCluster } from './leader-change.js';
import { ProtocolCluster } from './protocol-cluster.js';
import { realServer } from './server-under-test.js';

const real = realServer();
// A server of one node has no leader that could change.
const onCluster = real === undefined || isCluster(real) ? describe : describe.skip;

onCluster(`two replicas on a cluster (${real === undefined ? 'stand-in' : 'real'})`, () => {
  it('lose nothing and repeat nothing when the leader steps down under load', async () => {
    const standIn = real === undefined ? await ProtocolCluster.start() : undefined;
    const connection = real ?? standIn?.connection() ?? '';
    const namespace = `test-${randomUUID()}`;
    const replicas = [await startReplica(connection, namespace), await startReplica(connection, namespace)];
    const change = real === undefined ? async () => standIn?.elect() : () => changeLeader(connection);
    const loading = load(replicas, 400);
    await change();
    const done = await loading;
    replicas.push(await startReplica(connection, namespace));
    const [verifier] = replicas.slice(-1);
    if (verifier) await expectNothingLost(verifier.ledger, replicas, done);
    await Promise.all(replicas.map((replica) => replica.close()));
    await standIn?.stop();
  }, 300_000);
});
