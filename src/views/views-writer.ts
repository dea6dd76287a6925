import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import { vmStream } from '../recording/streams.js';
import { START, type Position } from '../ledger/port.js';
import { RowWriter } from './row-writer.js';
import { emptyTables } from './schema.js';
import { ShapeWriter } from './shape-writer.js';
import { StaleShapes } from './stale-shapes.js';
import { inTransaction } from './transaction.js';
import type { ProjectionFailure, ViewChange } from './views.js';
import type { ProjectedVm } from './vm-row.js';

/** How far the ledger was considered, and enough to tell whether it is still the same ledger. */
export interface Checkpoint {
  readonly position: Position;
  /** A position from which the last event folded is the next one. */
  readonly preceding: Position;
  /** Id of the last event folded; null when there was none. */
  readonly eventId: string | null;
}

/** A failure, and up to where its stream was considered. */
export interface FailedStream extends ProjectionFailure {
  readonly seen: Position;
}

/** What goes into the views at once. */
export interface Commit {
  readonly vms: readonly ProjectedVm[];
  readonly failures: readonly FailedStream[];
  /** Null: the checkpoint stays, more of the same batch follows. */
  readonly checkpoint: Checkpoint | null;
}

/** What rows are derived with beside the ledger. */
export interface DerivedBy {
  readonly catalogueRevision: string;
  /** Of the program: another one may derive something else of the same events. */
  readonly release: string;
}

/** So many new shapes, and it is time to forget those that no VM has any more. */
const SHAPES_UNTIL_PRUNED = 10_000;

/** The writing side of the views: rows and checkpoint in one transaction. */
export class ViewsWriter {
  /** What another catalogue left to be done. */
  readonly stale: StaleShapes;
  readonly #db: DatabaseSyncInstance;
  readonly #shapes: ShapeWriter;
  readonly #rows: RowWriter;
  readonly #committed: (change: ViewChange) => void;
  readonly #move: StatementSyncInstance;
  readonly #fail: StatementSyncInstance;
  readonly #mend: StatementSyncInstance;
  readonly #seen: StatementSyncInstance;
  readonly #onHost: StatementSyncInstance;
  readonly #release: string;
  #checkpoint: Checkpoint;

  constructor(
    db: DatabaseSyncInstance,
    { catalogueRevision, release }: DerivedBy,
    committed: (change: ViewChange) => void,
  ) {
    this.#db = db;
    this.#release = release;
    this.#committed = committed;
    this.#shapes = new ShapeWriter(db, catalogueRevision);
    this.stale = new StaleShapes(db, this.#shapes, catalogueRevision, (uuids) => {
      committed({ uuids, position: this.#checkpoint.position });
    });
    this.#rows = new RowWriter(db, this.#shapes);
    this.#move = db.prepare(
      'UPDATE checkpoint SET position = ?, preceding = ?, event_id = ? WHERE position = ?',
    );
    this.#fail = db.prepare(
      'INSERT OR REPLACE INTO failed (stream, position, seen, error) VALUES (?, ?, ?, ?)',
    );
    this.#mend = db.prepare('DELETE FROM failed WHERE stream = ?');
    this.#seen = db.prepare(
      `SELECT uuid, position FROM vm WHERE uuid IN (SELECT value FROM json_each(?1))
       UNION ALL SELECT substr(stream, 4), seen FROM failed
       WHERE stream IN (SELECT 'vm-' || value FROM json_each(?1))`,
    );
    this.#onHost = db.prepare('SELECT uuid FROM vm_host WHERE host = ? ORDER BY uuid');
    this.#checkpoint = db
      .prepare('SELECT position, preceding, event_id AS eventId FROM checkpoint')
      .get() as Checkpoint;
  }

  get checkpoint(): Checkpoint {
    return this.#checkpoint;
  }

  /** Whether the rows were derived by another release of this program. */
  get releaseChanged(): boolean {
    const { release } = this.#db.prepare('SELECT release FROM checkpoint').get() as { release: string };
    return release !== this.#release;
  }

  /** From now on what no shape speaks for is all that is left of the other release. */
  adoptRelease(): void {
    this.#db.prepare('UPDATE checkpoint SET release = ?').run(this.#release);
  }

  /** All or nothing; who waits or listens is told once it is committed. */
  commit({ vms, failures, checkpoint }: Commit): void {
    const changed: string[] = [];
    inTransaction(this.#db, () => {
      for (const vm of vms) {
        if (this.#rows.write(vm)) changed.push(vm.row.uuid);
        this.#mend.run(vmStream(vm.row.uuid));
      }
      for (const { stream, position, seen, error } of failures) this.#fail.run(stream, position, seen, error);
      if (checkpoint !== null) this.#moveTo(checkpoint);
    });
    if (checkpoint !== null) this.#checkpoint = checkpoint;
    if (this.#shapes.made > SHAPES_UNTIL_PRUNED) {
      this.stale.prune();
      this.#shapes.made = 0;
    }
    this.#committed({ uuids: changed, position: this.#checkpoint.position });
  }

  /** Up to where VMs' own streams are in the views, or failed; without those of which nothing is. */
  seen(uuids: readonly string[]): ReadonlyMap<string, Position> {
    const rows: readonly { uuid: string; position: Position }[] = this.#seen.all(JSON.stringify(uuids));
    const latest = new Map<string, Position>();
    for (const { uuid, position } of rows)
      if (position > (latest.get(uuid) ?? START)) latest.set(uuid, position);
    return latest;
  }

  /** VMs that ever ran on a host, or that it spoke of. */
  vmsOfHost(host: string): readonly string[] {
    const rows: readonly { uuid: string }[] = this.#onHost.all(host);
    return rows.map(({ uuid }) => uuid);
  }

  /** Streams that failed, VMs' and hosts'. */
  failedStreams(): readonly string[] {
    const rows: readonly { stream: string }[] = this.#db.prepare('SELECT stream FROM failed').all();
    return rows.map(({ stream }) => stream);
  }

  /** A stream is read without fault again. */
  mend(stream: string): void {
    this.#mend.run(stream);
  }

  /** Forgets everything: the ledger is another one, or was put back to an earlier state. */
  reset(): void {
    inTransaction(this.#db, () => {
      emptyTables(this.#db, this.#release);
    });
    this.#checkpoint = { position: START, preceding: START, eventId: null };
    this.#committed({ uuids: [], position: START });
  }

  #moveTo(checkpoint: Checkpoint): void {
    const { position, preceding, eventId } = checkpoint;
    const { changes } = this.#move.run(position, preceding, eventId, this.#checkpoint.position);
    if (changes !== 1) throw new Error('views: another process moved the checkpoint of this file');
  }
}
