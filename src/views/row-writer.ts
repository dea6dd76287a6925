import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import type { ShapeWriter } from './shape-writer.js';
import type { VmRow } from './views.js';
import type { HeardName, ProjectedSavedState, ProjectedVm } from './vm-row.js';

const COLUMNS = [
  'name',
  'folded_name',
  'state',
  'host',
  'build',
  'machine_type',
  'tainted',
  'taints',
  'unknowns',
  'leftovers',
  'last_seen_at',
  'history_shape',
  'position',
];
const listed = (prefix = ''): string => COLUMNS.map((column) => prefix + column).join(', ');

/** Says whether anything changed, by its count of changes: the same row again writes nothing. */
const UPSERT = `INSERT INTO vm (uuid, ${listed()}) VALUES (?${', ?'.repeat(COLUMNS.length)})
  ON CONFLICT (uuid) DO UPDATE SET ${COLUMNS.map((column) => `${column} = excluded.${column}`).join(', ')}
  WHERE (${listed('excluded.')}) IS NOT (${listed('vm.')})`;

/** Writes what the views keep of a VM. Within the caller's transaction. */
export class RowWriter {
  readonly #shapes: ShapeWriter;
  readonly #upsert: StatementSyncInstance;
  readonly #taintsOf: StatementSyncInstance;
  readonly #dropBehaviours: StatementSyncInstance;
  readonly #addBehaviour: StatementSyncInstance;
  readonly #addHost: StatementSyncInstance;
  readonly #dropHosts: StatementSyncInstance;
  readonly #addName: StatementSyncInstance;
  readonly #namesOf: StatementSyncInstance;
  readonly #dropName: StatementSyncInstance;
  readonly #addSaved: StatementSyncInstance;
  readonly #dropSaved: StatementSyncInstance;

  constructor(db: DatabaseSyncInstance, shapes: ShapeWriter) {
    this.#shapes = shapes;
    this.#upsert = db.prepare(UPSERT);
    this.#taintsOf = db.prepare('SELECT taints, unknowns FROM vm WHERE uuid = ?');
    this.#dropBehaviours = db.prepare('DELETE FROM vm_behaviour WHERE uuid = ?');
    this.#addBehaviour = db.prepare('INSERT INTO vm_behaviour (uuid, status, behaviour) VALUES (?, ?, ?)');
    this.#addHost = db.prepare('INSERT INTO vm_host (uuid, host) VALUES (?, ?) ON CONFLICT DO NOTHING');
    this.#dropHosts = db.prepare(
      'DELETE FROM vm_host WHERE uuid = ? AND host NOT IN (SELECT value FROM json_each(?))',
    );
    this.#addName = db.prepare(
      `INSERT INTO domain_name (uuid, host, name, at) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET at = excluded.at WHERE at <> excluded.at`,
    );
    this.#namesOf = db.prepare('SELECT host, name FROM domain_name WHERE uuid = ?');
    this.#dropName = db.prepare('DELETE FROM domain_name WHERE uuid = ? AND host = ? AND name = ?');
    this.#addSaved = db.prepare(
      `INSERT INTO saved_state (uuid, ordinal, id, saved_at, host) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET id = excluded.id, saved_at = excluded.saved_at, host = excluded.host
       WHERE (excluded.id, excluded.saved_at, excluded.host) IS NOT (id, saved_at, host)`,
    );
    this.#dropSaved = db.prepare('DELETE FROM saved_state WHERE uuid = ? AND ordinal >= ?');
  }

  /** @returns whether the row is another than before */
  write(vm: ProjectedVm): boolean {
    const { row, names, hosts, shape } = vm;
    const { uuid } = row;
    const taints = JSON.stringify(row.taints);
    const unknowns = JSON.stringify(row.unknowns);
    const before = this.#taintsOf.get(uuid) as { taints: string; unknowns: string } | undefined;
    if (this.#upsert.run(uuid, ...valuesOf(row, taints, unknowns, this.#shapes.idOf(vm))).changes === 0)
      return false;
    if (before?.taints !== taints || before.unknowns !== unknowns) this.#writeBehaviours(row);
    for (const host of hosts) this.#addHost.run(uuid, host);
    for (const { host, name, at } of names) this.#addName.run(uuid, host, name, at);
    // Only a correction or a retraction takes hosts or names away; a new VM has none to lose.
    if (before !== undefined) {
      this.#dropHosts.run(uuid, JSON.stringify(hosts));
      this.#dropNamesBut(uuid, names);
    }
    this.#writeSaved(uuid, shape.saved);
    return true;
  }

  #dropNamesBut(uuid: string, names: readonly HeardName[]): void {
    const kept: readonly { host: string; name: string }[] = this.#namesOf.all(uuid);
    for (const { host, name } of kept) {
      const heard = names.some((other) => other.host === host && other.name === name);
      if (!heard) this.#dropName.run(uuid, host, name);
    }
  }

  #writeSaved(uuid: string, saved: readonly ProjectedSavedState[]): void {
    for (const [ordinal, { id, savedAt, host }] of saved.entries())
      this.#addSaved.run(uuid, ordinal, id, savedAt, host);
    this.#dropSaved.run(uuid, saved.length);
  }

  #writeBehaviours({ uuid, taints, unknowns }: VmRow): void {
    this.#dropBehaviours.run(uuid);
    for (const behaviour of taints) this.#addBehaviour.run(uuid, 'taint', behaviour);
    for (const behaviour of unknowns) this.#addBehaviour.run(uuid, 'unknown', behaviour);
  }
}

const valuesOf = (
  row: VmRow,
  taints: string,
  unknowns: string,
  shape: number,
): readonly (string | number | null)[] => [
  row.name,
  row.name?.toLowerCase() ?? null,
  row.state,
  row.host,
  row.build,
  row.machineType,
  row.taints.length > 0 ? 1 : 0,
  taints,
  unknowns,
  row.leftovers,
  row.lastSeenAt,
  shape,
  row.position,
];
