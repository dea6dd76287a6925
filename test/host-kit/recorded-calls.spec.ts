import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '../../src/demo/client.js';
import { play, type Played } from '../../src/demo/play.js';
import { loadRecording, type RecordedHookCall } from '../../src/demo/recording.js';
import { startServer, type RunningServer } from '../e2e/running-server.js';
import { hasCurl, HOOK, Kit, type Outcome } from './kit.js';

const recording = loadRecording();

/** `date` says what the test has it say once, and the true time from then on. */
const RECORDED_DATE = `
next=$HOPLEDGER_HOST_ROOT/next-date
if [ -s "$next" ]; then cat "$next"; rm -f "$next"; else exec /bin/date "$@"; fi`;

/** One kit for each host of the recording. */
const kitsOf = (server: string): ReadonlyMap<string, Kit> =>
  new Map(
    recording.hosts.map(({ name }) => {
      const kit = new Kit({ server, host: name, timeout: 20, report_timeout: 20 });
      kit.program('date', RECORDED_DATE);
      return [name, kit];
    }),
  );

type Call = Pick<RecordedHookCall, 'argv' | 'at'>;

const setNext = (kit: Kit, { at }: Call): void => writeFileSync(kit.path('next-date'), at.replace('Z', ''));

/** A call of the hook, at the time at which it was recorded. */
const callAt = (kit: Kit, call: Call, xml: string): Promise<Outcome> => {
  setNext(kit, call);
  return kit.hook(call.argv, xml);
};

/** Hook calls go through the real script; everything else as the demo has it. */
class ThroughTheHook extends Client {
  constructor(
    url: string,
    private readonly kits: ReadonlyMap<string, Kit>,
  ) {
    super(url);
  }

  protected called(kit: Kit, call: Call, xml: string): Promise<Outcome> {
    return callAt(kit, call, xml);
  }

  override async post<T>(path: string, body: unknown): Promise<T> {
    if (path !== '/v1/libvirt/hook') return super.post(path, body);
    const { host, xml, ...call } = body as Pick<RecordedHookCall, 'host' | 'argv' | 'at' | 'xml'>;
    const kit = this.kits.get(host);
    if (kit === undefined) throw new Error(`no kit for ${host}`);
    const { status, out } = await this.called(kit, call, xml);
    const uuid = /<uuid>(.*)<\/uuid>/.exec(xml)?.[1] ?? '';
    const answer = status === 0 ? (out === '' ? 'unchanged' : 'rewritten') : 'refused';
    const asks = ['migrate', 'restore'].includes(call.argv[1] ?? '');
    return { uuid, answer, message: null, verdict: asks ? 'of the script' : null, xml: out || null } as T;
  }
}

/** A libvirt of 6.5 or later, where the link that an older one needs is left. */
class ThroughTheLinkToo extends ThroughTheHook {
  protected override async called(kit: Kit, call: Call, xml: string): Promise<Outcome> {
    const link = kit.path('etc/libvirt/hooks/qemu');
    mkdirSync(dirname(link), { recursive: true });
    if (!existsSync(link)) symlinkSync(HOOK, link);
    setNext(kit, call);
    const first = await kit.run(link, call.argv, xml);
    // With what the first printed, 40 ms later; no time is set: where it is asked for, it is the true one.
    const second = await kit.hook(call.argv, first.out === '' ? xml : first.out);
    const [status, out] = [first, second].reduce<[number | null, string]>(
      (sum, one) => [sum[0] === 0 ? one.status : sum[0], one.out === '' ? sum[1] : one.out],
      [0, ''],
    );
    return { ...second, status, out };
  }
}

const playAll = async (client: Client): Promise<readonly Played[]> => {
  const played: Played[] = [];
  for await (const one of play(client, recording)) played.push(one);
  return played;
};

/** What is to be the same: where each VM is, what it carries, and how that agrees with what was measured. */
const derived = (played: readonly Played[]): unknown =>
  played.map(({ vm, recorded, checks, answers, operation }) => ({
    number: operation.number,
    vm,
    recorded,
    checks,
    answers: answers.map(({ answer, xml }) => [answer === 'rewritten', answer === 'rewritten' ? xml : null]),
  }));

const reportHosts = async (client: Client): Promise<void> => {
  for (const { name, qemu, libvirt, kernel } of recording.hosts)
    await client.graphql('mutation ($input: ReportHostInput!) { reportHost(input: $input) { __typename } }', {
      input: {
        idempotencyKey: name,
        host: name,
        builds: [qemu],
        libvirt: libvirt.version,
        kernel,
        occurredAt: recording.operations[0]?.at,
      },
    });
};

const DELIVERIES = recording.operations.flatMap((operation) => operation.deliveries);
const UUIDS = new Set(
  DELIVERIES.flatMap((one) =>
    one.kind === 'hook' ? (/<uuid>(.*)<\/uuid>/.exec(recording.xml(one.xml))?.[1] ?? []) : [],
  ),
);

/** Every VM with its hops. What was answered at the time is not asked for: where nobody was there, it is missing. */
const lineages = (url: string): Promise<readonly unknown[]> =>
  Promise.all(
    [...UUIDS].map((uuid) =>
      new Client(url).graphql(
        `query ($uuid: UUID!) { vm(uuid: $uuid) { name state current { host openedAt }
          carried(first: 200) { edges { node { alias behaviourId value certainty } } }
          hops(first: 100) { edges { node { outcome startedAt endedAt from { host } to { host } } } } } }`,
        { uuid },
      ),
    ),
  );

