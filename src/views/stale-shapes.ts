import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import { inTransaction } from './transaction.js';
import type { ShapeWriter } from './shape-writer.js';
import type { ProjectedVm } from './vm-row.js';

/** VMs whose rows change in one transaction: bounds how long it blocks the loop. */
const VMS_AT_ONCE = 1_000;
/** Shapes written in one transaction: each has a state or more to pack. */
const SHAPES_AT_ONCE = 32;

/** A history as derived with another catalogue than the one in use. */
export interface StaleShape {
  readonly id: number;
  readonly digest: string;
  /** A few VMs of it, any of which can speak for all; none of which an event cannot be read. */
  readonly speakers: readonly string[];
}

/** Rows of one shape in the order of their UUIDs, from after one up to another. */
interface Stretch {
  readonly id: number;
  readonly after: string;
  readonly upTo: string;
}

/**
 * Brings shapes, and the rows of their VMs, in line with another catalogue. A shape is marked while the rows of its VMs
 * change, so that an interrupted change is made again as a whole, by this catalogue or whichever comes next.
 */
export class StaleShapes {
  readonly #db: DatabaseSyncInstance;
  readonly #shapes: ShapeWriter;
  readonly #revision: string;
  readonly #changed: (uuids: readonly string[]) => void;
  readonly #stale: StatementSyncInstance;
  readonly #speakers: StatementSyncInstance;
  readonly #mark: StatementSyncInstance;
  readonly #stretch: StatementSyncInstance;
  readonly #setRows: StatementSyncInstance;
  readonly #dropBehaviours: StatementSyncInstance;
  readonly #addBehaviours: StatementSyncInstance;
  readonly #same: StatementSyncInstance;
  readonly #detach: StatementSyncInstance;
  readonly #drop: StatementSyncInstance;
  readonly #withoutShape: StatementSyncInstance;

