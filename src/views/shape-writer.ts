import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import { deflateRawSync } from 'node:zlib';
import { packState, type GuestState } from '../domain/shape/guest-state.js';
import { behavioursWhere, digestOf, type ProjectedVm } from './vm-row.js';

/**
 * Writes the shapes that VMs share: one row for each history, and one for each state that a verdict is asked of. Within
 * the caller's transaction.
 */
export class ShapeWriter {
  /** Histories that were new, since somebody set it back. */
  made = 0;
  readonly #derivedBy: string;
  readonly #known: StatementSyncInstance;
  readonly #addHistory: StatementSyncInstance;
  readonly #renewHistory: StatementSyncInstance;
  readonly #addSaved: StatementSyncInstance;
  readonly #dropSaved: StatementSyncInstance;
  readonly #knownState: StatementSyncInstance;
  readonly #addState: StatementSyncInstance;
  readonly #addBehaviour: StatementSyncInstance;

  /** @param derivedBy revision of the catalogue in use */
  constructor(db: DatabaseSyncInstance, derivedBy: string) {
    this.#derivedBy = derivedBy;
    this.#known = db.prepare('SELECT id FROM history_shape WHERE digest = ?');
    this.#addHistory = db.prepare(
      `INSERT INTO history_shape (digest, state, state_shape, taints, unknowns, leftovers, derived_by)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#renewHistory = db.prepare(
      `UPDATE history_shape SET state = ?, state_shape = ?, taints = ?, unknowns = ?, leftovers = ?, derived_by = ?
       WHERE id = ?`,
    );
    this.#addSaved = db.prepare(
      'INSERT INTO saved_shape (history_shape, ordinal, state_shape) VALUES (?, ?, ?)',
    );
    this.#dropSaved = db.prepare('DELETE FROM saved_shape WHERE history_shape = ?');
    this.#knownState = db.prepare('SELECT id FROM state_shape WHERE digest = ?');
    this.#addState = db.prepare('INSERT INTO state_shape (digest, state) VALUES (?, ?)');
    this.#addBehaviour = db.prepare(
      'INSERT INTO state_behaviour (behaviour, status, state_shape) VALUES (?, ?, ?)',
    );
  }

  /** The number of the VM's history, which is made when no VM had it yet. */
  idOf(vm: ProjectedVm): number {
    const known = this.#known.get(vm.shape.digest) as { id: number } | undefined;
    if (known !== undefined) return known.id;
    this.made += 1;
    const { lastInsertRowid } = this.#addHistory.run(vm.shape.digest, ...this.#derivedOf(vm));
    const id = Number(lastInsertRowid);
    this.#writeSaved(id, vm);
    return id;
  }

  /** What the history of this number comes to by the catalogue in use, as one of its VMs tells. */
  renew(id: number, vm: ProjectedVm): void {
    this.#renewHistory.run(...this.#derivedOf(vm), id);
    this.#dropSaved.run(id);
    this.#writeSaved(id, vm);
  }

  #derivedOf({ row, shape }: ProjectedVm): readonly (string | number | null)[] {
    const { state, taints, unknowns, leftovers } = row;
    const running = shape.running === null ? null : this.#stateId(shape.running);
    return [state, running, JSON.stringify(taints), JSON.stringify(unknowns), leftovers, this.#derivedBy];
  }

  #writeSaved(id: number, { shape }: ProjectedVm): void {
    for (const [ordinal, { state }] of shape.saved.entries())
      this.#addSaved.run(id, ordinal, this.#stateId(state));
  }

  #stateId(state: GuestState): number {
    const packed = packState(state);
    const digest = digestOf(packed);
    const known = this.#knownState.get(digest) as { id: number } | undefined;
    if (known !== undefined) return known.id;
    const { lastInsertRowid } = this.#addState.run(digest, deflateRawSync(packed));
    const id = Number(lastInsertRowid);
    const taints = behavioursWhere(state.carried, true);
    for (const behaviour of taints) this.#addBehaviour.run(behaviour, 'taint', id);
    for (const behaviour of behavioursWhere(state.carried, null))
      if (!taints.includes(behaviour)) this.#addBehaviour.run(behaviour, 'unknown', id);
    return id;
  }
}
