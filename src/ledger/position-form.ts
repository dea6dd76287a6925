import { START } from './port.js';

/** SQLite's and memory's; EventStoreDB's, of which the longer is rare. */
const FORMS = [/^\d{16}$/, /^\d{20}(\d{20})?$/];

/** Whether it is written as some engine writes positions, other than `START`. */
export const isPosition = (text: string): boolean => FORMS.some((form) => form.test(text));

/**
 * Whether two positions can be of one ledger: as text they compare only when they are of one form. `START` is of every
 * ledger. Of two ledgers of one engine no form tells which one a position is of.
 */
export const ofOneForm = (a: string, b: string): boolean =>
  a === START || b === START || FORMS.some((form) => form.test(a) && form.test(b));
