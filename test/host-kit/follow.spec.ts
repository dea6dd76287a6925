import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { loadRecording } from '../../src/demo/recording.js';
import { startServer, type RunningServer } from '../e2e/running-server.js';
import { Answering } from './answering.js';
import { eventually, hasCurl, Kit, stop } from './kit.js';

const recording = loadRecording();
const LIVE_OF_VM1 = recording.xml('003-hosta-vm1-started-begin.xml').replace(/ id='\d+'/, " id='1'");
const LINES = recording.operations
  .flatMap(({ deliveries }) => deliveries)
  .filter((one) => one.kind === 'event')
  .filter(({ host }) => host === 'hosta')
  .map(({ lines }) => lines.join('\n'));

/** What a host says through virsh is in files; what `virsh event` prints is in `events.N`, N being the N-th time that it runs. */
const VIRSH = `
here=$HOPLEDGER_HOST_ROOT/libvirt
[ -e "$here/down" ] && { echo 'error: failed to connect to the hypervisor' >&2; exit 1; }
case "$*" in
  *' event '*)
    number=$(($(cat "$here/runs" 2>/dev/null || echo 0) + 1))
    echo $number >"$here/runs"
    [ -e "$here/events.$number" ] && cat "$here/events.$number"
    # Until libvirtd ends, as it were.
    while ! [ -e "$here/end.$number" ]; do sleep 0.05; done
    echo 'error: Disconnected from qemu:///system due to end of file'
    exit 1 ;;
  *' list --uuid'*) cat "$here/uuids" ;;
  *domstate*) cat "$here/state" ;;
  *dumpxml*) cat "$here/xml" ;;
  *) exit 1 ;;
esac`;

