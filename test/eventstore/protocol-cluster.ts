import { ProtocolServer, type ClusterRole } from './protocol-server.js';
import { ServerLog } from './server-log.js';

/** Three stand-ins over one log. One leads; the others send who wants a leader to it. Nothing is ever lost between them. */
export class ProtocolCluster {
  #leader = 0;
  readonly #down = new Set<number>();
  /** The node that is alone on its side of a split. */
  #alone: number | undefined;
  private constructor(readonly nodes: readonly ProtocolServer[]) {}

  static async start(): Promise<ProtocolCluster> {
    const log = new ServerLog();
    const nodes: ProtocolServer[] = [];
    const cluster = new ProtocolCluster(nodes);
    for (let node = 0; node < 3; node += 1)
      nodes.push(await ProtocolServer.start({ log, role: cluster.#seenFrom(node) }));
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
    while (this.#down.has(this.#leader) || this.#leader === this.#alone);
  }

  /** The leader dies and another takes its place. */
  async kill(): Promise<ProtocolServer> {
    const killed = this.leader;
    this.#down.add(this.#leader);
    this.elect();
    await killed.stop();
    return killed;
  }

  /** One of the two that follow dies; the leader goes on. */
  async killFollower(which: 1 | 2): Promise<ProtocolServer> {
    const node = (this.#leader + which) % this.nodes.length;
    const killed = this.nodes[node];
    if (!killed) throw new Error('a cluster without nodes');
    this.#down.add(node);
    await killed.stop();
    return killed;
  }

  /**
   * The leader loses the others, which elect another. It answers, holds itself for the leader, and commits nothing: an append to
   * it ends by the caller's deadline. Where a real one has old reads, it has those of the one log.
   */
  split(): ProtocolServer {
    const alone = this.leader;
    alone.faults.append = () => ({ kind: 'ignore' });
    this.#alone = this.#leader;
    this.elect();
    return alone;
  }

  /** It follows the others. What it did not commit is nowhere. */
  heal(): void {
    for (const node of this.nodes) node.faults.append = undefined;
    this.#alone = undefined;
  }

  async revive(node: ProtocolServer): Promise<void> {
    await node.resume();
    this.#down.delete(this.nodes.indexOf(node));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#up().map((node) => node.stop()));
  }

  #seenFrom(node: number): ClusterRole {
    const isAlone = (other: number): boolean => other === this.#alone;
    return {
      nodes: () =>
        this.#up()
          .filter((other) => isAlone(this.nodes.indexOf(other)) === isAlone(node))
          .map(({ port }) => port),
      leader: () => (isAlone(node) ? (this.nodes[node] ?? this.leader) : this.leader).port,
    };
  }

  #up(): readonly ProtocolServer[] {
    return this.nodes.filter((_, index) => !this.#down.has(index));
  }
}
