import { START, type Position } from '../port.js';

/** A stretch of the log whose events have a time before that of an event ahead of them. */
interface Lift {
  readonly from: Position;
  /** Exclusive; undefined while it goes on. */
  until: Position | undefined;
  readonly ms: number;
}

/**
 * The server stamps events by the clock of the node that leads, and that clock can go back: it is set, or another node
 * takes the lead. Recorded times never do, so an event is recorded at the latest time of all events up to it. Where that
 * is not its own time is remembered, in stretches, so that an event has one recorded time however it is read.
 */
export class RecordedTimes {
  readonly #lifts: Lift[] = [];
  #latestMs = 0;
  #seen: Position = START;

  /** For every event of the log, in order. @returns its recorded time */
  note(position: Position, createdMs: number): number {
    this.#seen = position;
    const open = this.#lifts.at(-1);
    if (createdMs >= this.#latestMs) {
      this.#latestMs = createdMs;
      if (open && open.until === undefined) open.until = position;
    } else if (!open || open.until !== undefined) {
      this.#lifts.push({ from: position, until: undefined, ms: this.#latestMs });
    }
    return this.#latestMs;
  }

  /** For any event. One that was not noted yet is after all that were. */
  of(position: Position, createdMs: number): number {
    if (position > this.#seen) return Math.max(createdMs, this.#latestMs);
    const lift = this.#lifts.findLast(({ from }) => from <= position);
    const lifted = lift && (lift.until === undefined || position < lift.until);
    return lifted ? Math.max(createdMs, lift.ms) : createdMs;
  }
}
