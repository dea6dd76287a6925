import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteLedger } from '../../src/ledger/sqlite/sqlite-ledger.js';
import { describeLedgerContract } from './ledger-contract.js';

const folders: string[] = [];

describeLedgerContract('SQLite', {
  open: async (options) => {
    const folder = await mkdtemp(join(tmpdir(), 'hopledger-contract-'));
    folders.push(folder);
    return SqliteLedger.open({ path: join(folder, 'ledger.db'), ...options });
  },
  reopen: (closed) => SqliteLedger.open({ path: (closed as SqliteLedger).path }),
  dispose: async () => {
    for (const folder of folders) await rm(folder, { recursive: true });
  },
});
