import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Random } from '../synthetic/random.js';

/** A request that was taken: answered with 2xx, whether or not the answer got through. */
export interface Taken {
  readonly path: string;
  readonly id: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Fails, redirects, delays beyond patience, hangs up and dies, by chance that repeats itself. */
export class UnreliableReceiver {
  readonly taken: Taken[] = [];
  /** Every request that came, by path, whatever was answered. */
  readonly came = new Map<string, number>();
  readonly answers = new Map<string, number>();
  /** Requests that followed a redirect, which none should. */
  followed = 0;
  deaths = 0;
  #server: Server | undefined;
  #port = 0;
  #next = 0;
  #reviving = false;

  private constructor(
    private readonly random: Random,
    private readonly delayMs: number,
  ) {}

  static async start(random: Random, delayMs: number): Promise<UnreliableReceiver> {
    const receiver = new UnreliableReceiver(random, delayMs);
    await receiver.#listen();
    return receiver;
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.#port}${path}`;
  }

  async close(): Promise<void> {
    while (this.#reviving) await setTimeout(5);
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  async #listen(): Promise<void> {
    const server = createServer((request, response) => this.#take(request, response));
    this.#server = server;
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const pieces: Buffer[] = [];
    request.on('error', () => undefined);
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => this.#answer(request, Buffer.concat(pieces).toString(), response));
  }

  #answer(request: IncomingMessage, body: string, response: ServerResponse): void {
    const path = request.url ?? '';
    if (path === '/elsewhere') this.followed += 1;
    this.came.set(path, (this.came.get(path) ?? 0) + 1);
    this.#next += 1;
    if (this.#next % 2_500 === 0) {
      this.#die();
      return;
    }
    const answer = this.#pick();
    this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const take = (): void => void this.taken.push({ path, id: headers['webhook-id'] ?? '', body, headers });
    switch (answer) {
      case 'taken':
        take();
        response.writeHead(204).end();
        return;
      case 'taken, and the answer lost':
        take();
        request.socket.destroy();
        return;
      case 'late':
        take();
        void setTimeout(this.delayMs).then(() => response.writeHead(204).end());
        return;
      case 'redirected':
        response.writeHead(307, { location: this.url('/elsewhere') }).end();
        return;
      case 'asked for patience':
        response.writeHead(503, { 'retry-after': '0' }).end('later');
        return;
      case 'failed':
        response.writeHead(500).end('x'.repeat(100_000));
        return;
      case 'hung up':
        request.socket.destroy();
        return;
    }
  }

  #pick() {
    const chance = this.random.next();
    if (chance < 0.7) return 'taken';
    if (chance < 0.74) return 'taken, and the answer lost';
    if (chance < 0.75) return 'late';
    if (chance < 0.82) return 'redirected';
    if (chance < 0.87) return 'asked for patience';
    if (chance < 0.95) return 'failed';
    return 'hung up';
  }

  /** Everything under way ends without an answer, and for a while nobody listens. */
  #die(): void {
    this.deaths += 1;
    this.#reviving = true;
    const dead = this.#server;
    dead?.closeAllConnections();
    dead?.close(() => {
      void setTimeout(this.random.between(20, 100))
        .then(() => this.#listen())
        .then(() => (this.#reviving = false));
    });
  }
}
