import type { Position } from '../ledger/port.js';
import type { Shapes } from './shape-reader.js';
import { ShapesOfTwo } from './shapes-of-two.js';
import type { SqliteViews } from './sqlite-views.js';
import type { FleetCounts, Page, ProjectionFailure, ViewChange, VmFilter, VmRow, Views } from './views.js';

/**
 * The views that serve, which can be switched for others while they do: between two calls, so that no call meets half
 * of each. Positions do not go back, and who waits for one goes on waiting with those that follow.
 */
export class ServingViews implements Views {
  readonly #listeners = new Set<(change: ViewChange) => void>();
  readonly #shapes: ShapesOfTwo;
  #current: SqliteViews;

  constructor(first: SqliteViews) {
    this.#current = first;
    this.#shapes = new ShapesOfTwo(first);
    this.#listen();
  }

  /**
   * What is known of the shapes of those before answers on until `forget`, for whoever asked for them just before.
   * @returns false when the others are behind: then nothing changed
   */
  switchTo(next: SqliteViews): boolean {
    const before = this.#current;
    const position = before.position();
    if (next.position() < position) return false;
    next.finish();
    this.#current = next;
    this.#shapes.switchTo(next);
    this.#listen();
    before.endWaits();
    const uuids = next.changedAfter(position);
    if (uuids.length > 0) this.#tell({ uuids, position: next.position() });
    return true;
  }

  /** The views before are closed now. */
  forget(): void {
    this.#shapes.forget();
  }

  get shapes(): Shapes {
    return this.#shapes;
  }

  position(): Position {
    return this.#current.position();
  }

  lag(): Promise<number> {
    return this.#current.lag();
  }

  async waitFor(position: Position, timeoutMs: number): Promise<boolean> {
    const until = performance.now() + timeoutMs;
    for (;;) {
      const asked = this.#current;
      const reached = await asked.waitFor(position, Math.max(0, until - performance.now()));
      if (reached || asked === this.#current) return reached;
    }
  }

  vms(filter: VmFilter, first: number, after: string | null): Page<VmRow> {
    return this.#current.vms(filter, first, after);
  }

  vm(uuid: string): VmRow | null {
    return this.#current.vm(uuid);
  }

  fleet(): FleetCounts {
    return this.#current.fleet();
  }

  vmsOfHost(host: string): readonly string[] {
    return this.#current.vmsOfHost(host);
  }

  failures(): { readonly count: number; readonly first: readonly ProjectionFailure[] } {
    return this.#current.failures();
  }

  domainUuid(host: string, name: string): string | null {
    return this.#current.domainUuid(host, name);
  }

  onChange(listener: (change: ViewChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #listen(): void {
    const views = this.#current;
    views.onChange((change) => {
      if (views === this.#current) this.#tell(change);
    });
  }

  #tell(change: ViewChange): void {
    for (const listener of [...this.#listeners]) listener(change);
  }
}
