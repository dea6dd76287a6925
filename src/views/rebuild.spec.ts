import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MemoryLedger } from '../ledger/memory/memory-ledger.js';
import type { VmEvent } from '../domain/vm/events.js';
import * as life from './fixtures/sample-life.js';
import { CATALOGUE, Stand, type Replica } from './fixtures/stand.js';

const { CLEAN, TAINT, TAINTING, hostReport, launched, said, uuidOf } = life;

let stand: Stand;
beforeEach(() => {
  stand = new Stand();
});
afterEach(() => stand.close());

/** Everything that the views answer, but how they got there. */
const answers = ({ views }: Replica, uuids: readonly string[]) => ({
  rows: views.vms({}, 1000, null).rows,
  fleet: views.fleet(),
  tainted: views.vms({ behaviour: TAINT }, 1000, null).rows.map(({ uuid }) => uuid),
  names: ['hosta', 'hostb'].flatMap((host) => ['guest', 'other'].map((name) => views.domainUuid(host, name))),
  failures: views.failures(),
  position: views.position(),
  single: uuids.map((uuid) => views.vm(uuid)),
});

type Step =
  | { readonly kind: 'vm'; readonly vm: number; readonly minute: number; readonly event: VmEvent }
  | { readonly kind: 'host'; readonly host: string; readonly minute: number; readonly tainting: boolean }
  | { readonly kind: 'pause' };

const host = fc.constantFrom('hosta', 'hostb');
const name = fc.constantFrom('guest', 'other', null);
const build = fc.constantFrom(TAINTING, CLEAN, null);
const event: fc.Arbitrary<VmEvent> = fc.oneof(
  fc.tuple(host, build, name).map((of) => launched(...of)),
  fc.tuple(host, fc.constantFrom(TAINTING, CLEAN), name).map((of) => life.incoming(...of)),
  fc.tuple(host, name).map((of) => life.arrived(...of)),
  host.map(life.left),
  host.map(life.reset),
  fc.tuple(host, name).map((of) => life.stopped(...of)),
);
const minute = fc.integer({ min: 0, max: 200 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('vm' as const),
      vm: fc.integer({ min: 0, max: 3 }),
      minute,
      event,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('host' as const), host, minute, tainting: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'pause' as const }) },
);

