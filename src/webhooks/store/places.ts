import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import { ofOneForm } from '../../ledger/position-form.js';

/** Sorts before every digit. */
const ELSEWHERE = '!';

/**
 * Where messages stand in the ledger, so that a replay can take a range of them. The outbox can hold messages whose
 * positions are of the ledger that this one is a copy of: they all stand before those of this one, in their own order.
 */
export class Places {
  readonly #last: StatementSyncInstance;
  readonly #setApart: StatementSyncInstance;

  constructor(db: DatabaseSyncInstance) {
    // What a test of an endpoint names is no cause, and in no order.
    this.#last = db.prepare(
      `SELECT place FROM message WHERE type <> 'endpoint.test' ORDER BY place DESC LIMIT 1`,
    );
    this.#setApart = db.prepare(`UPDATE message SET place = '${ELSEWHERE}' || place`);
  }

  /** Before a message is added: within one ledger they come in the order of their causes. */
  next(position: string): void {
    const last = this.#latest();
    if (last !== null && (position < last || !ofOneForm(position, last))) this.#setApart.run();
  }

  /** Before a range is looked for that begins or ends at this position. */
  asked(position: string): void {
    const last = this.#latest();
    if (last !== null && !ofOneForm(position, last)) this.#setApart.run();
  }

  /** Null: there is none of this ledger. */
  #latest(): string | null {
    const { place } = (this.#last.get() as { readonly place: string } | undefined) ?? { place: ELSEWHERE };
    return place.startsWith(ELSEWHERE) ? null : place;
  }
}

/** What stood in the message. */
export const positionAt = (place: string): string => place.replace(/^!+/, '');
