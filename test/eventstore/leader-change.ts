import { credentials, Metadata, type ChannelCredentials } from '@grpc/grpc-js';
import { createRequire } from 'node:module';
import { readCertificates } from '../../src/ledger/eventstoredb/certificates.js';
import { parseConnectionString, type EndPoint } from '../../src/ledger/eventstoredb/connection-string.js';
import type * as GossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import type * as OperationsGrpc from '@eventstore/db-client/generated/operations_grpc_pb.js';
import { gossip, shared } from './stubs.js';

const require = createRequire(import.meta.url);
const { GossipClient } = require('@eventstore/db-client/generated/gossip_grpc_pb.js') as typeof GossipGrpc;
const { OperationsClient } =
  require('@eventstore/db-client/generated/operations_grpc_pb.js') as typeof OperationsGrpc;

const { LEADER } = gossip.MemberInfo.VNodeState;
const target = ({ address, port }: EndPoint): string => `${address}:${port}`;
const deadline = (): { deadline: Date } => ({ deadline: new Date(Date.now() + 5_000) });

/** Whether a connection string names more than one node. */
export const isCluster = (connection: string): boolean => {
  const { discover, hosts } = parseConnectionString(connection);
  return discover || hosts.length > 1;
};

/** Asks the leader of a real cluster to step down, as an operator would, and waits until another node leads. */
export async function changeLeader(connection: string): Promise<void> {
  const settings = parseConnectionString(connection);
  const { ca, userKey, userCert } = readCertificates(settings);
  const security = settings.tls
    ? credentials.createSsl(ca ?? null, userKey ?? null, userCert ?? null)
    : credentials.createInsecure();
  const before = await leaderOf(settings.hosts, security);
  const metadata = new Metadata();
  const { credentials: user } = settings;
  if (user)
    metadata.set(
      'authorization',
      `Basic ${Buffer.from(`${user.username}:${user.password}`).toString('base64')}`,
    );
  const client = new OperationsClient(target(before), security);
  await new Promise<void>((resolve, reject) =>
    client.resignNode(new shared.Empty(), metadata, deadline(), (error) =>
      error ? reject(error) : resolve(),
    ),
  );
  client.close();
  for (let attempt = 0; attempt < 60; attempt += 1) {
    const now = await leaderOf(settings.hosts, security).catch(() => before);
    if (target(now) !== target(before)) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('no other node took the lead within half a minute');
}

async function leaderOf(hosts: readonly EndPoint[], security: ChannelCredentials): Promise<EndPoint> {
  for (const host of hosts) {
    const client = new GossipClient(target(host), security);
    try {
      const found = await new Promise<EndPoint | undefined>((resolve, reject) =>
        client.read(new shared.Empty(), new Metadata(), deadline(), (error, info) => {
          if (error) {
            reject(error);
            return;
          }
          const leader = info
            .getMembersList()
            .find((member) => member.getState() === LEADER && member.getIsAlive())
            ?.getHttpEndPoint();
          resolve(leader && { address: leader.getAddress(), port: leader.getPort() });
        }),
      );
      if (found) return found;
    } catch {
      // that node is down; another knows
    } finally {
      client.close();
    }
  }
  throw new Error('no node says who leads');
}
