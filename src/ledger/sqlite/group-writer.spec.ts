import { DatabaseSync } from '@photostructure/sqlite';
import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { GroupWriter } from './group-writer.js';
import { migrate } from './schema.js';
import { verifyLog } from './verify-log.js';
import type { WriterAppend } from './writer-messages.js';

function newWriter() {
  const db = new DatabaseSync(':memory:');
  migrate(db, ':memory:');
  return { db, writer: new GroupWriter(db) };
}

function fresh(fill = ''): WriterAppend {
  const event = { id: randomUUID(), type: 'T', data: JSON.stringify({ fill }), metadata: '{}' };
  return { stream: `vm-${randomUUID()}`, firstRevision: 0, acceptedAtMs: 1_000, events: [event] };
}

describe(GroupWriter.name, () => {
  it('judges each append against those before it in the group', () => {
    const { writer } = newWriter();
    const first = fresh();
    const second = { ...fresh(), stream: first.stream, firstRevision: 1 };
    const rival = { ...fresh(), stream: first.stream };
    expect(writer.write([first, second, rival, first])).toEqual([
      { kind: 'appended', revision: 0, sequence: 1, repeated: false },
      { kind: 'appended', revision: 1, sequence: 2, repeated: false },
      { kind: 'wrongRevision', actual: 1 },
      { kind: 'appended', revision: 0, sequence: 1, repeated: true },
    ]);
  });

  it('writes nothing of a group that fails, and goes on without a gap in the positions', () => {
    const { db, writer } = newWriter();
    writer.write([fresh()]);
    db.exec('PRAGMA max_page_count = 20');
    const group = [fresh(), fresh(), fresh('x'.repeat(200_000))];
    expect(() => writer.write(group)).toThrow('full');
    db.exec('PRAGMA max_page_count = 10000');

    expect(writer.write(group.slice(0, 1))).toEqual([
      { kind: 'appended', revision: 0, sequence: 2, repeated: false },
    ]);
    expect(verifyLog(db)).toEqual({ events: 2, streams: 2, problems: [] });
  });
});

describe(verifyLog.name, () => {
  const damages: readonly [string, string][] = [
    ['positions run', 'DELETE FROM event WHERE position = 2'],
    ['revisions of a stream run', 'UPDATE event SET revision = 7 WHERE position = 2'],
    [
      'order of the log',
      'UPDATE event SET position = CASE position WHEN 4 THEN 9 ELSE 4 END WHERE position > 3',
    ],
    ['recorded times', 'UPDATE event SET recorded_at = 5 WHERE position = 2'],
    ['every body is JSON', "UPDATE event SET data = '{' WHERE position = 2"],
  ];
  for (const [claim, damage] of damages) {
    it(`finds that it is not so that ${claim} …`, () => {
      const { db, writer } = newWriter();
      const append = fresh();
      writer.write([
        fresh(),
        fresh(),
        fresh(),
        append,
        { ...fresh(), stream: append.stream, firstRevision: 1 },
      ]);
      expect(verifyLog(db).problems).toEqual([]);
      db.exec(damage);
      expect(verifyLog(db).problems.join()).toContain(claim);
    });
  }
});