describe('the views', () => {
  it('built from zero are those that were kept live, whatever the events and their order', async () => {
    const uuids = [0, 1, 2, 3].map(uuidOf);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        const world = new Stand();
        try {
          const live = await world
            .replica(':memory:', { limits: { maxEvents: 3, historyEvents: 10 } })
            .start();
          for (const one of steps) {
            if (one.kind === 'vm') {
              const uuid = uuidOf(one.vm);
              await world.record(uuid, said(uuid, one.minute, one.event));
            } else if (one.kind === 'host') {
              await world.reported(live, hostReport(one.host, one.tainting ? TAINTING : CLEAN), one.minute);
            } else await live.views.waitFor(await world.ledger.head(), 5_000);
          }
          await live.views.waitFor(await world.ledger.head(), 5_000);
          const rebuilt = await world.replica(':memory:').start();
          expect(answers(live, uuids)).toEqual(answers(rebuilt, uuids));
          for (const uuid of uuids) {
            const row = rebuilt.views.vm(uuid);
            if (row !== null) expect(rebuilt.rows()).toContainEqual(row);
          }
        } finally {
          await world.close();
        }
      }),
      { numRuns: 150 },
    );
  });

  it('derive each VM once on a rebuild, and let the events pass that its row shows already', async () => {
    for (let minute = 0; minute < 30; minute += 1)
      for (const uuid of [uuidOf(1), uuidOf(2)])
        await stand.record(uuid, said(uuid, minute, life.reset('hosta')));
    const replica = stand.replica(undefined, { limits: { maxEvents: 4 } });
    const told: string[] = [];
    replica.views.onChange(({ uuids }) => told.push(...uuids));
    await replica.start();
    expect(told.toSorted()).toEqual([uuidOf(1), uuidOf(2)]);
  });

  it('are built anew when the ledger was put back to an earlier state, or is another one', async () => {
    const path = stand.newPath();
    for (const n of [1, 2, 3]) await stand.record(uuidOf(n), said(uuidOf(n), 0, launched('hosta', CLEAN)));
    await (await stand.replica(path).start()).stop();
    const other = new Stand();
    try {
      await other.record(uuidOf(9), said(uuidOf(9), 0, launched('hosta', CLEAN)));
      const shorter = await other.replica(path).start();
      expect(shorter.rows().map(({ uuid }) => uuid)).toEqual([uuidOf(9)]);
      expect(shorter.messages).toContainEqual(expect.stringContaining('built anew'));
      await shorter.stop();
      const longer = await stand.replica(path).start();
      expect(longer.rows().map(({ uuid }) => uuid)).toEqual([1, 2, 3].map(uuidOf));
      await longer.stop();
      const empty = await stand.replica(path, {}, new MemoryLedger()).start();
      expect(empty.rows()).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it('derive all VMs anew with another catalogue, without reading the ledger from its start', async () => {
    const path = stand.newPath();
    const uuids = [1, 2].map(uuidOf);
    for (const uuid of uuids) await stand.record(uuid, said(uuid, 0, launched('hosta', TAINTING)));
    await (await stand.replica(path).start()).stop();
    const behaviours = CATALOGUE.behaviours.filter(({ id }) => id !== TAINT);
    const catalogue = { ...CATALOGUE, revision: 'another', behaviours };
    const replica = stand.replica(path, { catalogue });
    const before = replica.views.position();
    expect(replica.views.fleet()).toMatchObject({ vms: 2, byBehaviour: { [TAINT]: 2 } });
    await replica.start();
    expect(replica.views.fleet()).toMatchObject({ vms: 2, byBehaviour: {} });
    expect(replica.views.position()).toBe(before);
    await replica.stop();
    const same = await stand.replica(path, { catalogue }).start();
    expect(same.messages).toEqual([]);
  });
});

describe('a host’s report', () => {
  const VM = uuidOf(1);
  const bornUnknown = () => stand.record(VM, said(VM, 10, launched('hosta', null)));

  it('derives anew the VMs that ran there, before its position is reached', async () => {
    const replica = await stand.replica().start();
    await bornUnknown();
    const other = await stand.record(uuidOf(2), said(uuidOf(2), 10, launched('hostb', null)));
    await replica.views.waitFor(other, 5_000);
    expect(replica.views.vm(VM)).toMatchObject({ build: null, taints: [] });
    expect(replica.views.vm(VM)?.unknowns).toContain(TAINT);
    const told: string[] = [];
    replica.views.onChange(({ uuids }) => told.push(...uuids));
    const position = await stand.reported(replica, hostReport('hosta', TAINTING), 5);
    await replica.views.waitFor(position, 5_000);
    expect(replica.views.vm(VM)).toMatchObject({ build: '8.0.0', taints: [TAINT] });
    expect(told).toEqual([VM]);
  });

  it('that was recorded, but not yet read when the server died, still derives them anew', async () => {
    const path = stand.newPath();
    await bornUnknown();
    const died = await stand.replica(path).start();
    await died.stop();
    await stand.reported(stand.replica(), hostReport('hosta', TAINTING), 5);
    const restarted = await stand.replica(path).start();
    expect(restarted.views.vm(VM)).toMatchObject({ taints: [TAINT] });
  });

  it('that says what it said last time derives nothing; what it says of an earlier time does', async () => {
    const replica = await stand.replica().start();
    await bornUnknown();
    await stand.reported(replica, hostReport('hosta', CLEAN), 1);
    const reads: string[] = [];
    const readStream = stand.ledger.readStream.bind(stand.ledger);
    await replica.views.waitFor(await stand.ledger.head(), 5_000);
    stand.ledger.readStream = (stream, ...rest) => {
      reads.push(stream);
      return readStream(stream, ...rest);
    };
    const told: string[] = [];
    replica.views.onChange(({ uuids }) => told.push(...uuids));
    await replica.views.waitFor(await stand.reported(replica, hostReport('hosta', CLEAN), 60), 5_000);
    expect(told).toEqual([]);
    expect(reads.filter((stream) => stream.startsWith('vm-'))).toEqual([]);
    await replica.views.waitFor(await stand.reported(replica, hostReport('hosta', TAINTING), 5), 5_000);
    expect(told).toEqual([VM]);
    expect(replica.views.vm(VM)).toMatchObject({ taints: [TAINT] });
  });

  it('of a host of more VMs than fit in one commit derives them all', async () => {
    const uuids = Array.from({ length: 1_100 }, (_, n) => uuidOf(n));
    await Promise.all(uuids.map((uuid) => stand.record(uuid, said(uuid, 10, launched('hosta', null)))));
    const replica = await stand.replica().start();
    expect(replica.views.fleet()).toMatchObject({ vms: 1_100, tainted: 0, unknown: 1_100 });
    await replica.views.waitFor(await stand.reported(replica, hostReport('hosta', TAINTING), 5), 20_000);
    expect(replica.views.fleet()).toMatchObject({ vms: 1_100, tainted: 1_100, unknown: 0 });
  });
});
