import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came. */
export interface Received {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly id: string;
}

type Answer = (received: Received, response: ServerResponse, request: IncomingMessage) => void;

const WAIT_MS = 20_000;

/** A receiver of webhooks on a free port of this machine; answers 204 until it is told otherwise. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  answer: Answer = (_received, response) => void response.writeHead(204).end();
  readonly #server = createServer((request, response) => this.#take(request, response));
  readonly #waiting = new Set<() => void>();

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  /** Waits until so many came, in all. @throws Error when they do not come */
  async until(count: number): Promise<readonly Received[]> {
    const latest = Date.now() + WAIT_MS;
    while (this.received.length < count) {
      const leftMs = latest - Date.now();
      if (leftMs <= 0) throw new Error(`only ${this.received.length} of ${count} came`);
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          this.#waiting.delete(done);
          resolve();
        };
        const timer = setTimeout(done, leftMs);
        this.#waiting.add(done);
      });
    }
    return this.received;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const id = headers['webhook-id'] ?? '';
      const received = { headers, body: Buffer.concat(pieces).toString(), id };
      this.received.push(received);
      this.answer(received, response, request);
      for (const done of [...this.#waiting]) done();
    });
  }
}
