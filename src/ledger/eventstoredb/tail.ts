import type { Position, StoredEvent } from '../port.js';
import { storedAt, type ServerEvent } from './stored-event.js';

/** An event with its bodies as text, so that each who reads it gets a copy of its own. */
interface Kept extends Omit<ServerEvent, 'data' | 'metadata'> {
  readonly data: string;
  readonly metadata: string;
  readonly recordedAtMs: number;
}

export const MAX_EVENTS = 8_192;
export const MAX_CHARACTERS = 16 * 1024 * 1024;

/** The last events of the log, which everyone who is nearly level reads from here: the server sends them once. */
export class Tail {
  /** A ring: the n-th event that was pushed is in slot n modulo its size, and nothing is in the slot of one that was dropped. */
  readonly #slots: (Kept | undefined)[] = [];
  /** Of the first event that is kept, and of the next that comes: how many were pushed before it. */
  #first = 0;
  #next = 0;
  #characters = 0;
  #floor: Position;

  /** Everything after `floor` will be pushed. */
  constructor(floor: Position) {
    this.#floor = floor;
  }

  /** Whether all that comes after `position` is here. */
  covers(position: Position): boolean {
    return position >= this.#floor;
  }

  push(event: ServerEvent, recordedAtMs: number): void {
    const kept: Kept = {
      ...event,
      data: JSON.stringify(event.data),
      metadata: JSON.stringify(event.metadata),
      recordedAtMs,
    };
    if (this.#next - this.#first === MAX_EVENTS) this.#drop();
    this.#slots[this.#next % MAX_EVENTS] = kept;
    this.#next += 1;
    this.#characters += kept.data.length + kept.metadata.length;
    while (this.#characters > MAX_CHARACTERS) this.#drop();
  }

  countAfter(position: Position): number {
    return this.#next - this.#numberAfter(position);
  }

  after(position: Position, most: number): readonly Kept[] {
    const from = this.#numberAfter(position);
    const count = Math.min(most, this.#next - from);
    return Array.from({ length: count }, (_, index) => this.#at(from + index));
  }

  #drop(): void {
    const dropped = this.#at(this.#first);
    this.#slots[this.#first % MAX_EVENTS] = undefined;
    this.#first += 1;
    this.#floor = dropped.position;
    this.#characters -= dropped.data.length + dropped.metadata.length;
  }

  #numberAfter(position: Position): number {
    let low = this.#first;
    let high = this.#next;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.#at(middle).position > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #at(number: number): Kept {
    const kept = this.#slots[number % MAX_EVENTS];
    if (!kept) throw new Error(`the tail of the log does not hold event ${number}`);
    return kept;
  }
}

export function copyOf({ recordedAtMs, data, metadata, ...event }: Kept): StoredEvent {
  return storedAt({ ...event, data: JSON.parse(data), metadata: JSON.parse(metadata) }, recordedAtMs);
}
