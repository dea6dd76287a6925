import type { Target } from '../../audit/open-target.js';
import { CannotOpenLedger } from '../../ledger/errors.js';
import type { LedgerReader } from '../../ledger/port.js';
import { CliFailure } from '../failure.js';
import type { NamedLedger } from './ledger-address.js';

/** Opens a ledger to read it, beside a server that appends to it or not; closes it, whatever comes. */
export const withReader = async <T>(
  { options }: NamedLedger,
  work: (ledger: LedgerReader) => Promise<T>,
): Promise<T> => {
  const { openLedgerForReading } = await import('../../ledger/open-for-reading.js');
  const ledger = await openLedgerForReading(options);
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
};

/** Opens a ledger to bring events into it; closes it, whatever comes. */
export const withTarget = async <T>(
  { options }: NamedLedger,
  work: (target: Target) => Promise<T>,
): Promise<T> => {
  const { openTarget } = await import('../../audit/open-target.js');
  const target = await openTarget(options).catch((error: unknown) => {
    throw whyNot(error);
  });
  try {
    return await work(target);
  } finally {
    await target.ledger.close();
  }
};

const whyNot = (error: unknown): unknown =>
  error instanceof CannotOpenLedger && error.reason === 'in_use'
    ? new CliFailure(error.message, {
        code: error.code,
        cause: error,
        advice: 'stop the server that has it open; only export and verify work beside one',
      })
    : error;
