import { afterAll, beforeAll, describe } from '@jest/globals';
import type { Ledger } from '../../src/ledger/port.js';
import { appendContract } from './append-contract.js';
import { boundsContract } from './bounds-contract.js';
import { closingContract } from './closing-contract.js';
import type { LedgerHarness } from './ledger-harness.js';
import { modelContract } from './model-contract.js';
import { raceContract } from './race-contract.js';
import { readingContract } from './reading-contract.js';
import { retryContract } from './retry-contract.js';
import { subscriptionContract } from './subscription-contract.js';

/**
 * What every engine of the ledger owes its callers. Most of it runs on one log that fills up as it goes, so a
 * test looks at its own streams, or at the log from the head as it found it.
 */
export function describeLedgerContract(engine: string, harness: LedgerHarness): void {
  describe(`${engine} ledger`, () => {
    let shared: Ledger;
    beforeAll(async () => {
      shared = await harness.open();
    });
    afterAll(async () => {
      await shared.close();
      await harness.dispose();
    });
    const ledger = (): Ledger => shared;

    appendContract(ledger);
    retryContract(ledger);
    raceContract(ledger);
    readingContract(ledger);
    subscriptionContract(ledger, harness);
    boundsContract(ledger, harness);
    closingContract(harness);
    modelContract(ledger);
  });
}
