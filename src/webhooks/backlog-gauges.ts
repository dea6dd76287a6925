import { messageOf, type ViewsLog } from '../views/views-log.js';
import type { WebhookStore } from './store/webhook-store.js';

const EVERY_MS = 2_000;

/** Tells now and then how much is due, and for how long the oldest of it has been. */
export class BacklogGauges {
  #timer: NodeJS.Timeout | undefined;
  /** A fault is told when it begins, not each time. */
  #isFaulty = false;

  constructor(
    private readonly store: Pick<WebhookStore, 'endpoints' | 'read'>,
    private readonly log: ViewsLog,
    private readonly tell: (due: number, oldestMs: number) => void,
  ) {}

  start(): void {
    this.#timer ??= setInterval(() => this.look(Date.now()), EVERY_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** @param now milliseconds since 1970 */
  look(now: number): void {
    const { endpoints, read } = this.store;
    const active = [...endpoints.values()].flatMap(({ id, paused }) => (paused === null ? [id] : []));
    try {
      const { due, oldest } = read.backlog(active, now);
      this.tell(due, oldest === null ? 0 : Math.max(now - oldest, 0));
      this.#isFaulty = false;
    } catch (error) {
      if (!this.#isFaulty) this.log.warn(`webhooks: the backlog is not known: ${messageOf(error)}`);
      this.#isFaulty = true;
    }
  }
}
