import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import type { Ledger, Position } from '../ledger/port.js';
import { uuidOfCursor, cursorAfter } from './cursor.js';
import { fleetCounts } from './fleet-counts.js';
import { lagAfter } from './lag.js';
import { openFile } from './open-file.js';
import { beginBeside, finishBeside, numberedFrom } from './schema.js';
import { ShapeReader } from './shape-reader.js';
import { SILENT, type ViewsLog } from './views-log.js';
import { ViewsWriter } from './views-writer.js';
import type { FleetCounts, Page, ProjectionFailure, ViewChange, VmFilter, VmRow, Views } from './views.js';
import { pageQuery } from './vm-query.js';
import { Waiters } from './waiters.js';

/** Of a long list of failures this many are shown; the rest are counted. */
const FAILURES_SHOWN = 100;
/** Filters come in few shapes; each shape is one prepared statement. */
const STATEMENTS_KEPT = 100;

export interface ViewsOptions {
  /** The file, made when missing; or `:memory:`. It can be deleted while nothing runs: it is built from the ledger. */
  readonly path: string;
  /** Of the catalogue that rows are derived with. When it is another than the file's, each shape is derived anew. */
  readonly catalogueRevision: string;
  /** Of this program. When it is another than the file's, each VM is derived anew. @defaultValue '' */
  readonly release?: string;
  /** Asked how far behind the views are. */
  readonly ledger: Pick<Ledger, 'head' | 'readAll'>;
  readonly log?: ViewsLog;
}

/**
 * Opens the read models.
 * @throws HopledgerError CANNOT_OPEN_LEDGER when the file is of another program or damaged; it is left alone
 */
export const openViews = (options: ViewsOptions): SqliteViews => {
  const log = options.log ?? SILENT;
  return new SqliteViews(openFile(options.path, options.release ?? '', log), options, log);
};

/** Opens read models that are to follow others; until `finish` a crash leaves the others in their place. */
export const openViewsBeside = (options: ViewsOptions, serving: SqliteViews): SqliteViews => {
  const log = options.log ?? SILENT;
  const db = openFile(options.path, options.release ?? '', log);
  try {
    serving.begin(db);
    return new SqliteViews(db, options, log);
  } catch (error) {
    db.close();
    throw error;
  }
};

/** The read models in one SQLite file. One process has it open; the projector writes, everyone reads. */
export class SqliteViews implements Views {
  /** For the projector alone. */
  readonly writer: ViewsWriter;
  readonly shapes: ShapeReader;
  /** Its shapes have numbers from here on; those of the views before it have lower ones. */
  readonly numberedFrom: number;
  readonly #db: DatabaseSyncInstance;
  readonly #ledger: ViewsOptions['ledger'];
  readonly #waiters = new Waiters();
  readonly #listeners = new Set<(change: ViewChange) => void>();
  readonly #pages = new Map<string, StatementSyncInstance>();
  readonly #count: () => FleetCounts;
  readonly #vm: StatementSyncInstance;
  readonly #domain: StatementSyncInstance;
  readonly #failures: StatementSyncInstance;
  readonly #failureCount: StatementSyncInstance;
  #fleet: FleetCounts | undefined;
  #counting: Promise<number> | undefined;

