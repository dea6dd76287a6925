import { Agent, request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { SyntheticDelivery } from '../synthetic/deliveries.js';
import { Random } from '../synthetic/random.js';
import type { SyntheticVm } from '../synthetic/synthetic-vm.js';

/** A delivery that the server said it has. */
export interface Acknowledged {
  readonly vm: SyntheticVm;
  readonly delivery: SyntheticDelivery;
  /** Of hook calls; answers to event lines hold none. */
  readonly eventIds: readonly string[];
  readonly position: string;
  /** It was on record: an earlier answer was lost on its way. */
  readonly repeated: boolean;
}

/** Long enough to cost a starting server little. */
const PAUSE_MS = 100;

/**
 * Hosts that send what happened, several at a time, each VM's deliveries one after the other. What is not acknowledged
 * is sent again, the very same, until it is: to wherever the server then is.
 */
export class Clients {
  readonly acknowledged: Acknowledged[] = [];
  /** Deliveries that got no answer, or the answer to send them again. */
  retries = 0;
  #urls: readonly string[];
  readonly #random = new Random(1);
  #stopped = false;
  readonly #agent = new Agent({ keepAlive: true });

  /** @param urls - of one server, or of several replicas: each delivery goes to any of them */
  constructor(...urls: readonly string[]) {
    this.#urls = urls;
  }

  /** The server is elsewhere now. */
  moveTo(url: string): void {
    this.#urls = [url];
  }

  /** Everything is acknowledged, or given up. */
  get ended(): boolean {
    return this.#stopped;
  }

  /** Nothing further is sent; what is unacknowledged is given up. */
  stop(): void {
    this.#stopped = true;
  }

  /** Resolves when everything is acknowledged. @throws Error at an answer that no retry would mend */
  async send(vms: readonly SyntheticVm[], atOnce: number): Promise<void> {
    const queue = vms.values();
    const lane = async (): Promise<void> => {
      for (const vm of queue) {
        for (const delivery of vm.deliveries) await this.#deliver(vm, delivery);
      }
    };
    try {
      await Promise.all(Array.from({ length: atOnce }, lane));
    } finally {
      this.#stopped = true;
      this.#agent.destroy();
    }
  }

  async #deliver(vm: SyntheticVm, delivery: SyntheticDelivery): Promise<void> {
    const body = JSON.stringify(delivery.body);
    while (!this.#stopped) {
      const answer = await this.#post(delivery.path, body).catch(() => null);
      if (answer?.status === 200) {
        const { eventIds = [], position, repeated } = JSON.parse(answer.text) as Answer;
        this.acknowledged.push({ vm, delivery, eventIds, position, repeated: repeated === true });
        return;
      }
      if (answer !== null && answer.status !== 503) {
        throw new Error(`${delivery.path} of ${vm.name}: ${answer.status} ${answer.text}`);
      }
      this.retries += 1;
      await setTimeout(PAUSE_MS);
    }
  }

  #post(path: string, body: string): Promise<{ readonly status: number; readonly text: string }> {
    return new Promise((resolve, reject) => {
      const sent = request(
        this.#random.pick(this.#urls) + path,
        {
          method: 'POST',
          agent: this.#agent,
          headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (piece: string) => (text += piece));
          response.on('error', reject);
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
          // The server died in the middle of its answer: no acknowledgement.
          response.on('close', () => reject(new Error('the answer broke off')));
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }
}

interface Answer {
  readonly eventIds?: readonly string[];
  readonly position: string;
  /** Hooks say whether, event lines how many. */
  readonly repeated: boolean | number;
}
