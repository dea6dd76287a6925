import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A TCP proxy on loopback, between the client and the stand-in, that can be told to fail. */
export class FaultyNetwork {
  readonly #sockets = new Set<Socket>();
  #silent = false;
  #delayMs = 0;

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async before(targetPort: number): Promise<FaultyNetwork> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const network = new FaultyNetwork(server, (server.address() as AddressInfo).port);
    server.on('connection', (socket) => network.#join(socket, connect(targetPort, '127.0.0.1')));
    return network;
  }

  /** Every connection is reset. */
  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Connections stay, and nothing passes any more, in either direction. */
  silence(): void {
    this.#silent = true;
  }

  /** What was held back is lost with its connections; new ones pass. */
  recover(): void {
    this.#silent = false;
    this.#delayMs = 0;
    this.reset();
  }

  delay(ms: number): void {
    this.#delayMs = ms;
  }

  async close(): Promise<void> {
    this.server.close();
    this.reset();
    await once(this.server, 'close');
  }

  #join(client: Socket, target: Socket): void {
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      this.#sockets.add(from);
      from.setNoDelay(true);
      from.on('data', (chunk: Buffer) => {
        if (this.#silent) return;
        if (this.#delayMs === 0) to.write(chunk);
        else setTimeout(() => to.writable && to.write(chunk), this.#delayMs);
      });
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
  }
}
