import { parentPort, workerData } from 'node:worker_threads';
import { CannotOpenLedger } from '../errors.js';
import { openForWriting, sqliteCode } from './connection.js';
import { GroupWriter } from './group-writer.js';
import type { FromWriter, ToWriter } from './writer-messages.js';

/** Errors after which the file is as it was and the next group may well succeed: busy, full disk. */
const PASSING: readonly (number | undefined)[] = [5, 13];

const { path } = workerData as { readonly path: string };
const port = parentPort;
if (!port) throw new Error('the writer is a thread, not a program');
const say = (message: FromWriter): void => port.postMessage(message);

try {
  const db = openForWriting(path);
  const writer = new GroupWriter(db);

  port.on('message', (message: ToWriter) => {
    // In a thread this ends the thread alone.
    if (message.kind === 'end') process.exit(1);
    if (message.kind === 'close') {
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      db.close();
      port.close();
      return;
    }
    try {
      say({ kind: 'committed', outcomes: writer.write(message.appends) });
    } catch (error) {
      if (!PASSING.includes(sqliteCode(error))) {
        // I/O error, damaged file: the state of the file is not known, so the thread ends and the ledger with it.
        db.close();
        throw error;
      }
      say({ kind: 'failed', error: error instanceof Error ? error : new Error(String(error)) });
    }
  });
  say({ kind: 'ready' });
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  const reason = error instanceof CannotOpenLedger ? error.reason : undefined;
  say({
    kind: 'refused',
    reason: reason === 'newer_version' || reason === 'not_a_ledger' ? reason : undefined,
    message,
  });
}
