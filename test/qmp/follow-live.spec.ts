import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from '../../src/cli/client/client.js';
import { cloudEventOf } from '../../src/cli/follow/cloud-event-of.js';
import { followQmp } from '../../src/cli/follow/follow-qmp.js';
import { Outbox, type OutgoingEvent, type SentOutcome } from '../../src/cli/follow/outbox.js';
import { connectSocket } from '../../src/intake/qmp/channels.js';
import { QmpConnection } from '../../src/intake/qmp/connection.js';
import { readLaunchCommand } from '../../src/intake/qmp/launch-command.js';
import { startServer, type RunningServer } from '../e2e/running-server.js';

const QEMU = process.env['HOPLEDGER_TEST_QEMU'] ?? '/usr/bin/qemu-system-x86_64';
const VM = '11111111-2222-4333-8444-00000000000a';
/** A question that meets the end of a process drops its last words; then none is no sign of a crash. */
const KILLED: unknown = expect.stringMatching(/^(CRASHED|UNKNOWN)$/);
const describeOnQemu = existsSync(QEMU) ? describe : describe.skip;

/** Waits for what must come; the test's own time-out ends a wait in vain. */
const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await sleep(20);
};

/** A real QEMU with two monitors: one for the follower, one for the test. */
class Qemu {
  private constructor(
    readonly child: ChildProcess,
    readonly argv: readonly string[],
    readonly followed: string,
    private readonly own: string,
  ) {}

  static async start(directory: string, name: string, more: readonly string[]): Promise<Qemu> {
    const [followed, own] = [join(directory, `${name}.qmp`), join(directory, `${name}.test`)];
    const argv = [
      ...['-nodefaults', '-no-user-config', '-display', 'none', '-accel', 'tcg', '-m', '64'],
      ...['-machine', 'pc-q35-7.2', '-uuid', VM, '-name', 'web01'],
      ...['-device', 'pcie-root-port,id=pci.1,bus=pcie.0,addr=0x2,chassis=1'],
      ...['-qmp', `unix:${followed},server=on,wait=off`, '-qmp', `unix:${own},server=on,wait=off`],
      ...more,
    ];
    const child = spawn(QEMU, argv, { stdio: 'ignore' });
    await until(() => existsSync(own) && existsSync(followed));
    return new Qemu(child, [QEMU, ...argv], followed, own);
  }

  get commandLine(): string {
    return this.argv.map((word) => `${word}\0`).join('');
  }

  async ask(command: string, given?: Readonly<Record<string, unknown>>): Promise<unknown> {
    const monitor = await QmpConnection.open(connectSocket(this.own), 10_000);
    try {
      return await monitor.execute(command, given);
    } finally {
      await monitor.close();
    }
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}

describeOnQemu('following real QEMUs', () => {
  let server: RunningServer;
  let directory: string;
  const qemus: Qemu[] = [];
  const followers: { readonly stop: AbortController; readonly done: Promise<void> }[] = [];
  const sent: OutgoingEvent[] = [];
  const notes: string[] = [];
  let isServerAway = false;

  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hopledger-qmp-'));
    for (const list of [sent, notes, qemus, followers]) list.length = 0;
    isServerAway = false;
  });
  afterEach(async () => {
    for (const { stop } of followers) stop.abort();
    for (const qemu of qemus) await qemu.kill();
    await Promise.all(followers.map(({ done }) => done));
    await rm(directory, { recursive: true, force: true });
  });

  const start = async (name: string, more: readonly string[] = []): Promise<Qemu> => {
    const qemu = await Qemu.start(directory, name, more);
    qemus.push(qemu);
    return qemu;
  };
  const outboxOf = (most = 1000): Outbox => {
    const client = new Client({ url: server.url, token: undefined });
    return new Outbox({
      most,
      note: (text) => notes.push(text),
      firstPauseMs: 10,
      longestPauseMs: 20,
      send: async (events) => {
        if (isServerAway) throw new Error('away');
        return (await client.post('v1/events', {
          body: JSON.stringify(events),
          contentType: 'application/cloudevents-batch+json',
        })) as SentOutcome;
      },
    });
  };
  const follow = (
    qemu: Qemu,
    host: string,
    uuid: string,
    over: { once?: boolean; command?: boolean; migrationEvents?: boolean; answerMs?: number } = {},
  ) => {
    const { once: isOnce = true, command = true, migrationEvents = true, answerMs = 10_000 } = over;
    const stop = new AbortController();
    const outbox = outboxOf();
    const done = followQmp({
      socket: qemu.followed,
      host,
      uuid,
      name: null,
      command: command ? readLaunchCommand(qemu.commandLine) : null,
      migrationEvents,
      once: isOnce,
      intervalMs: 50,
      answerMs,
      signal: stop.signal,
      note: (text) => notes.push(text),
      tell: (told) => {
        const event = cloudEventOf(told, uuid);
        sent.push(event);
        outbox.push(event);
      },
    }).then(async () => {
      if (!isServerAway) expect(await outbox.flush(10_000)).toBe(true);
    });
    followers.push({ stop, done });
    return { stop, done, outbox };
  };
  const types = (host: string): readonly string[] =>
    sent
      .filter(({ data }) => (data as { host: string }).host === host)

