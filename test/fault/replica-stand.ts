import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEventStoreDB } from '../../src/ledger/eventstoredb/open.js';
import { FaultyNetwork } from '../eventstore/faulty-network.js';
import { ProtocolServer } from '../eventstore/protocol-server.js';
import { reportHosts } from './derived-vms.js';
import { builtServer } from './server-build.js';
import { leftBehindIn, type LeftBehind } from './server-ledger.js';
import { ServerProcess } from './server-process.js';

/** Two hopledgers, processes of their own, on one stand-in for EventStoreDB, each over a network of its own. */
export class ReplicaStand {
  readonly replicas: ServerProcess[] = [];

  private constructor(
    readonly main: string,
    private readonly directory: string,
    readonly server: ProtocolServer,
    readonly networks: readonly FaultyNetwork[],
  ) {}

  static async start(): Promise<ReplicaStand> {
    const [main, directory, server] = await Promise.all([
      builtServer(),
      mkdtemp(join(tmpdir(), 'hopledger-replicas-')),
      ProtocolServer.start(),
    ]);
    const networks = [await FaultyNetwork.before(server.port), await FaultyNetwork.before(server.port)];
    const stand = new ReplicaStand(main, directory, server, networks);
    for (const index of networks.keys()) await stand.startReplica(index);
    await reportHosts(stand.replica(0));
    for (const replica of stand.replicas) await replica.ready();
    return stand;
  }

  replica(index: number): ServerProcess {
    const found = this.replicas[index];
    if (found === undefined) throw new Error(`no replica ${index}`);
    return found;
  }

  directoryOf(index: number): string {
    return join(this.directory, `replica-${index}`);
  }

  async startReplica(index: number): Promise<ServerProcess> {
    const directory = this.directoryOf(index);
    await mkdir(directory, { recursive: true });
    const replica = await ServerProcess.start(this.main, directory, {
      HOPLEDGER_LEDGER_ENGINE: 'eventstoredb',
      HOPLEDGER_LEDGER_CONNECTION: this.server.connection(this.networks[index]?.port),
      HOPLEDGER_VIEWS_WAIT_MS: '1000',
    });
    this.replicas[index] = replica;
    return replica;
  }

  /** What the ledger holds, read past all faults. */
  async left(): Promise<LeftBehind> {
    const ledger = await openEventStoreDB({ connection: this.server.connection() });
    try {
      return await leftBehindIn(ledger);
    } finally {
      await ledger.close();
    }
  }

  async close(): Promise<void> {
    for (const replica of this.replicas) await replica.kill();
    for (const network of this.networks) await network.close();
    await this.server.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}