  /** @internal use `openViews` */
  constructor(
    db: DatabaseSyncInstance,
    { ledger, catalogueRevision, release = '' }: ViewsOptions,
    log: ViewsLog,
  ) {
    this.#db = db;
    this.#ledger = ledger;
    this.shapes = new ShapeReader(db);
    this.numberedFrom = numberedFrom(db);
    this.#count = fleetCounts(db);
    this.#vm = db.prepare('SELECT * FROM vm WHERE uuid = ?');
    this.#domain = db.prepare(
      'SELECT uuid FROM domain_name WHERE host = ? AND name = ? ORDER BY at DESC, uuid LIMIT 1',
    );
    this.#failures = db.prepare(
      `SELECT stream, position, error FROM failed ORDER BY position LIMIT ${FAILURES_SHOWN}`,
    );
    this.#failureCount = db.prepare('SELECT count(*) AS count FROM failed');
    this.writer = new ViewsWriter(db, { catalogueRevision, release }, (change) => {
      this.#fleet = undefined;
      this.#waiters.reached(change.position);
      if (change.uuids.length > 0) this.#tell(change, log);
    });
  }

  position(): Position {
    return this.writer.checkpoint.position;
  }

  lag(): Promise<number> {
    // Callers at the same time share one count.
    this.#counting ??= lagAfter(this.#ledger, this.position()).finally(() => {
      this.#counting = undefined;
    });
    return this.#counting;
  }

  async waitFor(position: Position, timeoutMs: number): Promise<boolean> {
    return position <= this.position() || this.#waiters.wait(position, timeoutMs);
  }

  vms(filter: VmFilter, first: number, after: string | null): Page<VmRow> {
    const query = pageQuery(filter, first, after === null ? '' : uuidOfCursor(after, filter));
    const found: readonly StoredRow[] = this.#statement(query.sql).all(...query.parameters);
    const rows = found.slice(0, first).map(rowOf);
    const last = rows.at(-1);
    return {
      rows,
      hasNext: found.length > first,
      endCursor: last === undefined ? null : cursorAfter(last.uuid, filter),
    };
  }

  vm(uuid: string): VmRow | null {
    const row = this.#vm.get(uuid.toLowerCase()) as StoredRow | undefined;
    return row === undefined ? null : rowOf(row);
  }

  fleet(): FleetCounts {
    this.#fleet ??= this.#count();
    return this.#fleet;
  }

  vmsOfHost(host: string): readonly string[] {
    return this.writer.vmsOfHost(host);
  }

  failures(): { readonly count: number; readonly first: readonly ProjectionFailure[] } {
    const { count } = this.#failureCount.get() as { count: number };
    return { count, first: count === 0 ? [] : this.#failures.all() };
  }

  domainUuid(host: string, name: string): string | null {
    return (this.#domain.get(host, name) as { uuid: string } | undefined)?.uuid ?? null;
  }

  onChange(listener: (change: ViewChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @internal makes an empty file one that comes after this one */
  begin(beside: DatabaseSyncInstance): void {
    beginBeside(beside, this.#db);
  }

  /** These are the views from now on, also after a crash. */
  finish(): void {
    finishBeside(this.#db);
  }

  /** VMs whose rows show events after a position. */
  changedAfter(position: Position): readonly string[] {
    const rows: readonly { uuid: string }[] = this.#db
      .prepare('SELECT uuid FROM vm WHERE position > ?')
      .all(position);
    return rows.map(({ uuid }) => uuid);
  }

  /** Those who wait are told that it did not come to it here. */
  endWaits(): void {
    this.#waiters.close();
  }

  /** Ends those who wait, and closes the file. Stop the projector first. */
  close(): void {
    this.#waiters.close();
    this.#listeners.clear();
    if (this.#db.isOpen) this.#db.close();
  }

  #tell(change: ViewChange, log: ViewsLog): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(change);
      } catch (error) {
        // The commit stands; one listener's fault is no other's.
        log.warn(`views: a listener failed: ${String(error)}`);
      }
    }
  }

  #statement(sql: string): StatementSyncInstance {
    const known = this.#pages.get(sql);
    if (known !== undefined) return known;
    if (this.#pages.size >= STATEMENTS_KEPT) this.#pages.clear();
    const statement = this.#db.prepare(sql);
    this.#pages.set(sql, statement);
    return statement;
  }
}

interface StoredRow {
  readonly uuid: string;
  readonly name: string | null;
  readonly state: VmRow['state'];
  readonly host: string | null;
  readonly build: string | null;
  readonly machine_type: string | null;
  readonly taints: string;
  readonly unknowns: string;
  readonly leftovers: number;
  readonly last_seen_at: string | null;
  readonly position: Position;
}

const rowOf = (row: StoredRow): VmRow => ({
  uuid: row.uuid,
  name: row.name,
  state: row.state,
  host: row.host,
  build: row.build,
  machineType: row.machine_type,
  taints: JSON.parse(row.taints) as string[],
  unknowns: JSON.parse(row.unknowns) as string[],
  leftovers: row.leftovers,
  lastSeenAt: row.last_seen_at,
  position: row.position,
});
