import { HopledgerError } from '../errors.js';
import type { ExportVerification } from './verify-export.js';

/** An export that is not sound; nothing was done with it. */
export class BadExport extends HopledgerError {
  constructor(file: string, { faults, problems }: Pick<ExportVerification, 'faults' | 'problems'>) {
    const shown = problems.map(({ line, what }) => `line ${line} ${what}`);
    const more = faults > shown.length ? [`and ${faults - shown.length} more`] : [];
    super('BAD_EXPORT', `${file} is not sound: ${[...shown, ...more].join('; ')}`, { faults });
  }
}

/** A ledger that does not hold what it is held against: other events, or more, or less. */
export class LedgerDiffers extends HopledgerError {
  constructor(message: string, event: number) {
    super('LEDGER_DIFFERS', message, { event });
  }
}
