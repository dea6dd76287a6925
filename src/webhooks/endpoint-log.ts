import { setTimeout } from 'node:timers/promises';
import { decideEndpoint, type EndpointCommand, type EndpointRefusal } from '../domain/endpoint/decide.js';
import { evolveEndpoints, NO_ENDPOINTS, type Endpoint, type Endpoints } from '../domain/endpoint/endpoint.js';
import type { EndpointEvent } from '../domain/endpoint/events.js';
import type { EventMetadata } from '../domain/vm/envelope.js';
import { HopledgerError } from '../errors.js';
import { DuplicateEventId, UnknownOutcome, WrongRevision } from '../ledger/errors.js';
import type { Expected, Ledger, NewEvent, Position, StoredEvent, StreamName } from '../ledger/port.js';

export const ENDPOINT_STREAM = 'webhook-endpoints' as StreamName;

/** What a command came to. */
export interface EndpointOutcome {
  /** As it is then; null when it was removed. */
  readonly endpoint: Endpoint | null;
  /** Of the event that says so; of the latest one when nothing changed. */
  readonly position: Position;
  /** Nothing was recorded: it was so before, or the same command was recorded before. */
  readonly repeated: boolean;
}

/** An event by its id and metadata; its content is decided from what the endpoints are then. */
export interface EndpointCause {
  readonly id: string;
  readonly metadata: EventMetadata;
  /** Called when this id was recorded before. @throws when it was something else */
  readonly recordedBefore: (metadata: EventMetadata) => void;
}

/** Replicas and operators that change endpoints at once are few. */
const MAX_TRIES = 20;
/** Of one append whose outcome the ledger cannot tell. */
const MAX_UNSURE = 3;
const UNSURE_PAUSE_MS = 100;
/** Events whose ids are at hand; a repeat of an earlier one is met by the ledger, which has all of them. */
const RECENT_EVENTS = 10_000;

/** The stream `webhook-endpoints`: all that operators said of endpoints, written by any replica. */
export class EndpointLog {
  #endpoints: Endpoints = NO_ENDPOINTS;
  #last: { readonly revision: bigint; readonly position: Position } | null = null;
  /** Revisions, by event id. */
  readonly #recent = new Map<string, bigint>();
  /** One at a time: each reads on from where the one before came to. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly ledger: Pick<Ledger, 'append' | 'readStream'>,
    private readonly recentEvents = RECENT_EVENTS,
  ) {}

  /**
   * Decides against all that is recorded and appends. An append whose outcome is unknown is settled here, with the same
   * id: a repeat by the caller would be told that it was done before, and be shown no secret.
   * @throws HopledgerError UNKNOWN_WEBHOOK_ENDPOINT, TOO_MANY_WEBHOOK_ENDPOINTS, WEBHOOK_ENDPOINT_PAUSED
   */
  execute(command: EndpointCommand, cause: EndpointCause): Promise<EndpointOutcome> {
    const done = this.#turn.then(() => this.#execute(command, cause));
    // The caller gets the fault; the next turn only waits for its end.
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #execute(command: EndpointCommand, cause: EndpointCause): Promise<EndpointOutcome> {
    const { id, metadata, recordedBefore } = cause;
    let unsure = 0;
    for (let attempt = 1; ; attempt += 1) {
      await this.#readOn();
      const before = await this.#recentEvent(id);
      if (before !== null) {
        recordedBefore(before.metadata as EventMetadata);
        const isOwn = unsure > 0;
        return this.#outcome(command.endpoint, before.position, !isOwn);
      }
      const decision = decideEndpoint(this.#endpoints, command);
      if ('refused' in decision) throw refusal(decision.refused, command);
      const { event } = decision;
      if (event === null) return this.#outcome(command.endpoint, this.#head(), true);
      try {
        const position = await this.#append(toNewEvent(id, event, metadata));
        return this.#outcome(command.endpoint, position, false);
      } catch (error) {
        if (error instanceof DuplicateEventId) return this.#repeatOfOld(command, cause, error);
        if (error instanceof UnknownOutcome) unsure += 1;
        else if (!(error instanceof WrongRevision)) throw error;
        if (attempt >= MAX_TRIES || unsure >= MAX_UNSURE) throw error;
        if (error instanceof UnknownOutcome) await setTimeout(UNSURE_PAUSE_MS);
      }
    }
  }
  async #append(event: NewEvent): Promise<Position> {
    const expected: Expected = this.#last?.revision ?? 'no_stream';
    const { position } = await this.ledger.append(ENDPOINT_STREAM, expected, [event]);
    await this.#readOn();
    return position;
  }

  async #recentEvent(id: string): Promise<StoredEvent | null> {
    const revision = this.#recent.get(id);
    if (revision === undefined) return null;
    for await (const stored of this.ledger.readStream(ENDPOINT_STREAM, revision, 1)) return stored;
    return null;
  }

  async #repeatOfOld(
    { endpoint }: EndpointCommand,
    { id, recordedBefore }: EndpointCause,
    error: DuplicateEventId,
  ): Promise<EndpointOutcome> {
    for await (const stored of this.ledger.readStream(ENDPOINT_STREAM)) {
      if (stored.id !== id) continue;
      recordedBefore(stored.metadata as EventMetadata);
      return this.#outcome(endpoint, stored.position, true);
    }
    throw error;
  }

  #outcome(endpoint: string, position: Position, repeated: boolean): EndpointOutcome {
    return { endpoint: this.#endpoints.get(endpoint) ?? null, position, repeated };
  }

  #head(): Position {
    return this.#last?.position ?? ('' as Position);
  }

  async #readOn(): Promise<void> {
    const from = this.#last === null ? 0n : this.#last.revision + 1n;
    for await (const stored of this.ledger.readStream(ENDPOINT_STREAM, from)) {
      this.#endpoints = evolveEndpoints(this.#endpoints, toEndpointEvent(stored), stored.recordedAt);
      this.#remember(stored);
      this.#last = { revision: stored.revision, position: stored.position };
    }
  }

  #remember({ id, revision }: StoredEvent): void {
    this.#recent.set(id, revision);
    if (this.#recent.size <= this.recentEvents) return;
    const [oldest] = this.#recent.keys();
    if (oldest !== undefined) this.#recent.delete(oldest);
  }
}

/** What this program wrote is trusted to be of its shape. */
export const toEndpointEvent = ({ type, data }: StoredEvent): EndpointEvent =>
  ({ type, ...(data as object) }) as EndpointEvent;

const toNewEvent = (id: string, { type, ...data }: EndpointEvent, metadata: EventMetadata): NewEvent => ({
  id,
  type,
  data,
  metadata,
});

const refusal = (refused: EndpointRefusal, { endpoint, ...command }: EndpointCommand): HopledgerError => {
  switch (refused) {
    case 'unknown':
      return new HopledgerError('UNKNOWN_WEBHOOK_ENDPOINT', `no webhook endpoint ${endpoint}`, { endpoint });
    case 'paused':
      return new HopledgerError('WEBHOOK_ENDPOINT_PAUSED', `${endpoint} is paused`, { endpoint });
    case 'too-many': {
      const most = command.type === 'register' ? command.most : 0;
      return new HopledgerError('TOO_MANY_WEBHOOK_ENDPOINTS', `there are ${most} webhook endpoints`, {
        limit: most,
      });
    }
  }
};
