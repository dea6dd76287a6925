import { MemoryLedger } from '../../src/ledger/memory/memory-ledger.js';
import { describeLedgerContract } from './ledger-contract.js';

describeLedgerContract('memory', {
  open: async (options) => new MemoryLedger(options),
  dispose: async () => undefined,
});
