import { setTimeout } from 'node:timers/promises';
import type { Projector } from './projector.js';
import type { RebuildLimits } from './rebuild-status.js';
import type { SqliteViews } from './sqlite-views.js';
import { messageOf, type ViewsLog } from './views-log.js';

/** Why views beside were not built. */
export class NotBuilt extends Error {}

/** As many times `holdMs` those that serve are held at most. */
const MOST_PATIENCE = 30;

interface Built {
  readonly views: SqliteViews;
  readonly projector: Projector;
}

/**
 * Resolves when `next` is level with the views that serve and `takeOver` did. Under writes, views that follow the same
 * ledger are level by chance only: so once `next` comes within `holdMs` to where those that serve were, they are held
 * until it is where they are, for as long at most, and go on when it does not come. Each time
 * that it takes longer, twice as long is granted.
 *
 * @throws NotBuilt when it does not get on, or is stopped
 */
export const takeOverWhenLevel = async (
  { views, projector }: Built,
  serving: Built,
  takeOver: () => boolean,
  { lookMs, tellMs, stallMs, holdMs }: RebuildLimits,
  signal: AbortSignal,
  log: ViewsLog,
): Promise<void> => {
  let position = views.position();
  let movedAt = performance.now();
  let toldAt = movedAt;
  const look = async (): Promise<void> => {
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
  };

  for (let patienceMs = holdMs; ; patienceMs = Math.min(patienceMs * 2, MOST_PATIENCE * holdMs)) {
    const markedAt = performance.now();
    for (const mark = serving.views.position(); views.position() < mark;) await look();
    if (performance.now() - markedAt > patienceMs) continue;
    const goOn = serving.projector.hold();
    try {
      const heldAt = performance.now();
      while (performance.now() - heldAt <= patienceMs) {
        if (takeOver()) return;
        await look();
      }
    } finally {
      goOn();
    }
  }
};

const stalled = (stallMs: number, fault: unknown): string =>
  `no progress in ${stallMs / 1000} s${fault === null ? '' : `: ${messageOf(fault)}`}`;
