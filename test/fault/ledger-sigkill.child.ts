import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import type { Expected, NewEvent, StreamName } from '../../src/ledger/port.js';
import { SqliteLedger } from '../../src/ledger/sqlite/sqlite-ledger.js';

/**
 * Appends without end from many callers, and writes each acknowledgement to standard output, at once and in one piece,
 * until it is killed. Before an append is sent its ids are written too, so the parent knows what may be there.
 */
const CALLERS = 40;

async function callerOf(ledger: SqliteLedger): Promise<never> {
  const stream = `vm-${randomUUID()}` as StreamName;
  let expected: Expected = 'no_stream';
  for (let turn = 0; ; turn += 1) {
    const events: NewEvent[] = Array.from({ length: 1 + (turn % 4) }, (_, index) => ({
      id: randomUUID(),
      type: 'Loaded',
      data: { turn, index, fill: 'x'.repeat(400) },
      metadata: {},
    }));
    const ids = events.map((event) => event.id);
    say({ kind: 'sent', stream, ids });
    const { revision, position } = await ledger.append(stream, expected, events);
    say({ kind: 'acknowledged', stream, ids, revision: String(revision), position });
    expected = revision;
  }
}

function say(line: object): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

const ledger = await SqliteLedger.open({ path: process.argv[2] ?? '' });
await Promise.all(Array.from({ length: CALLERS }, () => callerOf(ledger)));