interface Told {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

(hasCurl ? describe : describe.skip)('the follower', () => {
  let server: RunningServer;
  let kit: Kit;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());
  let host = 0;
  let name = '';
  // A VM of its own for each test: they share the server.
  let uuid = '';
  let live = '';
  beforeEach(() => {
    name = `host${(host += 1)}`;
    uuid = `aaaaaaaa-2222-4333-8444-${String(host).padStart(12, '0')}`;
    live = LIVE_OF_VM1.replace(/<uuid>.*<\/uuid>/, `<uuid>${uuid}</uuid>`);
    kit = new Kit({ server: server.url, host: name, follow_interval: 1 });
    kit.configure({
      server: server.url,
      host: name,
      follow_interval: 1,
      log_directory: kit.path('log-files'),
    });
    mkdirSync(kit.path('libvirt'));
    mkdirSync(kit.path('log-files'));
    kit.program('virsh', VIRSH);
    libvirt('uuids', '');
    libvirt('state', 'running (booted)\n');
    libvirt('xml', live);
  });
  afterEach(() => kit.remove());
  const libvirt = (file: string, text: string): void => writeFileSync(kit.path(`libvirt/${file}`), text);
  const runs = (): number => {
    try {
      return Number(readFileSync(kit.path('libvirt/runs'), 'utf8'));
    } catch {
      return 0;
    }
  };
  const told = async (...types: readonly string[]): Promise<readonly Told[]> => {
    const { events } = await server.graphql<{ events: { edges: readonly { node: Told }[] } }>(
      'query ($types: [EventType!]) { events(filter: { types: $types }, first: 200) { edges { node { type data } } } }',
      { types: types.length === 0 ? null : types },
    );
    return events.edges.map(({ node }) => node).filter(({ data }) => data['host'] === name);
  };

  it('sends every line, across restarts of libvirtd, and notes each gap', async () => {
    libvirt('uuids', `${uuid}\n\n`);
    const half = Math.floor(LINES.length / 2);
    libvirt('events.1', `${LINES.slice(0, half).join('\n')}\n`);
    libvirt('events.2', `${LINES.slice(half).join('\n')}\n`);
    const follower = kit.start('follow');
    await eventually(() => runs() === 1);
    // The daemon goes just when its last lines are out.
    libvirt('end.1', '');
    await eventually(() => runs() === 2);
    await eventually(async () => (await told('ReportsMissed')).length === 1);
    await stop(follower);
    const again = await server.post('/v1/libvirt/events', { host: name, lines: LINES.join('\n') });
    // Sent once more by hand: nothing of it is new.
    expect(again.json).toMatchObject({ recorded: 0, unclaimed: 0 });
    expect((again.json as { repeated: number }).repeated).toBeGreaterThan(20);
    expect((await told('VmAdopted')).length).toBe(1);
    expect((await told('ReportsMissed'))[0]?.data).toMatchObject({ source: 'follower', count: null });
  }, 300_000);

  it('notes the gap that a host without power leaves', async () => {
    mkdirSync(kit.path('var/lib/hopledger-host/follow'), { recursive: true });
    writeFileSync(kit.path('var/lib/hopledger-host/follow/alive'), '2026-11-21T03:10:21.127Z');
    const follower = kit.start('follow');
    await eventually(async () => (await told('ReportsMissed')).length === 1);
    await stop(follower);
    expect((await told('ReportsMissed'))[0]?.data).toMatchObject({ from: '2026-11-21T03:10:21.127Z' });
  }, 300_000);

  it('waits for a libvirtd that is not there, and stops at once when it is told to', async () => {
    libvirt('down', '');
    const follower = kit.start('follow');
    let log = '';
    await eventually(() => (log += kit.log()).includes('no events of libvirt'));
    await stop(follower);
    expect(log).toContain('failed to connect');
  }, 300_000);

  it('sends an event of several lines whole, and none that is not all there', async () => {
    const job = LINES.find((lines) => lines.includes('job-completed')) ?? '';
    expect(job.split('\n').length).toBeGreaterThan(3);
    libvirt('events.1', `${job}\n2026-11-21 03:10:21.127+0000: event 'reboot' for dom`);
    libvirt('uuids', `${uuid}\n`);
    const follower = kit.start('follow');
    await eventually(() => readsAll(kit, job.length + 1));
    await stop(follower);
    expect(kit.log()).not.toContain('cannot');
    const again = await server.post('/v1/libvirt/events', { host: name, lines: job });
    expect(again.json).toMatchObject({ recorded: 0, unclaimed: 0, unreadable: [] });
  }, 300_000);

  it('cuts no event in two that was half written when it looked, and holds up none before it', async () => {
    const job = LINES.find((lines) => lines.includes('job-completed')) ?? '';
    const middle = job.indexOf('\n', job.indexOf('\n') + 1) + 1;
    const [first, half, rest] = [LINES[0] ?? '', job.slice(0, middle), job.slice(middle)];
    const parts = [`${first}\n${half}`, `${rest}\n`, '', `${first}\n`, half, `${rest}\n`];
    for (const [index, part] of parts.entries()) writeFileSync(kit.path(`part.${index}`), part);
    writeFileSync(
      kit.path('looks'),
      `. "$HOPLEDGER_HOST_LIB/common.sh"; . "$HOPLEDGER_HOST_LIB/follow.sh"
work=$root events=$root/events
send() { cat "$5"; echo --; }
: >"$events"; echo 0 >"$events.sent"
for part in ${parts.map((_, index) => index).join(' ')}; do cat "$root/part.$part" >>"$events"; send_new_lines settled; done
send_new_lines settled`,
    );
    const { out } = await kit.run(kit.path('looks'), [], '');
    expect(out.split('--\n')).toEqual([`${first}\n`, `${job}\n`, `${first}\n`, `${job}\n`, '']);
  });

  it('keeps the lines of a server that is away, in their order with the hook calls', async () => {
    kit.configure({ server: 'http://127.0.0.1:9', host: name, follow_interval: 1 });
    libvirt('events.1', `${LINES[0] ?? ''}\n`);
    const follower = kit.start('follow');
    await eventually(() => kit.spooled().some((entry) => entry.endsWith('.events')));
    await kit.hook(['vm1', 'started', 'begin', '-'], live);
    await stop(follower);
    const kinds = kit.spooled().map((entry) => entry.split('.').at(-1));
    expect(kinds.slice(-2)).toEqual(['events', 'started']);
    kit.configure({ server: server.url, host: name });
    expect((await kit.host('deliver')).status).toBe(0);
    expect({ waiting: kit.spooled(), rejected: kit.rejected() }).toEqual({ waiting: [], rejected: [] });
  }, 300_000);

  describe('reconciling', () => {
    it('tells what runs, once for each process', async () => {
      libvirt('uuids', `${uuid}\n`);
      expect((await kit.host('reconcile')).status).toBe(0);
      expect((await kit.host('reconcile')).status).toBe(0);
      expect(await told('VmAdopted')).toHaveLength(1);
      libvirt('xml', live.replace("id='1'", "id='2'"));
      await kit.host('reconcile');
      expect(await told('VmAdopted')).toHaveLength(2);
    });

    it('takes no process for a guest that is still on its way', async () => {
      libvirt('uuids', `${uuid}\n`);
      libvirt('state', 'paused (migrating)\n');
      expect((await kit.host('reconcile')).status).toBe(0);
      expect(await told('VmAdopted')).toEqual([]);
    });

    it('tells what ended without a word, and not what came since it asked', async () => {
      libvirt('uuids', `${uuid}\n`);
      await kit.host('reconcile');
      await eventually(async () => (await running(server, name)).length === 1);
      // It came since: a host that asked libvirt before knows nothing of it.
      const early = await server.post(`/v1/libvirt/gone?host=${name}&at=2020-01-01T00:00:00.000Z`, '');
      expect(early.json).toMatchObject({ gone: [] });
      libvirt('uuids', '');
      await kit.host('reconcile');
      expect((await told('VmStopped')).map(({ data }) => data['reason'])).toEqual(['unknown']);
      await kit.host('reconcile');
      expect(await told('VmStopped')).toHaveLength(1);
    });

    it('says nothing is gone when libvirt does not answer', async () => {
      libvirt('uuids', `${uuid}\n`);
      await kit.host('reconcile');
      await eventually(async () => (await running(server, name)).length === 1);
      libvirt('down', '');
      expect((await kit.host('reconcile')).status).toBe(1);
      expect(await told('VmStopped')).toEqual([]);
    });

    it('imports the logs, what is new of them next time, and a rotated one to its end', async () => {
      const log = recording.log('hosta-vm1.log');
      const starts = [...log.matchAll(/^\d{4}-.*: starting up/gm)].map(({ index }) => index);
      const cut = (starts[1] ?? 0) + 500;
      const write = (file: string, text: string): void => writeFileSync(kit.path(`log-files/${file}`), text);
      write('vm1.log', log.slice(0, cut));
      await kit.host('reconcile');
      const first = (await told()).length;
      expect(first).toBeGreaterThan(0);
      await kit.host('reconcile');
      expect(await told()).toHaveLength(first);
      write('vm1.log', log);
      write('vm1.log.1', recording.log('hosta-vm2.log'));
      await kit.host('reconcile');

      const reference = await startServer();
      try {
        for (const file of ['hosta-vm1.log', 'hosta-vm2.log'])
          await reference.post(`/v1/libvirt/logs?host=${name}`, recording.log(file));
        const { events } = await reference.graphql<{ events: { edges: readonly { node: Told }[] } }>(
          '{ events(filter: { types: [VmLaunched, HopStarted, HopCompleted, VmStopped, StateSaved, StateRestored] }, first: 200) { edges { node { type data } } } }',
        );
        const known = (all: readonly Told[]): readonly string[] =>
          all
            .filter(({ data }) => data['configuration'] !== null)
            .map((one) => JSON.stringify(one))
            .sort();
        expect(known(await told())).toEqual(known(events.edges.map(({ node }) => node)));
      } finally {
        await reference.stop();
      }
    }, 300_000);

    it('keeps no copy of logs for a server that is away: they are sent once it is there', async () => {
      writeFileSync(kit.path('log-files/vm1.log'), recording.log('hosta-vm1.log'));
      kit.configure({ server: 'http://127.0.0.1:9', host: name, log_directory: kit.path('log-files') });
      await kit.host('reconcile');
      expect(kit.spooled()).toEqual([]);
      kit.configure({ server: server.url, host: name, log_directory: kit.path('log-files') });
      await kit.host('reconcile');
      expect((await told('HopStarted')).length).toBeGreaterThan(0);
    });

    it('tells an end as the log has it, although the server was away when the host came up again', async () => {
      libvirt('uuids', `${uuid}\n`);
      await kit.host('reconcile');
      await eventually(async () => (await running(server, name)).length === 1);
      const command = `/usr/bin/qemu-system-x86_64 \\\n-name guest=vm1 \\\n-uuid ${uuid}`;
      const began = `${second(-5)}: starting up libvirt version: 9.0.0, package: 1, qemu version: 7.2.0, kernel: 6.1.0, hostname: ${name}\n`;
      writeFileSync(
        kit.path('log-files/vm1.log'),
        `${began}LC_ALL=C \\\n${command}\n${second(0)}: shutting down, reason=crashed\n`,
      );
      libvirt('uuids', '');
      kit.configure({ server: 'http://127.0.0.1:9', host: name, log_directory: kit.path('log-files') });
      expect((await kit.host('reconcile')).status).toBe(0);
      kit.configure({ server: server.url, host: name, log_directory: kit.path('log-files') });
      expect((await kit.host('deliver')).status).toBe(0);
      await kit.host('reconcile');
      expect((await told('VmStopped')).map(({ data }) => data['reason'])).toEqual(['crashed']);
    });

    it('tells what no longer runs as soon as the logs are delivered', async () => {
      writeFileSync(kit.path('log-files/vm1.log'), recording.log('hosta-vm1.log'));
      const ways: string[] = [];
      const fake = await Answering.start(({ url }) => {
        ways.push(url.pathname);
        const away = ways.length === 1;
        return { status: away ? 503 : 200, headers: { 'hopledger-request': 'r' } };
      });
      try {
        kit.configure({ server: fake.url, host: name, log_directory: kit.path('log-files') });
        const follower = kit.start('follow');
        await eventually(() => ways.includes('/v1/libvirt/gone'));
        await stop(follower);
        const logs = '/v1/libvirt/logs';
        expect(ways.slice(0, ways.indexOf('/v1/libvirt/gone')).filter((way) => way === logs)).toEqual([
          logs,
          logs,
        ]);
      } finally {
        await fake.close();
      }
    }, 300_000);

    it('takes the end from a log that was cut to nothing while the VM ran, and forgets logs that are no more', async () => {
      const log = recording.log('hosta-vm1.log');
      const second = log.indexOf(': starting up', log.indexOf(': starting up') + 1);
      const whole = log.slice(0, log.lastIndexOf('\n', second) + 1);
      const end = whole.lastIndexOf('\n', whole.indexOf(': shutting down')) + 1;
      const file = kit.path('log-files/vm1.log');
      const rotated = kit.path('log-files/vm1.log.1');
      writeFileSync(file, whole.slice(0, end));
      await kit.host('reconcile');
      const before = (await told('VmStopped', 'HopCompleted', 'StateSaved')).length;
      // As copytruncate does it.
      writeFileSync(rotated, whole.slice(0, end));
      writeFileSync(file, whole.slice(end));
      await kit.host('reconcile');
      expect(await told('VmStopped', 'HopCompleted', 'StateSaved')).toHaveLength(before + 1);
      const seen = (): number => readdirSync(kit.path('var/lib/hopledger-host/logs')).length;
      expect(seen()).toBe(2);
      rmSync(rotated);
      await kit.host('reconcile');
      expect(seen()).toBe(1);
    });

    it('leaves out what a chatty QEMU wrote, and not how it ended', async () => {
      const log = recording.log('hosta-vm1.log');
      const end = log.indexOf(': shutting down');
      const line = log.lastIndexOf('\n', end) + 1;
      const chatter = 'qemu: invalid guest access\n'.repeat(120_000);
      writeFileSync(kit.path('log-files/vm1.log'), log.slice(0, line) + chatter + log.slice(line));
      expect((await kit.host('reconcile')).status).toBe(0);
      expect(kit.rejected()).toEqual([]);
      expect((await told('VmStopped', 'HopCompleted', 'StateSaved')).length).toBeGreaterThan(0);
    }, 300_000);
  });
});

const running = async (server: RunningServer, host: string): Promise<readonly unknown[]> => {
  const { vms } = await server.graphql<{ vms: { edges: readonly unknown[] } }>(
    'query ($host: String) { vms(filter: { host: $host }, first: 10) { edges { node { uuid } } } }',
    { host },
  );
  return vms.edges;
};

/** As libvirt's logs write it: so many seconds from now. */
const second = (offset: number): string =>
  new Date(Date.now() + offset * 1000).toISOString().replace('T', ' ').replace('Z', '+0000');

const readsAll = (kit: Kit, bytes: number): boolean => {
  try {
    return Number(readFileSync(kit.path('var/lib/hopledger-host/follow/events.sent'), 'utf8')) === bytes;
  } catch {
    return false;
  }
};
