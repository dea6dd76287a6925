import type { Screen } from '../screen.js';

const REDRAW_MS = 200;
const LINE_MS = 10_000;

/** Tells on standard error how far long work is: on a terminal one line that changes, elsewhere a line now and then. */
export class WorkProgress {
  #toldAt: number;
  #isDrawn = false;

  constructor(
    private readonly screen: Screen,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#toldAt = now();
  }

  /** @param text - made only when it is shown */
  moved(text: () => string): void {
    if (this.now() - this.#toldAt < (this.screen.isTty ? REDRAW_MS : LINE_MS)) return;
    this.#toldAt = this.now();
    if (!this.screen.isTty) {
      this.screen.line(text());
      return;
    }
    this.#isDrawn = true;
    this.screen.write(`\r\u001b[K${text().slice(0, this.screen.width - 1)}`);
  }

  clear(): void {
    if (this.#isDrawn) this.screen.write('\r\u001b[K');
    this.#isDrawn = false;
  }
}