  constructor(
    db: DatabaseSyncInstance,
    shapes: ShapeWriter,
    revision: string,
    changed: (uuids: readonly string[]) => void,
  ) {
    this.#db = db;
    this.#shapes = shapes;
    this.#changed = changed;
    this.#revision = revision;
    this.#stale = db.prepare('SELECT id, digest FROM history_shape WHERE derived_by <> ? LIMIT ?');
    this.#speakers = db.prepare(
      `SELECT uuid FROM vm WHERE history_shape = ?
       AND NOT EXISTS (SELECT 1 FROM failed WHERE stream = 'vm-' || uuid) ORDER BY uuid LIMIT 3`,
    );
    this.#mark = db.prepare("UPDATE history_shape SET derived_by = '' WHERE id = ?");
    this.#stretch = db.prepare(
      `SELECT uuid FROM vm WHERE history_shape = ? AND uuid > ? ORDER BY uuid LIMIT ${VMS_AT_ONCE}`,
    );
    const inStretch = 'history_shape = ?1 AND uuid > ?2 AND uuid <= ?3';
    this.#setRows = db.prepare(
      `UPDATE vm SET tainted = ?4, taints = ?5, unknowns = ?6, leftovers = ?7 WHERE ${inStretch}`,
    );
    this.#dropBehaviours = db.prepare(
      `DELETE FROM vm_behaviour WHERE uuid IN (SELECT uuid FROM vm WHERE ${inStretch})`,
    );
    this.#addBehaviours = db.prepare(
      `INSERT INTO vm_behaviour (behaviour, status, uuid)
       SELECT value, ?4, uuid FROM vm, json_each(?5) WHERE ${inStretch}`,
    );
    this.#same = db.prepare(
      `SELECT 1 FROM history_shape WHERE id = ? AND taints = ? AND unknowns = ? AND leftovers = ? AND derived_by <> ''`,
    );
    this.#detach = db.prepare(
      'UPDATE vm SET history_shape = NULL WHERE history_shape = ?1 AND uuid > ?2 AND uuid <= ?3',
    );
    this.#drop = db.prepare('DELETE FROM history_shape WHERE id = ?');
    this.#withoutShape = db.prepare(
      'SELECT uuid FROM vm WHERE history_shape IS NULL AND uuid > ? ORDER BY uuid LIMIT ?',
    );
  }

  /** Every shape, in line or not. */
  all(): readonly number[] {
    const rows: readonly { id: number }[] = this.#db.prepare('SELECT id FROM history_shape').all();
    return rows.map(({ id }) => id);
  }

  /** Some that are left; none when all are in line. */
  some(count: number): readonly StaleShape[] {
    const stale: readonly { id: number; digest: string }[] = this.#stale.all(this.#revision, count);
    return stale.map(({ id, digest }) => {
      const rows: readonly { uuid: string }[] = this.#speakers.all(id);
      return { id, digest, speakers: rows.map(({ uuid }) => uuid) };
    });
  }

  /**
   * Makes shapes what one VM of each was derived to. The rows of its VMs are written only when a taint, something unknown
   * or a leftover is another than before: what else a catalogue changes is in the shape alone.
   * @param between lets others have their turn
   */
  async renew(
    renewed: readonly { readonly id: number; readonly speaker: ProjectedVm }[],
    between: () => Promise<void>,
  ): Promise<void> {
    for (const { id, speaker } of renewed)
      if (!this.#isSame(id, speaker)) await this.#setRowsOf(id, speaker, between);
    for (let start = 0; start < renewed.length; start += SHAPES_AT_ONCE) {
      inTransaction(this.#db, () => {
        for (const { id, speaker } of renewed.slice(start, start + SHAPES_AT_ONCE))
          this.#shapes.renew(id, speaker);
      });
      await between();
    }
  }

  #isSame(id: number, { row: { taints, unknowns, leftovers } }: ProjectedVm): boolean {
    const texts = [JSON.stringify(taints), JSON.stringify(unknowns)] as const;
    return this.#same.get(id, ...texts, leftovers) !== undefined;
  }

  async #setRowsOf(id: number, { row }: ProjectedVm, between: () => Promise<void>): Promise<void> {
    const [taints, unknowns] = [JSON.stringify(row.taints), JSON.stringify(row.unknowns)];
    this.#mark.run(id);
    await this.#eachStretch(id, between, (stretch) => {
      const where = [stretch.id, stretch.after, stretch.upTo] as const;
      this.#setRows.run(...where, row.taints.length > 0 ? 1 : 0, taints, unknowns, row.leftovers);
      this.#dropBehaviours.run(...where);
      this.#addBehaviours.run(...where, 'taint', taints);
      this.#addBehaviours.run(...where, 'unknown', unknowns);
    });
  }

  /** Nobody can speak for it: each of its VMs is to be derived by itself. */
  async dissolve(id: number, between: () => Promise<void>): Promise<void> {
    await this.#eachStretch(id, between, ({ after, upTo }) => void this.#detach.run(id, after, upTo));
    this.#drop.run(id);
  }

  /** VMs that no shape speaks for, page by page. */
  vmsWithoutShape(after: string, count: number): readonly string[] {
    const rows: readonly { uuid: string }[] = this.#withoutShape.all(after, count);
    return rows.map(({ uuid }) => uuid);
  }

  /** Forgets shapes that no VM has any more. */
  prune(): void {
    inTransaction(this.#db, () => {
      this.#db.exec(`
        DELETE FROM history_shape WHERE NOT EXISTS (SELECT 1 FROM vm WHERE vm.history_shape = history_shape.id);
        DELETE FROM saved_shape WHERE history_shape NOT IN (SELECT id FROM history_shape);
        DELETE FROM state_shape WHERE id NOT IN (SELECT state_shape FROM saved_shape)
          AND id NOT IN (SELECT state_shape FROM history_shape WHERE state_shape IS NOT NULL);
        DELETE FROM state_behaviour WHERE state_shape NOT IN (SELECT id FROM state_shape);
      `);
    });
  }

  /** A transaction for each stretch. */
  async #eachStretch(
    id: number,
    between: () => Promise<void>,
    work: (stretch: Stretch) => void,
  ): Promise<void> {
    for (let after = ''; ;) {
      const rows: readonly { uuid: string }[] = this.#stretch.all(id, after);
      const upTo = rows.at(-1)?.uuid;
      if (upTo === undefined) return;
      const stretch = { id, after, upTo };
      inTransaction(this.#db, () => {
        work(stretch);
      });
      this.#changed(rows.map(({ uuid }) => uuid));
      await between();
      after = upTo;
    }
  }
}
