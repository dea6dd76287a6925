import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { DeliveryReader, type DeliveryFilter } from './delivery-reader.js';
import { openWebhookFile } from './tables.js';

let db: DatabaseSyncInstance;
let asked: string[];
let reader: DeliveryReader;

beforeEach(() => {
  db = openWebhookFile(':memory:');
  asked = [];
  const prepare = (sql: string) => {
    asked.push(sql);
    return db.prepare(sql);
  };
  reader = new DeliveryReader(new Proxy(db, { get: (_db, name) => name === 'prepare' && prepare }));
  const message = db.prepare("INSERT INTO message VALUES (?, ?, 'vm.tainted', ?, '', '', '', 0, '{}', '{}')");
  const delivery = db.prepare(
    "INSERT INTO delivery VALUES (?, ?, 'lane', 'delivered', 0, 0, 1, 0, 204, NULL, 0)",
  );
  for (let seq = 1; seq <= 6; seq += 1) {
    message.run(seq, `m${seq}`, `vm${seq % 2}`);
    for (const endpoint of ['a', 'b', 'c']) delivery.run(endpoint, seq);
  }
});
afterEach(() => db.close());

const planOf = (filter: DeliveryFilter): readonly string[] => {
  reader.deliveries(filter, 10, null);
  const sql = asked.at(-1) ?? '';
  const steps = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...Array.from(sql.matchAll(/\?/g), () => 1));
  return (steps as readonly { detail: string }[]).map(({ detail }) => detail);
};

describe('the delivery log', () => {
  it.each<[DeliveryFilter, string]>([
    [{ vm: 'vm1' }, 'message_by_vm'],
    [{ vm: 'vm1', state: 'delivered' }, 'message_by_vm'],
    [{ vm: 'vm1', endpoint: 'a', state: 'dead' }, 'message_by_vm'],
    [{ message: 'm1', state: 'delivered' }, 'sqlite_autoindex_message'],
    [{ state: 'dead' }, 'delivery_of_state'],
    [{ endpoint: 'a', state: 'dead' }, 'delivery_by_state'],
    [{ endpoint: 'a' }, 'PRIMARY KEY'],
    [{}, 'delivery_by_message'],
  ])('looks for %j by an index, however many deliveries there are', (filter, index) => {
    const [first = '', ...others] = planOf(filter);
    expect(first).toContain(index);
    expect([first, ...others].filter((step) => step.startsWith('SCAN'))).toEqual([]);
  });

  it.each<[DeliveryFilter, number]>([
    [{}, 18],
    [{ vm: 'vm1' }, 9],
    [{ endpoint: 'b' }, 6],
    [{ endpoint: 'b', vm: 'vm0', state: 'delivered' }, 3],
  ])('comes page by page, each once, newest messages first: %j', (filter, total) => {
    const all: string[] = [];
    let last: { seq: number; endpoint: string } | null = null;
    for (let hasNext = true; hasNext;) {
      const page: ReturnType<DeliveryReader['deliveries']> = reader.deliveries(filter, 2, last);
      for (const { seq, endpoint } of page.rows) {
        last = { seq, endpoint };
        all.push(`${9 - seq}${endpoint}`);
      }
      ({ hasNext } = page);
    }
    expect(all).toEqual(all.toSorted());
    expect(new Set(all).size).toBe(total);
  });
});
