import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadRecording } from '../../src/demo/recording.js';
import { startServer, type RunningServer } from './running-server.js';

const recording = loadRecording();
const VM1 = '11111111-2222-4333-8444-000000000001';

interface Outcome {
  readonly recorded: number;
  readonly repeated: number;
  readonly vms: readonly string[];
  readonly unreadable: readonly unknown[];
}
interface Process {
  readonly host: string;
  readonly origin: string;
  readonly endReason: string | null;
  readonly build: { readonly version: string } | null;
  readonly openedAt: string;
}

describe('importing the logs of three hosts', () => {
  let server: RunningServer;
  beforeEach(async () => {
    server = await startServer({ HOPLEDGER_GRAPHQL_MAX_COST: '10000000' });
  });
  afterEach(() => server.stop());

  const importAll = async (): Promise<readonly Outcome[]> => {
    const outcomes: Outcome[] = [];
    for (const { host, file } of recording.logs) {
      const answer = await server.post(`/v1/libvirt/logs?host=${host}&file=${file}`, recording.log(file));
      expect(answer.status).toBe(200);
      outcomes.push(answer.json as Outcome);
    }
    return outcomes;
  };
  const processes = async (uuid: string): Promise<readonly Process[]> => {
    const { vm } = await server.graphql<{ vm: { processes: { edges: { node: Process }[] } } }>(
      `{ vm(uuid: "${uuid}") { processes(first: 100) { edges { node { host origin endReason openedAt build { version } } } } } }`,
    );
    return vm.processes.edges.map(({ node }) => node);
  };

  it('gives a fleet with no history its history: births with version, hops, endings with reason', async () => {
    const outcomes = await importAll();
    expect(outcomes.flatMap(({ unreadable }) => unreadable)).toEqual([]);
    const life = await processes(VM1);
    expect(life[0]).toMatchObject({
      host: 'hosta',
      origin: 'COLD_BOOT',
      endReason: 'MIGRATED',
      build: { version: '8.0.0' },
    });
    expect(life.filter(({ origin }) => origin === 'COLD_BOOT').map(({ host }) => host)).toEqual([
      'hosta',
      'hostc',
      'hostc',
    ]);
    expect(life.map(({ endReason }) => endReason)).toContain('SAVED');
  });

  it('again changes nothing', async () => {
    await importAll();
    const before = await processes(VM1);
    const again = await importAll();
    expect(again.map(({ recorded }) => recorded)).toEqual(again.map(() => 0));
    expect(await processes(VM1)).toEqual(before);
  });

  it('where every hook was recorded too, finds the same processes', async () => {
    for (const { deliveries } of recording.operations) {
      for (const delivery of deliveries) {
        const { host, at } = delivery;
        const answer =
          delivery.kind === 'event'
            ? await server.post('/v1/libvirt/events', { host, lines: delivery.lines })
            : await server.post('/v1/libvirt/hook', {
                host,
                argv: delivery.argv,
                at,
                xml: recording.xml(delivery.xml),
              });
        expect(answer.status).toBe(200);
      }
    }
    const identity = ({ host, origin, endReason }: Process): unknown => ({ host, origin, endReason });
    const uuids = [1, 2, 3, 4, 5, 6].map((n) => `11111111-2222-4333-8444-00000000000${n}`);
    const before = await Promise.all(uuids.map(processes));
    await importAll();
    const after = await Promise.all(uuids.map(processes));
    // The log of libvirt 9.0 knows one reason that its hooks do not tell.
    const refined = before.map((life, vm) =>
      life.map((process, index) => ({
        ...process,
        endReason:
          process.endReason === 'UNKNOWN' ? (after[vm]?.[index]?.endReason ?? null) : process.endReason,
      })),
    );
    expect(after.map((life) => life.map(identity))).toEqual(refined.map((life) => life.map(identity)));
    // Only a start that a hook refused left no line that names the build.
    expect(after.flat().filter(({ build, endReason }) => build === null && endReason !== 'FAILED')).toEqual(
      [],
    );
  });

  it('is never wrong and certain about a register', async () => {
    await importAll();
    const wrong: unknown[] = [];
    let told = 0;
    for (const { at, durationMs, title, deliveries, after } of recording.operations) {
      const name = deliveries
        .map((delivery) => (delivery.kind === 'hook' ? delivery.argv[0] : undefined))
        .find((text) => text !== undefined);
      if (name === undefined) continue;
      const { vm } = await server.graphql<{
        vm: {
          carried: {
            edges: {
              node: { alias: string; behaviourId: string; value: string | null; certainty: string };
            }[];
          };
        } | null;
      }>(
        `query ($uuid: UUID!, $time: DateTime!) { vm(uuid: $uuid, asOf: {time: $time}) { carried(first: 200) { edges { node { alias behaviourId value certainty } } } } }`,
        {
          uuid: `11111111-2222-4333-8444-00000000000${name.slice(2)}`,
          time: new Date(Date.parse(at) + durationMs).toISOString(),
        },
      );
      for (const [alias, register] of Object.values(after.registers).flatMap((values) =>
        Object.entries(values),
      )) {
        const node = vm?.carried.edges.find(
          (edge) => edge.node.alias === alias && edge.node.behaviourId === 'pcie-err-unc-mask',
        )?.node;
        if (node?.value == null || node.certainty !== 'CERTAIN') continue;
        told += 1;
        if ((node.value === 'on' ? '0x02400000' : '0x00000000') !== register)
          wrong.push({ title, alias, register, node });
      }
    }
    expect(wrong).toEqual([]);
    expect(told).toBeGreaterThan(20);
  });
});
