import type { Position, StoredEvent } from '../port.js';
import { storedAt, type ServerEvent } from './stored-event.js';

/** An event with its bodies as text, so that each who reads it gets a copy of its own. */
interface Kept extends Omit<ServerEvent, 'data' | 'metadata'> {
  readonly data: string;
  readonly metadata: string;
  readonly recordedAtMs: number;
}

const MAX_EVENTS = 8_192;
const MAX_CHARACTERS = 16 * 1024 * 1024;

/** The last events of the log, which everyone who is nearly level reads from here: the server sends them once. */
export class Tail {
  #kept: Kept[] = [];
  #start = 0;
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
    this.#kept.push(kept);
    this.#characters += kept.data.length + kept.metadata.length;
    while (this.#kept.length - this.#start > MAX_EVENTS || this.#characters > MAX_CHARACTERS) this.#drop();
  }

  countAfter(position: Position): number {
    return this.#kept.length - this.#indexAfter(position);
  }

  after(position: Position, most: number): readonly Kept[] {
    const index = this.#indexAfter(position);
    return this.#kept.slice(index, index + most);
  }

  #drop(): void {
    const dropped = this.#kept[this.#start];
    if (!dropped) throw new Error('the tail of the log is empty and yet too long');
    this.#start += 1;
    this.#floor = dropped.position;
    this.#characters -= dropped.data.length + dropped.metadata.length;
    if (this.#start < MAX_EVENTS) return;
    this.#kept = this.#kept.slice(this.#start);
    this.#start = 0;
  }

  #indexAfter(position: Position): number {
    let low = this.#start;
    let high = this.#kept.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#kept[middle]?.position ?? '') > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

export function copyOf({ recordedAtMs, data, metadata, ...event }: Kept): StoredEvent {
  return storedAt({ ...event, data: JSON.parse(data), metadata: JSON.parse(metadata) }, recordedAtMs);
}
