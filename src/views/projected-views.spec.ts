import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { copyFileSync, existsSync, readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { MemoryLedger } from '../ledger/memory/memory-ledger.js';
import type { Delivery, Ledger, Position } from '../ledger/port.js';
import { HostRegistry } from '../recording/host-registry.js';
import { CLEAN, TAINT, TAINTING, launched, said, uuidOf } from './fixtures/sample-life.js';
import { CATALOGUE, Stand, withSubscribe } from './fixtures/stand.js';
import { ProjectedViews, type ProjectedViewsOptions } from './projected-views.js';
import type { Views } from './views.js';

let stand: Stand;
let opened: ProjectedViews[];
beforeEach(() => {
  stand = new Stand();
  opened = [];
});
afterEach(async () => {
  for (const projected of opened) await projected.stop();
  await stand.close();
});

const open = async (
  path: string,
  rebuild: ProjectedViewsOptions['rebuild'] = {},
  ledger: Ledger = stand.ledger,
): Promise<ProjectedViews> => {
  const hosts = new HostRegistry(ledger);
  await hosts.load();
  const projected = new ProjectedViews({
    path,
    catalogueRevision: CATALOGUE.revision,
    ledger,
    hosts,
    catalogue: CATALOGUE,
    rebuild: { lookMs: 1, graceMs: 0, ...rebuild },
    limits: { retryMs: { least: 1, most: 20 } },
  });
  opened.push(projected);
  projected.start();
  await projected.caughtUp;
  return projected;
};

let minute = 0;
const launch = (vm: number, build = vm % 2 === 0 ? TAINTING : CLEAN): Promise<Position> =>
  stand.record(uuidOf(vm), said(uuidOf(vm), (minute += 1), launched(`host${vm % 3}`, build, `guest${vm}`)));

const ended = async (projected: ProjectedViews): Promise<string | undefined> => {
  while (projected.rebuild?.state === 'running') await setTimeout(2);
  return projected.rebuild?.state;
};

/** The ledger, but for how those built beside are told of it. */
const withNext = (told: (deliveries: AsyncIterable<Delivery>) => ReturnType<Ledger['subscribe']>): Ledger => {
  let subscriptions = 0;
  return withSubscribe(stand.ledger, (after, options) => {
    subscriptions += 1;
    const deliveries = stand.ledger.subscribe(after, options);
    return subscriptions === 1 ? deliveries : told(deliveries);
  });
};

const answers = (views: Views): unknown => ({
  rows: views.vms({}, 1000, null).rows,
  fleet: views.fleet(),
  tainted: views.vms({ behaviour: TAINT }, 1000, null).rows.map(({ uuid }) => uuid),
  running: views.shapes.running(null).reduce((sum, { count }) => sum + count, 0),
  position: views.position(),
});
const level = async ({ views }: ProjectedViews): Promise<void> => {
  expect(await views.waitFor(await stand.ledger.head(), 5_000)).toBe(true);
};

describe('views built anew beside those that serve', () => {
  it('fail no read and go back in nothing under writes, and come to what a build from the start comes to', async () => {
    for (let vm = 0; vm < 60; vm += 1) await launch(vm);
    const projected = await open(stand.newPath());
    const { views } = projected;
    const over = new AbortController();
    const positions: Position[] = [];
    const counts: number[] = [];
    const reading = (async () => {
      while (!over.signal.aborted) {
        positions.push(views.position());
        const judged = views.shapes.running(null);
        await setTimeout(0);
        counts.push(judged.filter(({ state }) => views.shapes.state(state) === null).length);
        expect(views.vm(uuidOf(0))?.taints).toEqual([TAINT]);
      }
    })();
    const writing = (async () => {
      for (let vm = 60; !over.signal.aborted; vm += 1) {
        const position = await launch(vm % 200);
        expect(await views.waitFor(position, 5_000)).toBe(true);
      }
    })();
    try {
      for (let again = 0; again < 3; again += 1) {
        expect(projected.startRebuild().state).toBe('running');
        expect(await ended(projected)).toBe('done');
        expect(projected.rebuild?.eventsRead).toBeGreaterThanOrEqual(60);
      }
    } finally {
      over.abort();
    }
    await Promise.all([reading, writing]);
    expect(positions).toEqual(positions.toSorted());
    expect(new Set(counts)).toEqual(new Set([0]));
    await level(projected);
    const fresh = await open(stand.newPath());
    expect(answers(views)).toEqual(answers(fresh.views));
  }, 300_000);

  it.each([
    [1_000, 'longer than'],
    [2, 'shorter than'],
  ])(
    'serve though those before are ahead of them at every instant, held for %i ms at first: %s it takes',
    async (holdMs) => {
      const ledger = withNext(async function* (deliveries) {
        for await (const delivery of deliveries) {
          if (delivery.kind === 'event')
            await setTimeout(Math.max(0, Date.parse(delivery.event.recordedAt) + 25 - Date.now()));
          yield delivery;
        }
      });
      await launch(0);
      const projected = await open(stand.newPath(), { holdMs }, ledger);
      const over = new AbortController();
      const writing = (async () => {
        for (let vm = 1; !over.signal.aborted; vm += 1) {
          await launch(vm % 20);
          await setTimeout(2);
        }
      })();
      projected.startRebuild();
      const state = await ended(projected).finally(() => over.abort());
      await writing;
      expect(state).toBe('done');
      await level(projected);
    },
  );

  it('let those before go on when they do not come to where these are held', async () => {
    const [first, last] = [await launch(0), await launch(1)];
    let before = last;
    let stuck = true;
    const ledger = withNext(async function* (deliveries) {
      for await (const delivery of deliveries) {
        if (delivery.kind === 'event') {
          const { position } = delivery.event;
          while (stuck && position > (before > last ? last : first)) await setTimeout(1);
        }
        yield delivery;
      }
    });
    const projected = await open(stand.newPath(), { holdMs: 100 }, ledger);
    try {
      projected.startRebuild();
      for (let vm = 2; vm < 100; vm += 1) {
        await launch(vm);
        await level(projected);
        before = projected.views.position();
      }
      expect(projected.rebuild?.state).toBe('running');
    } finally {
      stuck = false;
    }
    expect(await ended(projected)).toBe('done');
    await level(projected);
  });

  it('keep what a question began with until it has ended', async () => {
    for (let vm = 0; vm < 4; vm += 1) await launch(vm);
    const projected = await open(stand.newPath(), { graceMs: 60_000 });
    const { views } = projected;
    const before = views.shapes.running(null).map(({ state }) => state);
    projected.startRebuild();
    await ended(projected);
    const after = views.shapes.running(null).map(({ state }) => state);
    expect(after.length).toBe(before.length);
    expect(Math.min(...after)).toBeGreaterThan(Math.max(...before));
    for (const state of before) expect(views.shapes.state(state)).not.toBeNull();
    const place = { history: 0, uuid: '', ordinal: -1 };
    expect(views.shapes.vmsIn(before, null, place, 10)).toHaveLength(4);
    expect(views.shapes.vmsIn(after, null, place, 10)).toHaveLength(4);
  });

  it('answer who waits for a position through the switch, and tell who listens of what came with it', async () => {
    await launch(0);
    const projected = await open(stand.newPath());
    const changes: (readonly string[])[] = [];
    projected.views.onChange(({ uuids }) => changes.push(uuids));
    const next = (BigInt(await stand.ledger.head()) + 1n).toString().padStart(16, '0') as Position;
    const waiting = projected.views.waitFor(next, 10_000);
    projected.startRebuild();
    await ended(projected);
    expect(await projected.views.waitFor(next, 0)).toBe(false);
    await launch(1);
    expect(await waiting).toBe(true);
    expect(changes).toEqual([[uuidOf(1)]]);
  });

  it('are one rebuild, however often it is asked for while it runs', async () => {
    for (let vm = 0; vm < 20; vm += 1) await launch(vm);
    const projected = await open(stand.newPath());
    const { startedAt } = projected.startRebuild();
    expect(projected.startRebuild()).toMatchObject({ state: 'running', startedAt });
    expect(await ended(projected)).toBe('done');
  });

  it('leave those before when the server ends in the middle', async () => {
    const path = stand.newPath();
    for (let vm = 0; vm < 20; vm += 1) await launch(vm);
    const projected = await open(path);
    const before = answers(projected.views);
    projected.startRebuild();
    await projected.stop();
    expect(projected.rebuild).toMatchObject({ state: 'failed', reason: 'the server ended' });
    expect(existsSync(path)).toBe(true);
    expect(readdirSync(stand.folder).filter((name) => name.includes('next'))).toEqual([]);
    expect(answers((await open(path)).views)).toEqual(before);
  });

  it('are given up when they do not get on, and those before go on', async () => {
    await launch(0);
    let subscriptions = 0;
    const ledger = withSubscribe(stand.ledger, (after, options) => {
      subscriptions += 1;
      if (subscriptions > 1) throw new Error('no more subscriptions');
      return stand.ledger.subscribe(after, options);
    });
    const path = stand.newPath();
    const projected = await open(path, { stallMs: 30 }, ledger);
    projected.startRebuild();
    expect(await ended(projected)).toBe('failed');
    expect(projected.rebuild?.reason).toContain('no more subscriptions');
    await launch(1);
    await level(projected);
    expect(projected.views.vm(uuidOf(1))).not.toBeNull();
    await setTimeout(10);
    expect(readdirSync(stand.folder).filter((name) => name.includes('next'))).toEqual([]);
  });

  it('of a ledger in memory are in memory', async () => {
    await launch(0);
    const projected = await open(':memory:');
    projected.startRebuild();
    expect(await ended(projected)).toBe('done');
    expect(projected.views.vm(uuidOf(0))).not.toBeNull();
    expect(stand.ledger).toBeInstanceOf(MemoryLedger);
  });
});

describe('files that a crash left', () => {
  /** What is on the disk at an instant, as a crash would leave it. */
  const copied = (path: string): string => {
    const copy = stand.newPath();
    for (const suffix of ['', '-wal'])
      for (const stem of ['', '-next']) {
        const from = `${path.slice(0, -3)}${stem}.db${suffix}`;
        if (existsSync(from)) copyFileSync(from, `${copy.slice(0, -3)}${stem}.db${suffix}`);
      }
    return copy;
  };
  const nextOf = (path: string): string => path.replace(/\.db$/, '-next.db');

  it('in the middle of a rebuild: those before serve, what was begun is removed', async () => {
    for (let vm = 0; vm < 20; vm += 1) await launch(vm);
    const path = stand.newPath();
    const projected = await open(path);
    projected.startRebuild();
    while (!existsSync(nextOf(path))) await setTimeout(0);
    const left = copied(path);
    expect(existsSync(nextOf(left))).toBe(true);
    const again = await open(left);
    expect(existsSync(nextOf(left))).toBe(false);
    expect(answers(again.views)).toEqual(answers(projected.views));
  });

  it('after the switch: those built anew serve, under the name of the first', async () => {
    for (let vm = 0; vm < 20; vm += 1) await launch(vm);
    const path = stand.newPath();
    const projected = await open(path, { graceMs: 60_000 });
    projected.startRebuild();
    await ended(projected);
    const left = copied(path);
    expect(existsSync(nextOf(left))).toBe(true);
    const numbers = (views: Views): readonly number[] => views.shapes.running(null).map(({ state }) => state);
    const again = await open(left);
    expect(numbers(again.views)).toEqual(numbers(projected.views));
    expect(existsSync(nextOf(left))).toBe(false);
  });
});