      .map(({ type }) => type.replace('hopledger.', ''))
      // SeaBIOS resets the machine once more after a reset.
      .filter((type, at, all) => type !== 'vm.guest_reset' || all[at - 1] !== type);
  const heard = (host: string, type: string) => until(() => types(host).includes(type));
  const life = async () => {
    const { vm } = await server.graphql<{
      vm: {
        state: string;
        current: {
          host: string;
          build: { version: string } | null;
          configuration: { machineType: string } | null;
        } | null;
        processes: { edges: { node: { host: string; origin: string; endReason: string | null } }[] };
        hops: { edges: { node: { outcome: string; from: { host: string } | null; to: { host: string } } }[] };
      } | null;
    }>(`{ vm(uuid: "${VM}") { state current { host build { version } configuration { machineType } }
      processes(first: 20) { edges { node { host origin endReason } } }
      hops(first: 20) { edges { node { outcome from { host } to { host } } } } } }`);
    return {
      state: vm?.state,
      current: vm?.current,
      processes: vm?.processes.edges.map(({ node }) => [node.host, node.origin, node.endReason]),
      hops: vm?.hops.edges.map(({ node }) => [node.from?.host ?? null, node.to.host, node.outcome]),
    };
  };
  const forget = async () => {
    await server.stop();
    server = await startServer();
  };

  it('takes a QEMU that does not answer for a while for no QEMU that ended', async () => {
    const a = await start('a');
    const followed = follow(a, 'hosta', VM, { answerMs: 300 });
    await heard('hosta', 'vm.launched');
    a.child.kill('SIGSTOP');
    await until(() => notes.some((note) => note.includes('does not answer')));
    expect(types('hosta')).toEqual(['vm.launched']);
    a.child.kill('SIGCONT');
    await until(() => notes.some((note) => note.includes('connected again')));
    await a.kill();
    await followed.done;
    expect(types('hosta')).toEqual(['vm.launched', 'vm.stopped']);
    await forget();
  });

