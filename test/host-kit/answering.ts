import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came. */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Breaks the connection within the body. */
  readonly breakOff?: true;
}

/** Something that answers in hopledger's place as the test will have it. */
export class Answering {
  private constructor(
    private readonly server: Server,
    readonly url: string,
    /** All that came, the oldest first. */
    readonly asked: readonly Asked[],
  ) {}

  /** @param answer null: never */
  static async start(answer: (asked: Asked) => Reply | null): Promise<Answering> {
    const asked: Asked[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.once('end', () => {
        const one: Asked = {
          method: request.method ?? '',
          url: new URL(request.url ?? '/', 'http://h'),
          headers: request.headers,
          body: Buffer.concat(chunks),
        };
        asked.push(one);
        const reply = answer(one);
        if (reply === null) return;
        const { status, headers = {}, body = '', breakOff } = reply;
        if (breakOff === true) {
          response.writeHead(status, { ...headers, 'content-length': String(body.length + 1000) });
          response.write(body, () => response.destroy());
        } else response.writeHead(status, headers).end(body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return new Answering(server, `http://127.0.0.1:${port}`, asked);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** hopledger's own answer to a hook call. */
export const own = (answer: string, body = '', more: Readonly<Record<string, string>> = {}): Reply => ({
  status: answer === 'refused' ? 409 : body === '' ? 204 : 200,
  headers: { 'hopledger-request': 'r1', 'hopledger-answer': answer, ...more },
  body,
});
