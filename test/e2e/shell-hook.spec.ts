import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadRecording } from '../../src/demo/recording.js';
import { startServer, type RunningServer } from './running-server.js';

/** The script in docs/guides/connect-libvirt.md, as it stands there. */
const script = (url: string, host: string, auth = '/nowhere'): string => {
  const guide = readFileSync(new URL('../../docs/guides/connect-libvirt.md', import.meta.url), 'utf8');
  const text = /(#!\/bin\/sh[\s\S]*?)```/.exec(guide)?.[1] ?? '';
  return text.replace(/^url=.*$/m, `url=${url} host=${host}`).replace(/^auth=.*$/m, `auth=${auth}`);
};

/** curl is not everywhere; the guide says that the hook needs it. */
const hasCurl = spawnSync('curl', ['--version']).status === 0;

interface Outcome {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
  /** What went to the system log. */
  readonly log: string;
}

(hasCurl ? describe : describe.skip)('the hook script of the guide', () => {
  const recording = loadRecording();
  let server: RunningServer;
  let directory: string;
  const log = (): string => join(directory, 'syslog');

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'hopledger-hook-'));
    writeFileSync(join(directory, 'logger'), `#!/bin/sh\necho "$*" >>"${log()}"\n`, { mode: 0o755 });
    server = await startServer();
    for (const { name, qemu, libvirt } of recording.hosts) {
      await server.graphql(
        'mutation ($input: ReportHostInput!) { reportHost(input: $input) { __typename } }',
        {
          input: { idempotencyKey: name, host: name, builds: [qemu], libvirt: libvirt.version },
        },
      );
    }
  });
  afterAll(async () => {
    await server.stop();
    rmSync(directory, { recursive: true });
  });

  /** Async, since the server runs in this process. */
  const run = async (text: string, argv: readonly string[], xml: string): Promise<Outcome> => {
    writeFileSync(log(), '');
    const env = { LC_ALL: 'C', PATH: `${directory}:${process.env['PATH'] ?? ''}` };
    const child = spawn('/bin/sh', ['-c', text, 'hook', ...argv], { env });
    child.stdin.on('error', () => undefined).end(xml);
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { status, out, err, log: readFileSync(log(), 'utf8') };
  };
  const call = (host: string, argv: readonly string[], xml: string): Promise<Outcome> =>
    run(script(server.url, host), argv, xml);
  const MIGRATE = ['vm1', 'migrate', 'begin', '-'];
  const XML = recording.xml('005-hostb-vm1-migrate-begin.xml');

  /** What the script makes of an answer that hopledger would not give, or that breaks on the way. */
  const withAnswer = async (
    answer: (reply: ServerResponse, request: IncomingMessage) => void,
    auth?: string,
  ): Promise<Outcome> => {
    const fake = createServer((request, reply) => {
      request.resume().once('end', () => {
        answer(reply, request);
      });
    });
    await new Promise<void>((resolve) => fake.listen(0, '127.0.0.1', resolve));
    const { port } = fake.address() as AddressInfo;
    try {
      return await run(script(`http://127.0.0.1:${port}`, 'hosta', auth), MIGRATE, XML);
    } finally {
      fake.close();
    }
  };

  it('records a start and prints nothing', async () => {
    const xml = recording.xml('003-hosta-vm1-started-begin.xml');
    const nothing = { status: 0, out: '', err: '', log: '' };
    expect(await call('hosta', ['vm1', 'started', 'begin', '-'], xml)).toEqual(nothing);
  });

  it('prints the XML to use for a hop that needs overrides', async () => {
    const { status, out, log: logged } = await call('hostb', MIGRATE, XML);
    expect({ status, logged }).toEqual({ status: 0, logged: '' });
    expect(out).toContain("<qemu:device alias='net0'>");
    expect(out.endsWith('</domain>\n')).toBe(true);
  });

  it('refuses a blocked hop with the reason on standard error', async () => {
    const { status, out, err } = await call(
      'hosta',
      ['vm5', 'migrate', 'begin', '-'],
      recording.xml('121-hosta-vm5-migrate-begin.xml'),
    );
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toContain('no machine type pc-q35-10.0');
  });

  it('lets a hop that cannot be judged go on, and tells the system log', async () => {
    const { status, out, err, log: logged } = await call('stranger', MIGRATE, XML);
    expect({ status, out }).toEqual({ status: 0, out: '' });
    for (const told of [err, logged]) {
      expect(told).toContain('vm1 migrate: hopledger cannot judge this hop: the host has not reported');
    }
  });

  it('says when it sent, so that the clock of the host can be corrected', async () => {
    const urls: URL[] = [];
    await withAnswer((reply, { url = '' }) => {
      urls.push(new URL(url, 'http://h'));
      reply.writeHead(204, { 'hopledger-answer': 'unchanged' }).end();
    });
    const [at = 0, sentAt = 0] = ['at', 'sentAt'].map((key) =>
      Date.parse(urls[0]?.searchParams.get(key) ?? ''),
    );
    expect(at).toBeGreaterThan(0);
    expect(sentAt).toBeGreaterThanOrEqual(at);
  });

  it('shows the token of its file', async () => {
    const auth = join(directory, 'authorization');
    writeFileSync(auth, 'authorization: Bearer hpl_s3cret\n', { mode: 0o600 });
    const shown: unknown[] = [];
    await withAnswer((reply, { headers }) => {
      shown.push(headers.authorization);
      reply.writeHead(204, { 'hopledger-answer': 'unchanged' }).end();
    }, auth);
    expect(shown).toEqual(['Bearer hpl_s3cret']);
  });

  it.each<[string, number, string, string]>([
    [
      'a conflict',
      409,
      '{"error":{"code":"IDEMPOTENCY_CONFLICT"}}',
      '409) {"error":{"code":"IDEMPOTENCY_CONFLICT"}}',
    ],
    [
      'a missing token',
      401,
      '{"error":{"code":"UNAUTHENTICATED"}}',
      '401) {"error":{"code":"UNAUTHENTICATED"}}',
    ],
    ['a failure of the server', 503, 'try later', '503) try later'],
    ['the page of a proxy', 200, '<html>log in</html>', '200)'],
  ])('lets libvirt go on after %s, and logs it', async (_what, code, body, told) => {
    const {
      status,
      out,
      err,
      log: logged,
    } = await withAnswer((reply) => {
      reply.writeHead(code).end(body);
    });
    expect({ status, out }).toEqual({ status: 0, out: '' });
    expect(err).toContain(told);
    expect(logged).toContain(`vm1 migrate: no answer, going on without (HTTP status ${told}`);
    expect(logged).not.toContain('html');
  });

  it('prints nothing of an XML that broke off', async () => {
    const {
      status,
      out,
      log: logged,
    } = await withAnswer((reply) => {
      reply.writeHead(200, { 'hopledger-answer': 'rewritten', 'content-length': '1000' });
      reply.write('<domain>', () => reply.destroy());
    });
    expect({ status, out }).toEqual({ status: 0, out: '' });
    expect(logged).toContain('no answer');
    expect(logged).not.toContain('<domain>');
  });

  it('knows the headers in any spelling', async () => {
    const { status, out } = await withAnswer((reply) => {
      reply.writeHead(200, { 'Hopledger-Answer': 'rewritten' }).end('<domain/>');
    });
    expect({ status, out }).toEqual({ status: 0, out: '<domain/>' });
  });

  it('lets libvirt go on when hopledger cannot be reached, and logs it', async () => {
    const { status, out, log: logged } = await run(script('http://127.0.0.1:9', 'hostb'), MIGRATE, XML);
    expect({ status, out }).toEqual({ status: 0, out: '' });
    expect(logged).toContain('HTTP status 000');
  });
});