const kitOf = (kits: ReadonlyMap<string, Kit>, host: string): Kit => {
  const kit = kits.get(host);
  if (kit === undefined) throw new Error(`no kit for ${host}`);
  return kit;
};

(hasCurl ? describe : describe.skip)('the recorded calls of three libvirts, through the real script', () => {
  const servers: RunningServer[] = [];
  const kits: Kit[] = [];
  let expected: readonly Played[];
  beforeAll(async () => {
    servers.push(await startServer(), await startServer(), await startServer());
    expected = await playAll(new Client(servers[0]?.url ?? ''));
  }, 300_000);
  afterAll(async () => {
    await Promise.all(kits.map((kit) => kit.remove()));
    await Promise.all(servers.map((server) => server.stop()));
  });

  it('derive to what the demo derives, every register as it was measured, the tainted hops given their XML', async () => {
    const [, scripted] = servers;
    if (scripted === undefined) throw new Error('no server');
    const through = kitsOf(scripted.url);
    kits.push(...through.values());
    const played = await playAll(new ThroughTheHook(scripted.url, through));
    expect(derived(played)).toEqual(derived(expected));
    const checks = played.flatMap((one) => one.checks);
    expect(checks.filter(({ agrees }) => !agrees)).toEqual([]);
    expect(checks.length).toBeGreaterThan(100);
  }, 300_000);

  it('made twice by a libvirt that runs a link from before it was upgraded too, derive to the same', async () => {
    const linked = await startServer();
    servers.push(linked);
    const through = kitsOf(linked.url);
    kits.push(...through.values());
    expect(derived(await playAll(new ThroughTheLinkToo(linked.url, through)))).toEqual(derived(expected));
    const [plain] = servers;
    expect(await lineages(linked.url)).toEqual(await lineages(plain?.url ?? ''));
  }, 480_000);

  it('spooled on every host while the server is away, and delivered host by host, derive to the same, once', async () => {
    const [plain, , late] = servers;
    if (plain === undefined || late === undefined) throw new Error('no servers');
    const client = new Client(late.url);
    const through = kitsOf('http://127.0.0.1:9');
    kits.push(...through.values());
    await reportHosts(client);
    for (const delivery of DELIVERIES) {
      if (delivery.kind === 'hook') {
        const { status } = await callAt(kitOf(through, delivery.host), delivery, recording.xml(delivery.xml));
        expect(status).toBe(0);
      } else {
        await client.post('/v1/libvirt/events', { host: delivery.host, lines: delivery.lines });
      }
    }
    for (const [host, kit] of [...through].reverse()) {
      kit.configure({ server: late.url, host });
      const before = kit.spooled().length;
      // Else the uptime would tell that the recorded times are not of today.
      kit.reboot();
      expect(before).toBe(DELIVERIES.filter((one) => one.kind === 'hook' && one.host === host).length);
      expect((await kit.host('deliver')).status).toBe(0);
      expect({ waiting: kit.spooled(), rejected: kit.rejected() }).toEqual({ waiting: [], rejected: [] });
    }
    expect(await lineages(late.url)).toEqual(await lineages(plain.url));
  }, 300_000);

  it('with the server killed and started again in the middle, derive to the same', async () => {
    const [plain] = servers;
    if (plain === undefined) throw new Error('no server');
    const directory = mkdtempSync(join(tmpdir(), 'hopledger-killed-'));
    let server = await startServer({}, directory);
    const through = kitsOf(server.url);
    kits.push(...through.values());
    // What hops did is recorded: none may be refused for the time without a server.
    const configure = (): void =>
      through.forEach((kit, host) =>
        kit.configure({
          server: server.url,
          host,
          timeout: 20,
          report_timeout: 20,
          unreachable_tainted: 'fail-open',
        }),
      );
    configure();
    try {
      await reportHosts(new Client(server.url));
      const third = Math.floor(DELIVERIES.length / 3);
      const missed: (typeof DELIVERIES)[number][] = [];
      for (const [index, delivery] of DELIVERIES.entries()) {
        if (index === third) await server.stop();
        if (index === 2 * third) {
          server = await startServer({}, directory);
          configure();
          const client = new Client(server.url);
          for (const one of missed)
            if (one.kind === 'event')
              await client.post('/v1/libvirt/events', { host: one.host, lines: one.lines });
          for (const kit of through.values()) {
            expect(kit.spooled().length).toBeGreaterThan(0);
            kit.reboot();
            expect((await kit.host('deliver')).status).toBe(0);
          }
        }
        const isAway = index >= third && index < 2 * third;
        if (delivery.kind === 'hook')
          await callAt(kitOf(through, delivery.host), delivery, recording.xml(delivery.xml));
        else if (isAway) missed.push(delivery);
        else
          await new Client(server.url).post('/v1/libvirt/events', {
            host: delivery.host,
            lines: delivery.lines,
          });
      }
      for (const kit of through.values())
        expect({ waiting: kit.spooled(), rejected: kit.rejected() }).toEqual({ waiting: [], rejected: [] });
      expect(await lineages(server.url)).toEqual(await lineages(plain.url));
    } finally {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  }, 300_000);
});
