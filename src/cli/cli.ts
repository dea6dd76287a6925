import type { Readable } from 'node:stream';
import type { Environment } from '../runtime/config.js';
import type { Screen } from './screen.js';

/** The world as a command sees it. The program gives the process's, a test its own. */
export interface Cli {
  readonly environment: Environment;
  readonly stdin: Readable;
  readonly out: Screen;
  readonly err: Screen;
  /** What the program will end with when nothing throws. */
  exitCode: number;
}
