import { setTimeout } from 'node:timers/promises';
import type { Projector } from './projector.js';
import type { RebuildLimits } from './rebuild-status.js';
import type { SqliteViews } from './sqlite-views.js';
import { messageOf, type ViewsLog } from './views-log.js';

/** Why views beside were not built. */
export class NotBuilt extends Error {}

interface Built {
  readonly views: SqliteViews;
  readonly projector: Projector;
}

/**
 * Resolves when `next` had caught up with the ledger and `takeOver`, asked again and again, did: views that follow the
 * same ledger are level time and again.
 *
 * @throws NotBuilt when it does not get on, or is stopped
 */
export const takeOverWhenLevel = async (
  { views, projector }: Built,
  takeOver: () => boolean,
  { lookMs, tellMs, stallMs }: RebuildLimits,
  signal: AbortSignal,
  log: ViewsLog,
): Promise<void> => {
  const next = { caughtUp: false };
  void projector.caughtUp.then(() => (next.caughtUp = true));
  let position = views.position();
  let movedAt = performance.now();
  let toldAt = movedAt;
  while (!(next.caughtUp && takeOver())) {
    // It rejects when the signal ends the wait; the next line looks.
    await setTimeout(lookMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) throw new NotBuilt('the server ended');
    const now = performance.now();
    if (views.position() !== position) {
      position = views.position();
      movedAt = now;
    }
    if (now - movedAt > stallMs) throw new NotBuilt(stalled(stallMs, projector.fault));
    if (now - toldAt > tellMs) {
      log.info(`views: ${projector.eventsRead} events are in those built anew`);
      toldAt = now;
    }
  }
};

const stalled = (stallMs: number, fault: unknown): string =>
  `no progress in ${stallMs / 1000} s${fault === null ? '' : `: ${messageOf(fault)}`}`;
