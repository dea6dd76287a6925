import type { DueDelivery } from '../store/delivery-reader.js';
import type { SettledKey } from '../store/event-applier.js';

/**
 * Which deliveries are under way. A lane is taken from the beginning of an attempt until its outcome has come back from
 * the ledger: only then may the next one of the lane begin, or the order could be lost in a crash.
 */
export class UnderWay {
  readonly #lanes = new Map<string, Set<string>>();
  readonly #laneOf = new Map<string, string>();
  readonly #requests = new Map<string, number>();
  #total = 0;

  /** Requests that wait for their answer. */
  get total(): number {
    return this.#total;
  }

  requests(endpoint: string): number {
    return this.#requests.get(endpoint) ?? 0;
  }

  lanes(endpoint: string): number {
    return this.#lanes.get(endpoint)?.size ?? 0;
  }

  isTaken({ endpoint, lane }: Pick<DueDelivery, 'endpoint' | 'lane'>): boolean {
    return this.#lanes.get(endpoint)?.has(lane) ?? false;
  }

  begin({ endpoint, lane, message }: DueDelivery): void {
    const lanes = this.#lanes.get(endpoint) ?? new Set();
    this.#lanes.set(endpoint, lanes.add(lane));
    this.#laneOf.set(keyOf({ endpoint, message }), lane);
    this.#requests.set(endpoint, this.requests(endpoint) + 1);
    this.#total += 1;
  }

  /** The request has ended; its lane stays taken. */
  answered({ endpoint }: Pick<DueDelivery, 'endpoint'>): void {
    const left = this.requests(endpoint) - 1;
    if (left === 0) this.#requests.delete(endpoint);
    else this.#requests.set(endpoint, left);
    this.#total -= 1;
  }

  /** The outcome is on record, or will never be. */
  release(key: SettledKey): void {
    const lane = this.#laneOf.get(keyOf(key));
    if (lane === undefined) return;
    this.#laneOf.delete(keyOf(key));
    const lanes = this.#lanes.get(key.endpoint);
    lanes?.delete(lane);
    if (lanes?.size === 0) this.#lanes.delete(key.endpoint);
  }

  /** All outcomes that were to be recorded were let go. Requests that still end do so by themselves. */
  releaseAll(): void {
    this.#lanes.clear();
    this.#laneOf.clear();
  }
}

const keyOf = ({ endpoint, message }: SettledKey): string => `${endpoint} ${message}`;
