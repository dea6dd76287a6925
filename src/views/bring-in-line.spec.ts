import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Catalogue } from '../domain/catalogue/catalogue.js';
import { withSubscribe, CATALOGUE, Stand, type Replica } from './fixtures/stand.js';
import * as life from './fixtures/sample-life.js';

const { CLEAN, TAINT, TAINTING, arrived, hostReport, incoming, launched, reset, said, stopped, uuidOf } =
  life;

let stand: Stand;
beforeEach(() => {
  stand = new Stand();
});
afterEach(() => stand.close());

const behaviours = CATALOGUE.behaviours.filter(({ id }) => id !== TAINT);
const WITHOUT_TAINT: Catalogue = { ...CATALOGUE, revision: 'without', behaviours };

/** VMs of three histories: born tainted, born clean, and tainted and moved on. Each history has `each` VMs. */
const record = async (each: number): Promise<readonly string[]> => {
  const uuids = Array.from({ length: 3 * each }, (_, n) => uuidOf(n));
  for (const [n, uuid] of uuids.entries()) {
    const host = `host${n % 7}`;
    const born = said(uuid, n, launched(host, n % 3 === 1 ? CLEAN : TAINTING, `guest-${n}`));
    const moved = [incoming('hostx', CLEAN), arrived('hostx')].map((event) => said(uuid, n + 30, event));
    await stand.record(uuid, born, ...(n % 3 === 2 ? moved : []));
  }
  return uuids;
};

/** All that the file holds of VMs and their shapes; shapes by what they say, for their numbers are of one file. */
const contentOf = (path: string): Record<string, unknown> => {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return {
      vms: db
        .prepare(
          `SELECT vm.*, h.digest, h.derived_by, h.state, h.taints, h.leftovers, s.digest AS running, NULL AS history_shape
           FROM vm JOIN history_shape h ON h.id = vm.history_shape LEFT JOIN state_shape s ON s.id = h.state_shape
           ORDER BY uuid`,
        )
        .all(),
      behaviours: db.prepare('SELECT * FROM vm_behaviour ORDER BY uuid, behaviour').all(),
      states: db.prepare('SELECT digest FROM state_shape ORDER BY digest').all(),
      stateBehaviours: db
        .prepare(
          'SELECT digest, behaviour, status FROM state_behaviour JOIN state_shape ON id = state_shape ORDER BY 1, 2',
        )
        .all(),
    };
  } finally {
    db.close();
  }
};

const built = async (path: string, options?: { readonly catalogue: Catalogue }): Promise<Replica> => {
  const replica = await stand.replica(path, options).start();
  await replica.stop();
  return replica;
};

/** Streams of VMs read since. */
const counted = (): readonly string[] => {
  const reads: string[] = [];
  const readStream = stand.ledger.readStream.bind(stand.ledger);
  stand.ledger.readStream = (stream, ...rest) => {
    if (stream.startsWith('vm-')) reads.push(stream);
    return readStream(stream, ...rest);
  };
  return reads;
};

