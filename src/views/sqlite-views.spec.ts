import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { HopledgerError, type ErrorCode } from '../errors.js';
import { cursorAfter } from './cursor.js';
import * as life from './fixtures/sample-life.js';
import { Stand, type Replica } from './fixtures/stand.js';
import { VIEWS_VERSION } from './schema.js';
import type { FleetCounts, VmFilter } from './views.js';

const { CLEAN, TAINT, TAINTING, launched, said, stopped, uuidOf } = life;

let stand: Stand;
beforeEach(() => {
  stand = new Stand();
});
afterEach(() => stand.close());

/** Cold boots by VM number; read by the views. */
const booted = async (
  replica: Replica,
  numbers: readonly number[],
  build = CLEAN,
  host = 'hosta',
): Promise<void> => {
  await Promise.all(
    numbers.map((n) => stand.record(uuidOf(n), said(uuidOf(n), n, launched(host, build, `vm-${n}`)))),
  );
  await replica.views.waitFor(await stand.ledger.head(), 5_000);
};

const codeOf = (work: () => unknown): ErrorCode | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof HopledgerError ? error.code : undefined;
  }
};

/** All UUIDs that a filter finds, in pages. */
const listed = ({ views }: Replica, filter: VmFilter, first = 3): readonly string[] => {
  const uuids: string[] = [];
  for (let after: string | null = null; ;) {
    const page = views.vms(filter, first, after);
    uuids.push(...page.rows.map(({ uuid }) => uuid));
    if (!page.hasNext) return uuids;
    after = page.endCursor;
  }
};

describe('pages', () => {
  it('cover all rows once, while VMs are added and changed between them', async () => {
    const replica = await stand.replica().start();
    const even = Array.from({ length: 20 }, (_, n) => n * 2);
    await booted(replica, even);
    const found: string[] = [];
    let after: string | null = null;
    for (let n = 1; ; n += 2) {
      const page = replica.views.vms({}, 4, after);
      found.push(...page.rows.map(({ uuid }) => uuid));
      if (!page.hasNext) break;
      after = page.endCursor;
      await booted(replica, [n]);
      await stand.record(uuidOf(0), said(uuidOf(0), 100 + n, stopped('hosta')));
    }
    expect(new Set(found).size).toBe(found.length);
    expect(found).toEqual(found.toSorted());
    expect(even.map(uuidOf).filter((uuid) => !found.includes(uuid))).toEqual([]);
  });

  it('end with no next one and, when empty, without a cursor', async () => {
    const replica = await stand.replica().start();
    expect(replica.views.vms({}, 10, null)).toEqual({ rows: [], hasNext: false, endCursor: null });
    await booted(replica, [1, 2]);
    expect(replica.views.vms({}, 2, null)).toMatchObject({ hasNext: false });
    expect(replica.views.vms({}, 0, null)).toEqual({ rows: [], hasNext: true, endCursor: null });
    const { endCursor } = replica.views.vms({}, 2, null);
    expect(replica.views.vms({}, 2, endCursor)).toEqual({ rows: [], hasNext: false, endCursor: null });
  });

  it('refuse a cursor of another filter, or of nobody, and pages over the bound', async () => {
    const { views } = await stand.replica().start();
    const ofRunning = cursorAfter(uuidOf(1), { states: ['running', 'saved'] });
    expect(codeOf(() => views.vms({ states: ['saved', 'running'] }, 1, ofRunning))).toBeUndefined();
    expect(codeOf(() => views.vms({ states: ['running'] }, 1, ofRunning))).toBe('BAD_CURSOR');
    expect(codeOf(() => views.vms({}, 1, ofRunning))).toBe('BAD_CURSOR');
    for (const bad of ['', 'x', '%%%', Buffer.from('1:abc').toString('base64url'), 'A'.repeat(100_000)])
      expect(codeOf(() => views.vms({}, 1, bad))).toBe('BAD_CURSOR');
    expect(codeOf(() => views.vms({}, 1_001, null))).toBe('PAGE_TOO_LARGE');
    expect(codeOf(() => views.vms({}, -1, null))).toBe('BAD_INPUT');
    expect(codeOf(() => views.vms({}, 1.5, null))).toBe('BAD_INPUT');
    expect(codeOf(() => views.vms({ name: 'x'.repeat(257) }, 1, null))).toBe('BAD_INPUT');
  });
});

