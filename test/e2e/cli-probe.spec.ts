import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ProbedHost } from '../../src/intake/qmp/probed-host.js';
import { factsOf } from '../qmp/binaries.js';
import { CliUnderTest } from './cli-process.js';

const FAKE = fileURLToPath(new URL('../qmp/fake-qemu.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'hopledger-cli-probe-'));
const cli = new CliUnderTest();
let url = '';
beforeAll(async () => {
  ({ url } = await cli.serve({ HOPLEDGER_DATA_DIRECTORY: join(folder, 'data') }));
}, 300_000);
afterAll(async () => {
  await cli.stopAll();
  rmSync(folder, { recursive: true, force: true });
});

const probed = async (environment: Readonly<Record<string, string>> = {}): Promise<ProbedHost> => {
  const { code, out, err } = await cli.run(['probe', '--qemu', FAKE, '--host', 'hosta'], environment);
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out) as ProbedHost;
};

describe('hopledger probe', () => {
  test('prints what a binary says, as it was kept from a real one', async () => {
    const host = await probed({ FAKE_QEMU: '11.1.3' });
    expect(host).toMatchObject({
      host: 'hosta',
      machineTypes: expect.arrayContaining(['pc-q35-11.1', 'q35', 'microvm']),
      builds: [{ version: '11.1.3', package: 'Debian 1:11.1.3+ds-1', emulator: FAKE }],
    });
    expect(host.builds[0]?.probe.facts).toEqual(factsOf('11.1.3'));
  });

  test('asks an older binary without what it does not know', async () => {
    const host = await probed({ FAKE_QEMU: '7.2.22' });
    expect(host.builds[0]?.probe.facts).toEqual(factsOf('7.2.22'));
  });

  test('starts the binary without a board, a display or a file of its own, and never by a shell', async () => {
    const starts = join(folder, 'starts');
    await probed({ FAKE_QEMU_ARGUMENTS: starts });
    expect(JSON.parse(readFileSync(starts, 'utf8'))).toEqual([
      '-machine',
      'none,accel=kvm:tcg',
      '-nodefaults',
      '-no-user-config',
      '-S',
      '-display',
      'none',
      '-qmp',
      'stdio',
    ]);
  });

  test('goes on where a question ends the binary', async () => {
    const host = await probed({ FAKE_QEMU: '8.2.0', FAKE_QEMU_ENDS_AT: 'nvme' });
    const types = host.builds[0]?.probe.facts.types ?? [];
    const told = (name: string): unknown => types.find((type) => type.name === name)?.properties;
    expect([told('nvme'), told('igb')]).toEqual([null, expect.any(Array)]);
  });

  test.each([
    [['--qemu', '/bin/false'], 'PROBE_FAILED'],
    [['--qemu', join(folder, 'nowhere')], 'no program'],
    [['--socket', join(folder, 'nowhere')], 'ENOENT'],
  ])('says why there is no answer: %j', async (options, words) => {
    expect(await cli.run(['probe', ...options])).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining(words),
    });
  });

  test.each([[['--qemu', FAKE, '--socket', 'x']], [['--qemu', FAKE, '--qemu', FAKE, '--raw']]])(
    'refuses what cannot be meant: %j',
    async (options) => {
      expect(await cli.run(['probe', ...options])).toMatchObject({ code: 2, out: '' });
    },
  );
});

describe('hopledger probe --report', () => {
  test('tells the server, and again the same', async () => {
    const at = '2026-11-20T08:00:00Z';
    const report = ['probe', '--qemu', FAKE, '--host', 'hosta', '--report', '--at', at, '--url', url];
    expect(await cli.run(report)).toMatchObject({
      code: 0,
      out: expect.stringContaining('probe of hosta: recorded\n'),
    });
    expect(await cli.run(report)).toMatchObject({
      code: 0,
      out: expect.stringContaining('recorded before, nothing changed'),
    });
    const shown = await cli.run(['host', 'hosta', '--url', url]);
    expect(shown.out).toContain(
      `11.1.3 (Debian 1:11.1.3+ds-1)  ${FAKE}  probed: 41 machine types, 648 device types`,
    );
  });
});