  it('tells a life: boot, reset, plug, a hop to another process, its reset, the end', async () => {
    const a = await start('a');
    const fromA = follow(a, 'hosta', VM);
    await heard('hosta', 'vm.launched');
    await a.ask('system_reset');
    await heard('hosta', 'vm.guest_reset');
    const uri = `unix:${join(directory, 'hop')}`;
    const b = await start('b', ['-incoming', uri]);
    const fromB = follow(b, 'hostb', VM);
    await heard('hostb', 'hop.started');
    await a.ask('migrate', { uri });
    await heard('hostb', 'hop.completed');
    await b.ask('system_reset');
    await heard('hostb', 'vm.guest_reset');
    await a.ask('quit');
    await fromA.done;
    await b.ask('device_add', { driver: 'e1000e', bus: 'pci.1', id: 'net1' });
    await heard('hostb', 'vm.device_plugged');
    expect(await fromB.outbox.flush(10_000)).toBe(true);

    expect(types('hosta')).toEqual(['vm.launched', 'vm.guest_reset', 'vm.stopped']);
    expect(types('hostb')).toEqual(['hop.started', 'hop.completed', 'vm.guest_reset', 'vm.device_plugged']);
    const { state, current, processes, hops } = await life();
    expect([state, current?.host, current?.configuration?.machineType]).toEqual([
      'RUNNING',
      'hostb',
      'pc-q35-7.2',
    ]);
    expect(current?.build?.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(processes?.map(([host, origin]) => [host, origin])).toEqual([
      ['hosta', 'COLD_BOOT'],
      ['hostb', 'HOP'],
    ]);
    expect(hops).toEqual([['hosta', 'hostb', 'COMPLETED']]);

    await b.kill();
    await fromB.done;
    expect(types('hostb').at(-1)).toBe('vm.stopped');
    expect((await life()).processes?.at(-1)).toEqual(['hostb', 'HOP', KILLED]);
  });

  it('leaves the guest where it was when the other process refuses it', async () => {
    await forget();
    const a = await start('a');
    const fromA = follow(a, 'hosta', VM);
    await heard('hosta', 'vm.launched');
    const uri = `unix:${join(directory, 'hop')}`;
    // A port more in a machine that did not have one: what is sent has no place for it, and another size of memory.
    const b = await start('b', ['-incoming', uri, '-m', '128']);
    const fromB = follow(b, 'hostb', VM);
    await heard('hostb', 'hop.started');
    await a.ask('migrate', { uri });
    await fromB.done;
    expect(types('hostb')).toEqual(['hop.started', 'hop.failed']);
    await a.ask('system_reset');
    await heard('hosta', 'vm.guest_reset');
    expect(await fromA.outbox.flush(10_000)).toBe(true);
    const { state, current, hops } = await life();
    expect([state, current?.host]).toEqual(['RUNNING', 'hosta']);
    expect(hops).toEqual([['hosta', 'hostb', 'FAILED']]);
  });

  it('sees an arrival without migration events too, and knows nothing of devices without a command line', async () => {
    await forget();
    const a = await start('a');
    const uri = `unix:${join(directory, 'hop')}`;
    const b = await start('b', ['-incoming', uri]);
    follow(b, 'hostb', VM, { migrationEvents: false, command: false });
    await heard('hostb', 'hop.started');
    await a.ask('migrate', { uri });
    await heard('hostb', 'hop.completed');
    const started = sent.find(({ type }) => type === 'hopledger.hop.started');
    expect(started?.['data']).toMatchObject({ configuration: null, name: 'web01' });
  });

  it('loses nothing while the server is away, and keeps the times', async () => {
    await forget();
    isServerAway = true;
    const a = await start('a');
    const { outbox, stop, done } = follow(a, 'hosta', VM);
    await heard('hosta', 'vm.launched');
    for (const count of [1, 2, 3]) {
      await a.ask('system_reset');
      await until(() => sent.filter(({ type }) => type === 'hopledger.vm.guest_reset').length >= count);
    }
    expect(outbox.size).toBe(sent.length);
    isServerAway = false;
    stop.abort();
    await done;
    const { vm } = await server.graphql<{
      vm: { events: { edges: { node: { type: string; occurredAt: string } }[] } };
    }>(`{ vm(uuid: "${VM}") { events(first: 9) { edges { node { type occurredAt } } } } }`);
    const recorded = vm.events.edges.map(({ node }) => node.occurredAt);
    expect(recorded.toSorted()).toEqual(sent.map(({ time }) => time as string).toSorted());
  });

  it('takes the next process on the same socket for another one', async () => {
    await forget();
    const first = await start('a');
    const { outbox } = follow(first, 'hosta', VM, { once: false });
    await heard('hosta', 'vm.launched');
    await first.kill();
    await heard('hosta', 'vm.stopped');
    await start('a');
    await heard('hosta', 'vm.adopted');
    expect(await outbox.flush(10_000)).toBe(true);
    expect((await life()).processes?.map(([, origin, end]) => [origin, end])).toEqual([
      ['COLD_BOOT', KILLED],
      ['ADOPTED', null],
    ]);
  });

  it('refuses to follow another VM than it was told', async () => {
    const a = await start('a');
    const other = VM.replace('1', '2');
    const { done } = follow(a, 'hosta', other);
    followers.length = 0;
    await expect(done).rejects.toThrow(`is VM ${VM}, not ${other}`);
    expect(sent).toEqual([]);
  });

  it('reads a command line from a file as from the process', async () => {
    const a = await start('a');
    const file = join(directory, 'cmdline');
    await writeFile(file, a.argv.join(' '));
    expect(readLaunchCommand(a.argv.join(' '))).toEqual(readLaunchCommand(a.commandLine));
    expect(readLaunchCommand(a.commandLine)).toMatchObject({
      doubt: null,
      incoming: false,
      configuration: {
        machineType: 'pc-q35-7.2',
        exact: true,
        devices: [{ alias: 'pci.1', qomType: 'pcie-root-port' }],
      },
    });
  });
});
