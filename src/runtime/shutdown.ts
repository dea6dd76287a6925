import type { Logger } from './logging.js';

/**
 * The order in which things end. `streams` (subscriptions, long polls) end first, since open ones would keep the HTTP
 * server from closing; then requests finish; then `views`, then `ledger`: a request that is still deciding needs both.
 */
export const PHASES = ['streams', 'views', 'ledger'] as const;
export type Phase = (typeof PHASES)[number];

type Stop = () => Promise<void> | void;

/** Others register what they must end, by phase. */
export class Shutdown {
  readonly #stops = new Map<Phase, { readonly name: string; readonly stop: Stop }[]>(
    PHASES.map((phase) => [phase, []]),
  );

  constructor(private readonly logger: Logger) {}

  /** Within a phase, what registered last ends first. */
  register(phase: Phase, name: string, stop: Stop): void {
    this.#stops.get(phase)?.unshift({ name, stop });
  }

  /** One that fails is logged and does not keep the others from ending. */
  async run(phase: Phase): Promise<void> {
    for (const { name, stop } of this.#stops.get(phase)?.splice(0) ?? []) {
      try {
        await stop();
      } catch (error) {
        this.logger.error({ err: error, name }, 'could not end cleanly');
      }
    }
  }
}
