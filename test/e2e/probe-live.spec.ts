import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ProbedHost } from '../../src/intake/qmp/probed-host.js';
import { findBinary } from '../../src/cli/probe/host-facts.js';
import { machineTypeOf, propertyOf } from '../../src/domain/qemu/build-facts-lookup.js';
import { BINARIES, factsOf } from '../qmp/binaries.js';
import { CliUnderTest } from './cli-process.js';

const QEMU = findBinary('qemu-system-x86_64', { PATH: process.env['PATH'] ?? '' });
if (QEMU === null)
  console.warn('skipped: no qemu-system-x86_64 is on the PATH; Debian has it in qemu-system-x86');

const WAIT_MS = 10_000;

/** A QEMU that listens for QMP, for as long as a test takes. */
const listening = async (socket: string, machine: string): Promise<() => Promise<void>> => {
  const child = spawn(
    QEMU ?? '',
    [
      '-machine',
      machine,
      '-nodefaults',
      '-S',
      '-display',
      'none',
      '-qmp',
      `unix:${socket},server=on,wait=off`,
    ],
    { stdio: 'ignore' },
  );
  const ended = once(child, 'close');
  const began = Date.now();
  while (!existsSync(socket)) {
    if (child.exitCode !== null || Date.now() - began > WAIT_MS) throw new Error('QEMU does not listen');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return async () => {
    child.kill('SIGKILL');
    await ended;
  };
};

// Without QEMU's package there is nothing to ask; the recorded answers are tried in cli-probe.spec.ts.
(QEMU === null ? describe.skip : describe)('a real QEMU', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hopledger-probe-live-'));
  const cli = new CliUnderTest();
  let host: ProbedHost;
  beforeAll(async () => {
    const { code, out, err } = await cli.run(['probe', '--qemu', QEMU ?? '', '--host', 'here']);
    expect([code, err]).toEqual([0, '']);
    host = JSON.parse(out) as ProbedHost;
  }, 300_000);
  afterAll(async () => {
    await cli.stopAll();
    rmSync(folder, { recursive: true, force: true });
  });

  test('says what it is', () => {
    const [build] = host.builds;
    const words = execFileSync(QEMU ?? '', ['--version'], { encoding: 'utf8' });
    expect(words).toContain(build?.version);
    if (build?.package != null) expect(words).toContain(build.package);
    expect(build?.emulator).toBe(QEMU);
  });

  test('has the machine types and properties that every x86 QEMU has', () => {
    const facts = host.builds[0]?.probe.facts ?? factsOf('8.0.0');
    expect(facts.target).toBe('x86_64');
    expect(machineTypeOf(facts, 'q35')?.name).toMatch(/^pc-q35-/);
    expect(machineTypeOf(facts, 'none')).toBeDefined();
    expect(propertyOf(facts, 'e1000e', 'mac')).toMatchObject({ type: 'str' });
    expect(propertyOf(facts, 'e1000e', 'no-such-property')).toBeNull();
    expect(facts.types.length).toBeGreaterThan(300);
  });

  test('says what it said when its answers were kept, if it is one of those binaries', () => {
    const facts = host.builds[0]?.probe.facts;
    const kept = BINARIES.map(factsOf).find(
      ({ build }) => build.package !== null && build.package === facts?.build.package,
    );
    if (kept === undefined || facts === undefined) return;
    // It may have more: modules are packages of their own.
    const here = new Set(facts.types.map(({ name }) => name));
    expect(kept.types.filter(({ name }) => !here.has(name))).toEqual([]);
    expect(facts.machineTypes).toEqual(kept.machineTypes);
  });

  test('says the same each time', async () => {
    const again = await cli.run(['probe', '--qemu', QEMU ?? '', '--host', 'here']);
    expect((JSON.parse(again.out) as ProbedHost).builds[0]?.probe.facts.fingerprint).toBe(
      host.builds[0]?.probe.facts.fingerprint,
    );
  });

  test('answers behind a socket as well, and a running machine is left alone', async () => {
    const [idle, busy] = [join(folder, 'idle'), join(folder, 'busy')];
    const stops = [await listening(idle, 'none'), await listening(busy, 'q35')];
    try {
      const asked = await cli.run(['probe', '--socket', idle]);
      expect((JSON.parse(asked.out) as ProbedHost).builds[0]).toMatchObject({
        version: host.builds[0]?.version,
        emulator: null,
      });
      expect(await cli.run(['probe', '--socket', busy])).toMatchObject({
        code: 1,
        err: expect.stringContaining('a machine (pc-q35-'),
      });
    } finally {
      for (const stop of stops) await stop();
    }
  });
});
