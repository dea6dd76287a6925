import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findBinary } from '../../src/cli/probe/host-facts.js';
import { connectSocket } from '../../src/intake/qmp/channels.js';
import { QmpConnection } from '../../src/intake/qmp/connection.js';
import { CliUnderTest } from './cli-process.js';
import { startServer, type RunningServer } from './running-server.js';

const QEMU = findBinary('qemu-system-x86_64', { PATH: process.env['PATH'] ?? '' });
const VM = '11111111-2222-4333-8444-00000000000b';

(QEMU === null ? describe.skip : describe)('hopledger follow qmp', () => {
  const cli = new CliUnderTest();
  let directory: string;
  let server: RunningServer;
  let qemu: ChildProcess | undefined;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hopledger-follow-'));
    server = await startServer();
  }, 300_000);
  afterAll(async () => {
    qemu?.kill('SIGKILL');
    await cli.stopAll();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('reports a process by its pid until it ends, and ends with it', async () => {
    const [followed, own] = [join(directory, 'a.qmp'), join(directory, 'b.qmp')];
    const machine = [
      '-nodefaults',
      '-machine',
      'q35',
      '-accel',
      'tcg',
      '-display',
      'none',
      '-uuid',
      VM,
      '-S',
    ];
    const sockets = [followed, own].flatMap((path) => ['-qmp', `unix:${path},server=on,wait=off`]);
    qemu = spawn(QEMU ?? '', [...machine, ...sockets], { stdio: 'ignore' });
    while (!existsSync(own)) await new Promise((resolve) => setTimeout(resolve, 20));
    const words = ['follow', 'qmp', followed, '--host', 'hosta', '--vm', VM, '--name', 'web01', '--once'];
    const running = cli.start([...words, '--pid', String(qemu.pid), '--url', server.url]);
    await running.until('hopledger.vm.launched');
    const monitor = await QmpConnection.open(connectSocket(own), 10_000);
    const ended = once(qemu, 'exit');
    await monitor.execute('quit');
    await monitor.close();
    await ended;
    const { code, out } = await running.finished;
    expect(code).toBe(0);
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => line.split('  ')[1]),
    ).toEqual(['hopledger.vm.launched', 'hopledger.vm.stopped']);
    const { vm } = await server.graphql<{
      vm: {
        name: string;
        state: string;
        processes: { nodes: { endReason: string; configuration: { machineType: string } }[] };
      };
    }>(
      `{ vm(uuid: "${VM}") { name state processes(first: 1) { nodes { endReason configuration { machineType } } } } }`,
    );
    expect(vm.name).toBe('web01');
    // What the command line calls q35, by its version.
    expect(vm.processes.nodes[0]?.configuration.machineType).toMatch(/^pc-q35-\d/);
    // A question that meets QEMU's end drops its last words.
    expect(['DESTROYED', 'UNKNOWN']).toContain(vm.processes.nodes[0]?.endReason);
  }, 300_000);

  it('says what is wrong with what it is given', async () => {
    const run = async (...words: readonly string[]) =>
      cli.run(['follow', 'qmp', '/nowhere', '--host', 'h', ...words]);
    expect((await run('--vm', 'web01')).err).toContain('it must be a UUID');
    const both = await run('--vm', VM, '--pid', '1', '--command-line', 'x');
    expect([both.code, both.err.includes('exclude each other')]).toEqual([2, true]);
    expect((await run('--vm', VM, '--command-line', join(directory, 'none'))).err).toContain(
      'cannot be read',
    );
  });
});
