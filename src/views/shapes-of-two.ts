import type { GuestState } from '../domain/shape/guest-state.js';
import type { GuestOnHost, Place, Placed, SavedStateRow, Shapes, StateCount } from './shape-reader.js';
import type { SqliteViews } from './sqlite-views.js';

/**
 * Shapes of the views that serve. A number that was given out by those before is asked of those, as long as they are open:
 * a question that began before the switch ends with what it began with. No number is of both.
 */
export class ShapesOfTwo implements Shapes {
  #current: SqliteViews;
  #before: SqliteViews | null = null;

  constructor(first: SqliteViews) {
    this.#current = first;
  }

  switchTo(next: SqliteViews): void {
    this.#before = this.#current;
    this.#current = next;
  }

  forget(): void {
    this.#before = null;
  }

  state(id: number): GuestState | null {
    return this.#of(id).state(id);
  }

  running(hosts: readonly string[] | null): readonly StateCount[] {
    return this.#current.shapes.running(hosts);
  }

  saved(hosts: readonly string[] | null): readonly StateCount[] {
    return this.#current.shapes.saved(hosts);
  }

  whereabouts(): number {
    return this.#current.shapes.whereabouts();
  }

  vmsIn(
    states: readonly number[],
    hosts: readonly string[] | null,
    after: Place,
    first: number,
  ): readonly Placed<string>[] {
    return this.#of(states[0]).vmsIn(states, hosts, after, first);
  }

  savedIn(
    states: readonly number[],
    hosts: readonly string[] | null,
    after: Place,
    first: number,
  ): readonly Placed<SavedStateRow>[] {
    return this.#of(states[0]).savedIn(states, hosts, after, first);
  }

  onHost(host: string, after: string, first: number): readonly GuestOnHost[] {
    return this.#current.shapes.onHost(host, after, first);
  }

  statesWith(behaviour: string, status: 'taint' | 'unknown'): readonly number[] {
    return this.#current.shapes.statesWith(behaviour, status);
  }

  /** All numbers of one question are of one file. */
  #of(id = Infinity): Shapes {
    return this.#before !== null && id < this.#current.numberedFrom
      ? this.#before.shapes
      : this.#current.shapes;
  }
}
