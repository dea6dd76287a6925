import { CommanderError } from 'commander';
import type { Cli } from './cli.js';
import { EXIT } from './exit-codes.js';
import { explain } from './failure.js';
import { createProgram, VersionShown } from './program.js';
import { harmless } from './show/harmless.js';

/**
 * Runs one command line. Never throws: what went wrong is told on standard error.
 * @param words - the command line without the program
 * @returns the exit status
 */
export const run = async (cli: Cli, words: readonly string[]): Promise<number> => {
  try {
    await createProgram(cli).parseAsync(words, { from: 'user' });
    return cli.exitCode;
  } catch (error) {
    if (error instanceof VersionShown) return EXIT.OK;
    // Commander has told already; help that was asked for is no error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.OK : EXIT.USAGE;
    return tell(cli, error, words);
  }
};

const tell = ({ err }: Cli, error: unknown, words: readonly string[]): number => {
  const { message, code, advice, exitCode } = explain(error);
  if (words.includes('--json')) err.json({ error: { code, message, advice, exitCode } });
  else {
    err.line(
      `${err.style.bad('hopledger:')} ${harmless(message)}${code === null ? '' : err.style.dim(` [${code}]`)}`,
    );
    if (advice !== null) err.line(`  ${harmless(advice)}`);
  }
  if (words.includes('--debug') && error instanceof Error) err.line(error.stack ?? String(error));
  return exitCode;
};
