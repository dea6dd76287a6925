import { parentPort, workerData } from 'node:worker_threads';
import { backupLog } from './backup-log.js';
import { openForReading } from './connection.js';
import type { Upkeep } from './upkeep.js';
import { verifyLog } from './verify-log.js';

const task = workerData as Upkeep;
const db = openForReading(task.path);
try {
  if (task.kind === 'backup') backupLog(db, task.target);
  parentPort?.postMessage(task.kind === 'verify' ? verifyLog(db) : undefined);
} finally {
  db.close();
}