describe('a filter', () => {
  it('finds what it says, each alone and all together', async () => {
    const replica = await stand.replica().start();
    await booted(replica, [1, 2, 3, 4, 5], TAINTING, 'hosta');
    await booted(replica, [6, 7], CLEAN, 'hostb');
    await stand.record(uuidOf(7), said(uuidOf(7), 99, stopped('hostb', 'vm-7')));
    await replica.views.waitFor(await stand.ledger.head(), 5_000);
    const numbers = (filter: VmFilter): readonly number[] =>
      listed(replica, filter).map((uuid) => Number(uuid.slice(-12)));

    expect(numbers({})).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(numbers({ tainted: true })).toEqual([1, 2, 3, 4, 5]);
    expect(numbers({ tainted: false })).toEqual([6, 7]);
    expect(numbers({ behaviour: TAINT })).toEqual([1, 2, 3, 4, 5]);
    expect(numbers({ behaviour: TAINT, tainted: false })).toEqual([6, 7]);
    expect(numbers({ behaviour: 'no-such' })).toEqual([]);
    expect(numbers({ host: 'hostb' })).toEqual([6]);
    expect(numbers({ build: '8.0.0' })).toEqual([1, 2, 3, 4, 5]);
    expect(numbers({ machineType: 'pc-q35-7.2' })).toHaveLength(7);
    expect(numbers({ states: ['stopped', 'saved'] })).toEqual([7]);
    expect(numbers({ states: [] })).toEqual([]);
    expect(numbers({ behaviour: TAINT, host: 'hosta', name: 'VM-3', states: ['running'] })).toEqual([3]);
  });

  it('takes a name part as it stands, in any script and case', async () => {
    const replica = await stand.replica().start();
    const names = ['100%_ready', '100 ready', 'ÄPFEL', "o'hara", 'a"b\\c'];
    for (const [n, name] of names.entries())
      await stand.record(uuidOf(n), said(uuidOf(n), n, launched('hosta', CLEAN, name)));
    await replica.views.waitFor(await stand.ledger.head(), 5_000);
    const found = (name: string) => replica.views.vms({ name }, 10, null).rows.map((row) => row.name);
    expect(found('0%_')).toEqual(['100%_ready']);
    expect(found('Ready')).toEqual(['100%_ready', '100 ready']);
    expect(found('äpf')).toEqual(['ÄPFEL']);
    expect(found("'")).toEqual(["o'hara"]);
    expect(found('"B\\')).toEqual(['a"b\\c']);
    expect(found('')).toHaveLength(5);
  });
});

describe('the counts', () => {
  it('are the lengths of the lists with the same filter', async () => {
    const replica = await stand.replica().start();
    await booted(replica, [1, 2, 3], TAINTING, 'hosta');
    await booted(replica, [4, 5], CLEAN, 'hostb');
    await stand.record(uuidOf(5), said(uuidOf(5), 99, stopped('hostb')));
    await stand.record(uuidOf(6), said(uuidOf(6), 99, launched('hostc', null)));
    await replica.views.waitFor(await stand.ledger.head(), 5_000);
    const fleet = replica.views.fleet();
    expect(fleet).toEqual({
      vms: 6,
      tainted: 3,
      unknown: 1,
      byState: { running: 5, stopped: 1 },
      byBehaviour: { [TAINT]: 3 },
      byHost: { hosta: 3, hostb: 1, hostc: 1 },
      byBuild: { '8.0.0': 3, '10.0.2': 1 },
      byMachineType: { 'pc-q35-7.2': 6 },
    } satisfies FleetCounts);
    for (const [host, vms] of Object.entries(fleet.byHost))
      expect(listed(replica, { host })).toHaveLength(vms);
    for (const [build, vms] of Object.entries(fleet.byBuild))
      expect(listed(replica, { build })).toHaveLength(vms);
    await stand.record(uuidOf(7), said(uuidOf(7), 1, launched('hostc', TAINTING)));
    await replica.views.waitFor(await stand.ledger.head(), 5_000);
    expect(replica.views.fleet()).toMatchObject({ vms: 7, tainted: 4, byHost: { hostc: 2 } });
  });
});

describe('a views file', () => {
  const versionOf = (path: string): unknown => {
    const db = new DatabaseSync(path);
    const version: unknown = db.prepare('PRAGMA user_version').get();
    db.close();
    return version;
  };

  it('of another version is deleted and built anew', async () => {
    const path = stand.newPath();
    await stand.record(uuidOf(1), said(uuidOf(1), 0, launched('hosta', CLEAN)));
    await (await stand.replica(path).start()).stop();
    const db = new DatabaseSync(path);
    db.exec('PRAGMA user_version = 999; DROP TABLE vm');
    db.close();
    const replica = stand.replica(path);
    expect(replica.messages).toEqual([expect.stringContaining('built anew')]);
    expect(replica.views.position()).toBe('');
    await replica.start();
    expect(replica.rows()).toHaveLength(1);
    await replica.stop();
    expect(versionOf(path)).toEqual({ user_version: VIEWS_VERSION });
  });

  it('that is another program’s, or no database, is refused and left as it is', async () => {
    const theirs = stand.newPath();
    const db = new DatabaseSync(theirs);
    db.exec('PRAGMA application_id = 1; PRAGMA user_version = 5; CREATE TABLE precious (x)');
    db.close();
    expect(codeOf(() => stand.replica(theirs))).toBe('CANNOT_OPEN_LEDGER');
    expect(versionOf(theirs)).toEqual({ user_version: 5 });
    const text = stand.newPath();
    writeFileSync(text, 'not a database, but long enough for its header to be looked at'.repeat(50));
    expect(codeOf(() => stand.replica(text))).toBe('CANNOT_OPEN_LEDGER');
  });
});
