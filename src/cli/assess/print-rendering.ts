import type { Cli } from '../cli.js';
import { words } from '../show/words.js';
import type { Override, Rendered, Verdict } from './assessment-answer.js';
import { inRendering, type Rendering } from './rendering.js';
import { verdictText } from './verdict.js';

interface Renderable {
  readonly verdict: Verdict;
  readonly overrides: readonly Override[];
  readonly rendered: Rendered;
}

/** The overrides alone on standard output, for a pipe; what they mean on standard error, for whoever looks on. */
export const printRendering = (cli: Cli, answer: Renderable, rendering: Rendering): void => {
  cli.err.line(verdictText(answer.verdict, cli.err.style));
  const text = inRendering(answer.rendered, rendering);
  if (text !== null) cli.out.line(text);
  else if (answer.overrides.length === 0) cli.err.line('no override is needed');
  else
    cli.err.line(
      `${words(rendering)} cannot say these overrides without touching another device; use --render device or libvirt`,
    );
};
