import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { run } from '../run.js';
import { Screen } from '../screen.js';

const ID = '5b0c8f3e-52a4-4d0b-9c58-7f1de03a9b42';

let server: Server;
let keys: string[];
let url: string;

/** Loses its first answer, and shows what it made once, as hopledger does. */
beforeEach(async () => {
  keys = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { variables } = JSON.parse(Buffer.concat(chunks).toString()) as {
        variables: { input: { idempotencyKey: string } };
      };
      keys.push(variables.input.idempotencyKey);
      if (keys.length === 1) return void request.socket.destroy();
      const endpoint = { id: ID, retiringUntil: [] };
      const outcome = { __typename: 'WebhookSecretShown', secret: null, repeated: true, endpoint };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ data: { outcome: { ...outcome, position: '0000000000000001' } } }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const called = async (...words: readonly string[]) => {
  const written = { out: '', err: '' };
  const screen = (name: 'out' | 'err'): Screen =>
    new Screen(
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          written[name] += chunk.toString();
          done();
        },
      }),
    );
  const cli = {
    environment: { HOPLEDGER_URL: url },
    stdin: Readable.from([]),
    out: screen('out'),
    err: screen('err'),
    exitCode: 0,
  };
  return { code: await run(cli, words), ...written };
};

describe('a secret whose answer was lost', () => {
  test.each([[['add', 'https://ops.example.org/']], [['rotate', ID]]])(
    '%j says so, and how to get another',
    async (words) => {
      const { code, out, err } = await called('webhook', ...words);
      expect({ code, out }).toEqual({ code: 1, out: `endpoint  ${ID}\n` });
      expect(err).toContain(`hopledger webhook rotate ${ID} --previous-valid 0`);
      expect(err).not.toContain('shown before');
      expect(new Set(keys).size).toBe(1);
    },
  );

  test('as JSON too', async () => {
    const { code, out } = await called('webhook', 'add', 'https://ops.example.org/', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({ id: ID, secret: null, repeated: true });
  });
});
