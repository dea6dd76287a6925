import type { Endpoint, Endpoints } from '../../domain/endpoint/endpoint.js';
import { Rate } from './rate.js';

interface Pace {
  readonly perSecond: number;
  readonly rate: Rate;
}
interface Hold {
  readonly url: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** How fast each endpoint may be sent to: by its limit, and by what it asked for itself. */
export class Paces {
  readonly #paces = new Map<string, Pace>();
  readonly #holds = new Map<string, Hold>();

  /** @returns 0 when a request may begin now, which counts; else how many milliseconds to wait */
  take({ id, limits: { perSecond } }: Endpoint, now: number): number {
    const known = this.#paces.get(id);
    const pace = known?.perSecond === perSecond ? known : { perSecond, rate: new Rate(perSecond, now) };
    this.#paces.set(id, pace);
    return pace.rate.take(now);
  }

  /**
   * Its receiver asks that nothing is sent for so long. Of several such answers the longest counts.
   * @returns whether it was not held before
   */
  hold(endpoint: Endpoint, now: number, ms: number): boolean {
    const heldMs = this.heldMs(endpoint, now);
    if (ms > heldMs) this.#holds.set(endpoint.id, { url: endpoint.url, until: now + ms });
    return ms > 0 && heldMs === 0;
  }

  /** Whoever resumes it, or sends elsewhere, means to send now. */
  release(endpoint: string): void {
    this.#holds.delete(endpoint);
  }

  /** How many milliseconds its receiver still asks for; 0: none. */
  heldMs({ id, url }: Endpoint, now: number): number {
    const hold = this.#holds.get(id);
    return hold?.url === url ? Math.max(hold.until - now, 0) : 0;
  }

  /** Forgets those that are no more. */
  keepOnly(endpoints: Endpoints): void {
    for (const known of [this.#paces, this.#holds])
      for (const id of known.keys()) if (!endpoints.has(id)) known.delete(id);
  }
}
