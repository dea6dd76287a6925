import { ProtocolServer } from './protocol-server.js';
import { ServerLog } from './server-log.js';

/** Three stand-ins over one log. One leads; the others send who wants a leader to it. Nothing is ever lost between them. */
export class ProtocolCluster {
  #leader = 0;
  readonly #down = new Set<number>();
  private constructor(readonly nodes: readonly ProtocolServer[]) {}

  static async start(): Promise<ProtocolCluster> {
    const log = new ServerLog();
    const nodes: ProtocolServer[] = [];
    const cluster = new ProtocolCluster(nodes);
    const role = { nodes: () => cluster.#up().map(({ port }) => port), leader: () => cluster.leader.port };
    for (let node = 0; node < 3; node += 1) nodes.push(await ProtocolServer.start({ log, role }));
    return cluster;
  }

  get leader(): ProtocolServer {
    const leader = this.nodes[this.#leader];
    if (!leader) throw new Error('a cluster without nodes');
    return leader;
  }

  connection(...more: readonly string[]): string {
    const hosts = this.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',');
    return `esdb://${hosts}?${['tls=false', 'discoveryInterval=20', ...more].join('&')}`;
  }

  /** The next node leads; the old leader goes on as a follower. */
  elect(): void {
    do this.#leader = (this.#leader + 1) % this.nodes.length;
    while (this.#down.has(this.#leader));
  }

  /** The leader dies and another takes its place. */
  async kill(): Promise<ProtocolServer> {
    const killed = this.leader;
    this.#down.add(this.#leader);
    this.elect();
    await killed.stop();
    return killed;
  }

  async revive(node: ProtocolServer): Promise<void> {
    await node.resume();
    this.#down.delete(this.nodes.indexOf(node));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#up().map((node) => node.stop()));
  }

  #up(): readonly ProtocolServer[] {
    return this.nodes.filter((_, index) => !this.#down.has(index));
  }
}
