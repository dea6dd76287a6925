import { setTimeout } from 'node:timers/promises';
import { LedgerError } from '../ledger/errors.js';
import { Projector, type ProjectorOptions } from './projector.js';
import { DEFAULT_REBUILD_LIMITS, type RebuildLimits, type RebuildStatus } from './rebuild-status.js';
import { ServingViews } from './serving-views.js';
import { openViews, openViewsBeside, type SqliteViews, type ViewsOptions } from './sqlite-views.js';
import { NotBuilt, takeOverWhenLevel } from './take-over.js';
import { messageOf, SILENT, type ViewsLog } from './views-log.js';
import { besideOf, removeViews, settleSlots } from './views-slots.js';

export type ProjectedViewsOptions = Omit<ProjectorOptions, 'views'> &
  ViewsOptions & {
    readonly rebuild?: Partial<RebuildLimits>;
    /** Told when a rebuild has ended. */
    readonly rebuilt?: (state: RebuildStatus['state']) => void;
  };

interface Projected {
  readonly views: SqliteViews;
  readonly projector: Projector;
  readonly path: string;
}

/** The views with the projector that keeps them up to the ledger; others are built beside them when asked for. */
export class ProjectedViews {
  readonly views: ServingViews;
  /** Resolves when the views have all that was in the ledger at the start. */
  readonly caughtUp: Promise<void>;
  readonly #options: ProjectedViewsOptions;
  readonly #log: ViewsLog;
  readonly #limits: RebuildLimits;
  readonly #stopping = new AbortController();
  readonly #markCaughtUp: () => void;
  #serving: Projected;
  #next: Projected | null = null;
  #status: RebuildStatus | null = null;
  #rebuilding: Promise<void> | null = null;
  #retiring: Promise<void> = Promise.resolve();

  /** @throws HopledgerError CANNOT_OPEN_LEDGER when a views file is of another program or damaged */
  constructor(options: ProjectedViewsOptions) {
    this.#options = options;
    this.#log = options.log ?? SILENT;
    this.#limits = { ...DEFAULT_REBUILD_LIMITS, ...options.rebuild };
    settleSlots(options.path, this.#log);
    this.#serving = this.#projected(openViews(options), options.path);
    this.views = new ServingViews(this.#serving.views);
    let markCaughtUp = (): void => undefined;
    this.caughtUp = new Promise((resolve) => (markCaughtUp = resolve));
    this.#markCaughtUp = markCaughtUp;
    void this.#serving.projector.caughtUp.then(markCaughtUp);
  }

  start(): void {
    this.#serving.projector.start();
  }

  /** What keeps the views from being written; null: nothing. What keeps the ledger from being read is found by who looks at the ledger itself. */
  get fault(): unknown {
    const { fault } = this.#serving.projector;
    return fault === null || fault instanceof LedgerError ? null : fault;
  }

  /** The rebuild that runs, or the last one since the start; null: none. */
  get rebuild(): RebuildStatus | null {
    if (this.#status === null || this.#next === null) return this.#status;
    return { ...this.#status, eventsRead: this.#next.projector.eventsRead };
  }

  /** Begins a rebuild, unless one runs: then that is the answer. */
  startRebuild(): RebuildStatus {
    const running = this.rebuild;
    if (running?.state === 'running') return running;
    const startedAt = new Date().toISOString();
    const begun: RebuildStatus = { state: 'running', startedAt, endedAt: null, eventsRead: 0, reason: null };
    this.#status = begun;
    this.#rebuilding = this.#rebuildBeside();
    return begun;
  }

  /** Ends after the batch in hand. A rebuild under way is broken off, and what it had is removed. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#rebuilding;
    await this.#retiring;
    await this.#serving.projector.stop();
    this.#serving.views.close();
    settleSlots(this.#options.path, this.#log);
  }

  /** Never throws: how it ended is in the status. */
  async #rebuildBeside(): Promise<void> {
    this.#log.info('views: built anew beside those that serve');
    try {
      await this.#retiring;
      const next = this.#openBeside();
      this.#next = next;
      next.projector.start();
      const takeOver = (): boolean => this.views.switchTo(next.views);
      const before = this.#serving;
      await takeOverWhenLevel(next, before, takeOver, this.#limits, this.#stopping.signal, this.#log);
      this.#serving = next;
      void next.projector.caughtUp.then(this.#markCaughtUp);
      this.#retiring = this.#retire(before);
      this.#end('done', null);
    } catch (error) {
      const broken = this.#next;
      this.#end('failed', error instanceof NotBuilt ? error.message : messageOf(error));
      await broken?.projector.stop();
      broken?.views.close();
      removeViews(besideOf(this.#serving.path));
    }
  }

  #end(state: 'done' | 'failed', reason: string | null): void {
    const status = this.rebuild;
    this.#next = null;
    if (status === null) return;
    this.#status = { ...status, state, endedAt: new Date().toISOString(), reason };
    if (state === 'done') this.#log.info(`views: those built anew serve, of ${status.eventsRead} events`);
    else this.#log.warn(`views: the rebuild failed, those before go on: ${reason ?? ''}`);
    this.#options.rebuilt?.(state);
  }

  /** Questions that began with them end with them. */
  async #retire({ views, projector, path }: Projected): Promise<void> {
    await projector.stop();
    await setTimeout(this.#limits.graceMs, undefined, { signal: this.#stopping.signal, ref: false }).catch(
      () => undefined,
    );
    this.views.forget();
    views.close();
    removeViews(path);
  }

  #openBeside(): Projected {
    const path = besideOf(this.#serving.path);
    removeViews(path);
    return this.#projected(openViewsBeside({ ...this.#options, path }, this.#serving.views), path);
  }

  #projected(views: SqliteViews, path: string): Projected {
    return { views, projector: new Projector({ ...this.#options, views }), path };
  }
}
