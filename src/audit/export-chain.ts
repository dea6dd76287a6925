import type { StoredEvent } from '../ledger/port.js';
import { ContentHash, contentOf } from './content-hash.js';
import { EXPORT_FORMAT, EXPORT_VERSION, sealed, type EventLine } from './export-format.js';

/** Makes the lines of an export, each bound to the one before it. They come with their line feed. */
export class ExportChain {
  #content = new ContentHash();
  #previous = '';

  get events(): number {
    return this.#content.events;
  }

  get content(): string {
    return this.#content.value;
  }

  /** Goes on behind a line that stands already. */
  static after(line: EventLine): ExportChain {
    const chain = new ExportChain();
    chain.#content = ContentHash.from(line.content, line.n);
    chain.#previous = line.hash;
    return chain;
  }

  header(): string {
    return this.#seal({ kind: 'header', format: EXPORT_FORMAT, version: EXPORT_VERSION });
  }

  event(stored: StoredEvent): string {
    const event = contentOf(stored);
    const content = this.#content.add(event);
    return this.#seal({
      kind: 'event',
      n: this.#content.events,
      position: stored.position,
      recordedAt: stored.recordedAt,
      event,
      content,
      previous: this.#previous,
    });
  }

  end(): string {
    return this.#seal({
      kind: 'end',
      events: this.#content.events,
      content: this.#content.value,
      previous: this.#previous,
    });
  }

  #seal(line: Parameters<typeof sealed>[0]): string {
    const { text, hash } = sealed(line);
    this.#previous = hash;
    return `${text}\n`;
  }
}