describe('with another catalogue', () => {
  it('one VM of each history is derived, and all rows are as if built from the ledger', async () => {
    await record(6);
    const [path, fresh] = [stand.newPath(), stand.newPath()];
    await built(path);
    const reads = counted();
    await built(path, { catalogue: WITHOUT_TAINT });
    expect(reads).toHaveLength(3);
    await built(fresh, { catalogue: WITHOUT_TAINT });
    expect(contentOf(path)).toEqual(contentOf(fresh));
  });

  it('and back again, the rows are what they were', async () => {
    await record(3);
    const path = stand.newPath();
    await built(path);
    const before = contentOf(path);
    await built(path, { catalogue: WITHOUT_TAINT });
    await built(path);
    expect(contentOf(path)).toEqual(before);
  });

  it('who listens hears of each VM whose row changed, and of no other', async () => {
    const uuids = await record(2);
    const path = stand.newPath();
    await built(path);
    const replica = stand.replica(path, { catalogue: WITHOUT_TAINT });
    const told: string[] = [];
    replica.views.onChange((change) => told.push(...change.uuids));
    await replica.start();
    expect(told.toSorted()).toEqual(uuids.filter((_, n) => n % 3 !== 1));
  });

  it('a change that was cut short is made again as a whole, by whichever catalogue comes next', async () => {
    await record(4);
    const path = stand.newPath();
    await built(path);
    const before = contentOf(path);
    const db = new DatabaseSync(path);
    // As after a crash between two transactions of one shape: marked, and some rows of it changed.
    db.exec("UPDATE history_shape SET derived_by = '' WHERE taints <> '[]'");
    db.exec(`UPDATE vm SET taints = '[]', tainted = 0 WHERE uuid < '${uuidOf(5)}'`);
    db.close();
    await built(path);
    expect(contentOf(path)).toEqual(before);
  });

  it('a VM that no shape speaks for is derived by itself', async () => {
    await record(2);
    const path = stand.newPath();
    await built(path);
    const db = new DatabaseSync(path);
    db.exec(`UPDATE vm SET history_shape = NULL, taints = '["x"]' WHERE uuid <= '${uuidOf(2)}'`);
    db.close();
    await built(path, { catalogue: WITHOUT_TAINT });
    const fresh = stand.newPath();
    await built(fresh, { catalogue: WITHOUT_TAINT });
    expect(contentOf(path)).toEqual(contentOf(fresh));
  });

  it('a VM to which a host gave another history meanwhile does not speak for the others', async () => {
    const uuids = [0, 1, 2, 3, 4].map(uuidOf);
    for (const [n, uuid] of uuids.entries())
      await stand.record(uuid, said(uuid, n, launched(`host${n}`, null)));
    const path = stand.newPath();
    await built(path);
    // Nobody folds these reports before the next start, when the registry knows them already.
    const elsewhere = stand.replica();
    for (const n of [0, 1, 2]) await stand.reported(elsewhere, hostReport(`host${n}`, TAINTING), 5 + n);
    const catalogue = { ...CATALOGUE, revision: 'next' };
    await built(path, { catalogue });
    const fresh = stand.newPath();
    await built(fresh, { catalogue });
    expect(contentOf(path)).toEqual(contentOf(fresh));
  });

  it('a stop on the way leaves the rest for the next start', async () => {
    await record(3);
    const path = stand.newPath();
    await built(path);
    const silent = withSubscribe(stand.ledger, () => ({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }),
    }));
    const stopping = stand.replica(path, { catalogue: WITHOUT_TAINT }, silent);
    stopping.projector.start();
    await stopping.stop();
    await built(path, { catalogue: WITHOUT_TAINT });
    const fresh = stand.newPath();
    await built(fresh, { catalogue: WITHOUT_TAINT });
    expect(contentOf(path)).toEqual(contentOf(fresh));
  });
});

describe('shapes', () => {
  it('are shared by VMs that lived alike, whatever their names, hosts and times', async () => {
    await record(5);
    const path = stand.newPath();
    await built(path);
    const db = new DatabaseSync(path, { readOnly: true });
    expect(db.prepare('SELECT count(*) AS count FROM history_shape').get()).toEqual({ count: 3 });
    expect(db.prepare('SELECT count(*) AS count FROM state_shape').get()).toEqual({ count: 3 });
    db.close();
  });

  it('are forgotten when the last VM has another history', async () => {
    const uuid = uuidOf(1);
    const path = stand.newPath();
    await stand.record(uuid, said(uuid, 0, launched('hosta', TAINTING)));
    await built(path);
    await stand.record(uuid, said(uuid, 60, reset('hosta')), said(uuid, 61, stopped('hosta')));
    await built(path);
    await built(path);
    const db = new DatabaseSync(path, { readOnly: true });
    expect(db.prepare('SELECT state, state_shape FROM history_shape').all()).toEqual([
      { state: 'stopped', state_shape: null },
    ]);
    expect(db.prepare('SELECT count(*) AS count FROM state_shape').get()).toEqual({ count: 0 });
    db.close();
  });
});
