import type { Recorded } from '../domain/vm/envelope.js';
import { START, type Ledger, type Position, type StoredEvent } from '../ledger/port.js';
import { toRecorded } from '../recording/codec.js';
import { vmStream } from '../recording/streams.js';
import { messageOf } from './views-log.js';

/** A VM's stream, read to its end. */
export interface History {
  readonly events: readonly Recorded[];
  /** Of its last event; `START` when it has none. */
  readonly position: Position;
}

/** A stream with an event that cannot be read; `seen` is where the stream ended. */
export interface Unreadable {
  readonly position: Position;
  readonly seen: Position;
  readonly error: string;
}

/**
 * Histories of VMs lately looked at, so that a VM that reports often is not read from its beginning each time.
 * Bounded by events over all VMs; the one not used for longest goes first. A history over the bound is not kept.
 */
export class Histories {
  readonly #ledger: Pick<Ledger, 'readStream'>;
  readonly #maxEvents: number;
  readonly #kept = new Map<string, { readonly events: Recorded[]; position: Position }>();
  #events = 0;

  constructor(ledger: Pick<Ledger, 'readStream'>, maxEvents: number) {
    this.#ledger = ledger;
    this.#maxEvents = maxEvents;
  }

  /** Events now held, over all VMs. */
  get size(): number {
    return this.#events;
  }

  /** Adds an event to its VM's history when it is the next one; anything else leaves the history to be read. */
  extend(uuid: string, event: StoredEvent): void {
    const kept = this.#kept.get(uuid);
    if (kept === undefined || event.revision < kept.events.length) return;
    const recorded = event.revision === BigInt(kept.events.length) ? read(event) : null;
    if (recorded === null || 'error' in recorded) {
      this.forget(uuid);
      return;
    }
    kept.events.push(recorded);
    kept.position = event.position;
    this.#events += 1;
  }

  /**
   * The whole history. It may reach further than the event that made the caller ask.
   * @throws LedgerError as `readStream`
   */
  async of(uuid: string): Promise<History | Unreadable> {
    const kept = this.#kept.get(uuid);
    if (kept === undefined) return this.#load(uuid);
    this.#kept.delete(uuid);
    this.#kept.set(uuid, kept);
    return kept;
  }

  forget(uuid: string): void {
    this.#events -= this.#kept.get(uuid)?.events.length ?? 0;
    this.#kept.delete(uuid);
  }

  /** Brings what is kept down to the bound. @param inUse kept whatever its size: it is looked at again */
  trim(inUse?: string): void {
    for (const [uuid] of this.#kept) {
      if (this.#events <= this.#maxEvents) return;
      if (uuid !== inUse) this.forget(uuid);
    }
  }

  async #load(uuid: string): Promise<History | Unreadable> {
    const events: Recorded[] = [];
    let seen: Position = START;
    let bad: { readonly position: Position; readonly error: string } | undefined;
    for await (const stored of this.#ledger.readStream(vmStream(uuid))) {
      seen = stored.position;
      if (bad !== undefined) continue;
      const recorded = read(stored);
      if ('error' in recorded) bad = { position: stored.position, error: recorded.error };
      else events.push(recorded);
    }
    if (bad !== undefined) return { ...bad, seen };
    this.forget(uuid); // another look at the same VM was under way
    this.#kept.set(uuid, { events, position: seen });
    this.#events += events.length;
    return { events, position: seen };
  }
}

/** Without the report that the event was made from: it is the bulk, and the fold does not look at it. */
const read = (stored: StoredEvent): Recorded | { readonly error: string } => {
  try {
    const recorded = toRecorded(stored);
    return { ...recorded, metadata: { ...recorded.metadata, report: null } };
  } catch (error) {
    return { error: messageOf(error) };
  }
};
