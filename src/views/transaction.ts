import type { DatabaseSyncInstance } from '@photostructure/sqlite';

/** All or nothing. */
export const inTransaction = (db: DatabaseSyncInstance, work: () => void): void => {
  db.exec('BEGIN IMMEDIATE');
  try {
    work();
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
};
