import { open } from 'node:fs/promises';
import type { ExportSource } from '../../audit/exported-events.js';
import { openLog } from '../import/open-log.js';

/** An export in a file, packed by gzip or not. */
export const exportIn = (file: string): ExportSource => ({
  name: file,
  open: async () => (await openLog(file)).chunks,
});

const SQLITE_MAGIC = 'SQLite format 3\0';

/** Whether a file is a SQLite database, whatever its name. */
export const isSqlite = async (file: string): Promise<boolean> => {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(SQLITE_MAGIC.length),
      0,
      SQLITE_MAGIC.length,
      0,
    );
    return buffer.toString('latin1', 0, bytesRead) === SQLITE_MAGIC;
  } finally {
    await handle.close();
  }
};
