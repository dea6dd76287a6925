import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadRecording } from '../../src/demo/recording.js';
import { startServer, type RunningServer } from './running-server.js';

/** The script in docs/guides/connect-libvirt.md, as it stands there. */
const script = (url: string, host: string): string => {
  const guide = readFileSync(new URL('../../docs/guides/connect-libvirt.md', import.meta.url), 'utf8');
  const text = /(#!\/bin\/sh[\s\S]*?)```/.exec(guide)?.[1] ?? '';
  return text.replace(/^url=.*$/m, `url=${url} host=${host}`);
};

/** curl is not everywhere; the guide says that the hook needs it. */
const hasCurl = spawnSync('curl', ['--version']).status === 0;

(hasCurl ? describe : describe.skip)('the hook script of the guide', () => {
  const recording = loadRecording();
  let server: RunningServer;
  beforeAll(async () => {
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
  afterAll(() => server.stop());

  /** Async, since the server runs in this process. */
  const call = async (
    host: string,
    argv: readonly string[],
    xml: string,
  ): Promise<{ status: number | null; out: string; err: string }> => {
    const child = spawn('/bin/sh', ['-c', script(server.url, host), 'hook', ...argv]);
    child.stdin.end(xml);
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { status, out, err };
  };

  it('records a start and prints nothing', async () => {
    expect(
      await call('hosta', ['vm1', 'started', 'begin', '-'], recording.xml('003-hosta-vm1-started-begin.xml')),
    ).toEqual({
      status: 0,
      out: '',
      err: '',
    });
  });

  it('prints the XML to use for a hop that needs overrides', async () => {
    const { status, out } = await call(
      'hostb',
      ['vm1', 'migrate', 'begin', '-'],
      recording.xml('005-hostb-vm1-migrate-begin.xml'),
    );
    expect(status).toBe(0);
    expect(out).toContain("<qemu:device alias='net0'>");
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

  it('lets libvirt go on when hopledger cannot be reached', async () => {
    const text = script('http://127.0.0.1:9', 'hostb');
    const { status, stdout } = spawnSync('/bin/sh', ['-c', text, 'hook', 'vm1', 'migrate', 'begin', '-'], {
      input: '<domain/>',
    });
    expect({ status, out: stdout.toString() }).toEqual({ status: 0, out: '' });
  });
});
