import { decide, type ProposedEvent } from '../domain/vm/decide.js';
import type { Recorded } from '../domain/vm/envelope.js';
import { WrongRevision } from '../ledger/errors.js';
import { START, type Expected, type Ledger, type Position } from '../ledger/port.js';
import { HopledgerError } from '../errors.js';
import { appendParts } from './append-parts.js';
import { toNewEvent, toRecorded } from './codec.js';
import { vmStream } from './streams.js';

/** What became of a report. */
export interface RecordOutcome {
  readonly uuid: string;
  /** Ids, in the order proposed; repeats included. */
  readonly eventIds: readonly string[];
  readonly recorded: number;
  readonly repeated: number;
  /** Read-your-writes token: views that reached it show this. */
  readonly position: Position;
  readonly revision: bigint | null;
}

/** Racing writers of one VM are few; more tries than this mean that something is wrong. */
const MAX_TRIES = 50;

/** Load, decide, append. Nothing publishes: everything else follows from the ledger. */
export class Recorder {
  private readonly lanes = new Map<string, Promise<unknown>>();
  constructor(private readonly ledger: Ledger) {}

  /** The VM's events as recorded, oldest first; empty when nothing was. */
  async history(uuid: string): Promise<readonly Recorded[]> {
    const events: Recorded[] = [];
    for await (const event of this.ledger.readStream(vmStream(uuid))) events.push(toRecorded(event));
    return events;
  }

  /**
   * Records what is new of the proposed events: all or nothing of what fits in one append, more in several, in their
   * order. Told again after a fault, what was recorded by then is known as a repeat.
   * @throws HopledgerError IDEMPOTENCY_CONFLICT, UNKNOWN_EVENT or BAD_INPUT when refused; nothing was written
   * @throws LedgerError as the ledger's `append`
   */
  record(uuid: string, proposed: readonly ProposedEvent[]): Promise<RecordOutcome> {
    return this.inLane(uuid, () => this.tryRecord(uuid, () => Promise.resolve(proposed)));
  }

  /** As `record`, the events made from the history as it is when they are appended. */
  recordFrom(
    uuid: string,
    make: (history: readonly Recorded[]) => Promise<readonly ProposedEvent[]>,
  ): Promise<RecordOutcome> {
    return this.inLane(uuid, () => this.tryRecord(uuid, make));
  }

  private async tryRecord(
    uuid: string,
    make: (history: readonly Recorded[]) => Promise<readonly ProposedEvent[]>,
  ): Promise<RecordOutcome> {
    const stream = vmStream(uuid);
    const own = new Set<string>();
    for (let attempt = 1; ; attempt += 1) {
      const history = await this.history(uuid);
      const proposed = await make(history);
      const decision = decide(history, proposed);
      if (decision.kind === 'refuse') throw new HopledgerError(decision.code, decision.message, { uuid });
      const last = history.at(-1);
      const repeated = decision.known.filter(({ id }) => !own.has(id)).length;
      const summary = { uuid, eventIds: proposed.map(({ id }) => id), repeated };
      if (decision.events.length === 0) {
        const position = decision.known.reduce((latest, { position: at }) => (at > latest ? at : latest), '');
        return {
          ...summary,
          recorded: own.size,
          position: (position === '' ? START : position) as Position,
          revision: last?.revision ?? null,
        };
      }
      const expected: Expected = last === undefined ? 'no_stream' : last.revision;
      try {
        let at: Pick<RecordOutcome, 'position' | 'revision'> = { position: START, revision: null };
        for await (const part of appendParts(
          this.ledger,
          stream,
          expected,
          decision.events.map(toNewEvent),
        )) {
          for (const { id } of part.events) own.add(id);
          at = { position: part.position, revision: part.revision };
        }
        return { ...summary, recorded: own.size, ...at };
      } catch (error) {
        if (!(error instanceof WrongRevision) || attempt >= MAX_TRIES) throw error;
      }
    }
  }

  /** Within one process the writers of a VM take turns, so that they do not fight over its revision. */
  private async inLane<T>(uuid: string, work: () => Promise<T>): Promise<T> {
    const before = this.lanes.get(uuid) ?? Promise.resolve();
    const turn = before.then(work, work);
    const settled = turn.catch(() => undefined);
    this.lanes.set(uuid, settled);
    try {
      return await turn;
    } finally {
      if (this.lanes.get(uuid) === settled) this.lanes.delete(uuid);
    }
  }
}
