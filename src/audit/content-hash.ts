import { canonical } from '../catalogue/canonical.js';
import { NO_CONTENT, sha256, type ExportedEvent } from './export-format.js';
import type { StoredEvent } from '../ledger/port.js';

/**
 * The content hash: what two ledgers with the same events in the same order have in common, whatever their engines.
 * Of each event: SHA-256 of the hash before it, a line feed, and the event's canonical JSON. Positions and times are
 * not in it, for each engine gives its own.
 */
export class ContentHash {
  #value = NO_CONTENT;
  #events = 0;

  get value(): string {
    return this.#value;
  }

  get events(): number {
    return this.#events;
  }

  add(event: ExportedEvent): string {
    this.#value = sha256(`${this.#value}\n${canonical(event)}`);
    this.#events += 1;
    return this.#value;
  }

  /** Goes on from where another left off. */
  static from(value: string, events: number): ContentHash {
    const hash = new ContentHash();
    hash.#value = value;
    hash.#events = events;
    return hash;
  }
}

/** What of a stored event is its content. */
export const contentOf = ({ stream, revision, type, id, data, metadata }: StoredEvent): ExportedEvent => ({
  stream,
  revision: Number(revision),
  type,
  id,
  // The port has JSON objects in both.
  data: data as Readonly<Record<string, unknown>>,
  metadata: metadata as Readonly<Record<string, unknown>>,
});
