import { setTimeout } from 'node:timers/promises';
import { classify } from './classify.js';
import { PrivateClient, type ClientTarget } from './private-client.js';
import { PastDeadline } from './deadline.js';

/** Calls on a client that was replaced may still be answered; then its connection goes. */
const RETIRE_MS = 1_000;

/**
 * One client at a time, for one kind of work. A client that failed in its transport is replaced, once, by whoever
 * notices first; the calls of others on it end by themselves and are made again on the new one.
 */
export class Connection {
  readonly #target: ClientTarget;
  readonly #retired = new Set<PrivateClient>();
  #client: PrivateClient;
  #closed = false;

  constructor(target: ClientTarget) {
    this.#target = target;
    this.#client = new PrivateClient(target);
  }

  get client(): PrivateClient {
    return this.#client;
  }

  /** Replaces `client` when `error` says that another connection might do better. */
  failed(client: PrivateClient, error: unknown): void {
    if (client !== this.#client || this.#closed) return;
    const failure = classify(error);
    if (failure.kind !== 'notLeader' && failure.kind !== 'unknown') return;
    this.#client = new PrivateClient({
      ...this.#target,
      endpoint: failure.kind === 'notLeader' ? failure.leader : undefined,
    });
    this.#retired.add(client);
    const afterMs = error instanceof PastDeadline ? RETIRE_MS : 0;
    void setTimeout(afterMs, undefined, { ref: false }).then(() => this.#retire(client));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#retired, this.#client].map((client) => client.close()));
  }

  async #retire(client: PrivateClient): Promise<void> {
    await client.close();
    this.#retired.delete(client);
  }
}
