import type { Screen } from '../screen.js';
import { bytes, rate } from '../show/sizes.js';
import { count } from '../show/words.js';

/** How far an import is. */
export interface Progress {
  readonly file: string;
  readonly filesDone: number;
  readonly filesInAll: number;
  readonly bytes: number;
  readonly events: number;
}

const REDRAW_MS = 200;

/** Tells on standard error how far it is: on a terminal one line that changes, elsewhere a line for each file. */
export class ProgressTeller {
  readonly #began: number;
  #drawnAt = 0;
  #isDrawn = false;

  constructor(
    private readonly screen: Screen,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#began = now();
  }

  moved(progress: Progress): void {
    if (!this.screen.isTty || this.now() - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = this.now();
    this.#isDrawn = true;
    this.screen.write(`\r\u001b[K${this.#text(progress).slice(0, this.screen.width - 1)}`);
  }

  fileDone(progress: Progress): void {
    if (!this.screen.isTty) this.screen.line(this.#text(progress));
    else this.moved(progress);
  }

  /** A line that stays, above the one that changes. */
  note(text: string): void {
    this.clear();
    this.screen.line(text);
  }

  clear(): void {
    if (this.#isDrawn) this.screen.write('\r\u001b[K');
    this.#isDrawn = false;
  }

  #text({ file, filesDone, filesInAll, bytes: read, events }: Progress): string {
    const speed = rate(events, this.now() - this.#began);
    return [
      `${filesDone}/${filesInAll} files`,
      bytes(read),
      count(events, 'event'),
      ...(speed === '' ? [] : [speed]),
      file,
    ].join('  ');
  }
}
