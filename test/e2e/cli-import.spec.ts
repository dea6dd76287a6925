import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CliUnderTest } from './cli-process.js';

const folder = mkdtempSync(join(tmpdir(), 'hopledger-cli-import-'));
const cli = new CliUnderTest();
const BODY_BYTES = 64 * 1024;
let url = '';

beforeAll(async () => {
  ({ url } = await cli.serve({
    HOPLEDGER_DATA_DIRECTORY: join(folder, 'data'),
    HOPLEDGER_LIMITS_EVENTS_BODY_BYTES: String(BODY_BYTES),
  }));
}, 300_000);
afterAll(async () => {
  await cli.stopAll();
  rmSync(folder, { recursive: true, force: true });
});

const uuidOf = (vm: number): string => `22222222-2222-4333-8444-${String(vm).padStart(12, '0')}`;
const at = (second: number): string =>
  new Date(Date.UTC(2026, 10, 21, 3, 0, second)).toISOString().replace('T', ' ').replace('Z', '+0000');
const start = (second: number, vm: number): string =>
  [
    `${at(second)}: starting up libvirt version: 9.0.0, package: 9.0.0-4 (Debian), qemu version: 8.0.0, kernel: 6.1, hostname: hosta`,
    'LC_ALL=C \\',
    '/usr/bin/qemu-system-x86_64 \\',
    `-name guest=big${vm},debug-threads=on \\`,
    '-machine pc-q35-7.2,usb=off \\',
    `-uuid ${uuidOf(vm)} \\`,
    '-msg timestamp=on\n',
  ].join('\n');
const end = (second: number): string => `${at(second)}: shutting down, reason=destroyed\n`;
const chatter = (bytes: number): string =>
  'qemu-system-x86_64: warning: something of no interest\n'.repeat(Math.ceil(bytes / 54));

const file = (name: string, content: string | Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

interface Report {
  readonly recorded: number;
  readonly repeated: number;
  readonly unreadable: number;
  readonly failed: number;
  readonly files: readonly {
    readonly file: string;
    readonly pieces: number;
    readonly error: string | null;
    readonly unreadable: readonly { readonly line: number }[];
  }[];
}
const importLogs = async (
  files: readonly string[],
  ...more: string[]
): Promise<Report & { readonly status: number | null; readonly err: string }> => {
  const { code, out, err } = await cli.run(
    ['import', 'libvirt-logs', ...files, '--host', 'hosta', '--json', ...more],
    { HOPLEDGER_URL: url },
  );
  return { ...(JSON.parse(out) as Report), status: code, err };
};

describe('importing logs', () => {
  test('a log larger than the server takes is sent in pieces, and all of it arrives', async () => {
    const runs = 60;
    const log = Array.from(
      { length: runs },
      (_, run) => start(run * 10, 1) + chatter(20_000) + end(run * 10 + 5),
    ).join('');
    expect(log.length).toBeGreaterThan(16 * BODY_BYTES);
    const report = await importLogs([file('big1.log', log)], '--strict');
    expect(report).toMatchObject({ status: 0, recorded: runs * 2, repeated: 0, unreadable: 0 });
    expect(report.files[0]?.pieces).toBeGreaterThan(16);
    expect(await importLogs([join(folder, 'big1.log')])).toMatchObject({
      status: 0,
      recorded: 0,
      repeated: runs * 2,
    });
  });

  test('one process that wrote more than the server takes keeps its end', async () => {
    const report = await importLogs(
      [file('big2.log', start(1, 2) + chatter(5 * BODY_BYTES) + end(2))],
      '--strict',
    );
    expect(report).toMatchObject({ status: 0, recorded: 2, unreadable: 0 });
  });

  test('rotations are read oldest first, gzipped ones too: an end finds its start', async () => {
    const older = file('big3.log.2.gz', gzipSync(start(1, 3) + chatter(1000)));
    const old = file('big3.log.1', chatter(1000));
    const now = file('big3.log', end(50));
    expect(await importLogs([now, old, older], '--strict')).toMatchObject({
      status: 0,
      recorded: 2,
      unreadable: 0,
      failed: 0,
    });
  });

  test('what cannot be read is told by file and line, and fails only with --strict', async () => {
    const broken = file('broken.log', `${chatter(100)}${at(1)}: starting up libvirt version: 9\n\n${end(2)}`);
    const line = chatter(100).split('\n').length;
    const { code, out } = await cli.run(['import', 'libvirt-logs', broken, '--host', 'hosta'], {
      HOPLEDGER_URL: url,
    });
    expect(code).toBe(0);
    expect(out).toContain(`${broken}:${line}: `);
    expect(await importLogs([broken], '--strict')).toMatchObject({ status: 1, unreadable: 2, failed: 0 });
  });

  test('a file that is not there fails, and the others are sent all the same', async () => {
    const good = file('big4.log', start(1, 4) + end(2));
    const report = await importLogs([join(folder, 'none.log'), good]);
    expect(report).toMatchObject({ status: 1, recorded: 2, failed: 1 });
    expect(report.files.map(({ error }) => error)).toEqual([expect.stringContaining('ENOENT'), null]);
  });

  test('a cut gzip file fails and says so', async () => {
    const cut = file('cut.log.gz', gzipSync(start(1, 5) + chatter(100_000)).subarray(0, 300));
    const report = await importLogs([cut]);
    expect(report.status).toBe(1);
    expect(report.files[0]?.error).toMatch(/unexpected end of file/);
  });

  test('waits for a server that is away, and goes on when it is back', async () => {
    const settings = { HOPLEDGER_DATA_DIRECTORY: join(folder, 'away') };
    const first = await cli.serve(settings);
    first.server.child.kill('SIGTERM');
    expect(await first.server.finished).toMatchObject({ code: 0 });
    const log = file('big6.log', start(1, 6) + end(2));
    const importing = cli.start(['import', 'libvirt-logs', log, '--host', 'hosta'], {
      HOPLEDGER_URL: first.url,
    });
    await importing.until('connection refused; again in');
    await cli.serve({ ...settings, HOPLEDGER_LISTEN_PORT: new URL(first.url).port });
    expect(await importing.finished).toMatchObject({
      code: 0,
      out: expect.stringContaining('2 events recorded'),
    });
  }, 300_000);
});

describe('importing event lines', () => {
  const event = (second: number, what: string): string =>
    `${at(second)}: event 'lifecycle' for domain 'lively': ${what}\n`;
  const importEvents = ['import', 'virsh-events', '-', '--host', 'hosta', '--domain', `lively=${uuidOf(7)}`];

  test('sends them as they come, while the pipe stays open', async () => {
    const following = cli.start(importEvents, { HOPLEDGER_URL: url });
    following.child.stdin.write(event(1, 'Started Booted'));
    let events = '';
    for (let tries = 0; tries < 60 && events === ''; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      events = (await cli.run(['events', '--vm', uuidOf(7), '--json'], { HOPLEDGER_URL: url })).out;
    }
    expect(events).toContain('VmLaunched');
    expect(following.child.exitCode).toBeNull();
    following.child.stdin.end(`${event(9, 'Stopped Destroyed')}nonsense\n`);
    const { code, out } = await following.finished;
    expect(code).toBe(0);
    expect(out).toMatch(/^2 events recorded/);
    expect(out).toContain('standard input:3: not an event: nonsense');
  }, 300_000);

  test('knows them again', async () => {
    const lines = event(1, 'Started Booted') + event(9, 'Stopped Destroyed');
    const { out } = await cli.run(importEvents, { HOPLEDGER_URL: url }, lines);
    expect(out).toMatch(/^0 events recorded, 2 known before/);
  });
});
