#!/usr/bin/env node
import type { Cli } from './cli.js';
import { run } from './run.js';
import { Screen } from './screen.js';

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // `| head` has what it wanted. Nothing that is written from here on would reach anyone.
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

const cli: Cli = {
  // eslint-disable-next-line no-restricted-properties -- handed on whole, to src/runtime/config*, which reads it
  environment: process.env,
  stdin: process.stdin,
  out: new Screen(process.stdout),
  err: new Screen(process.stderr),
  exitCode: 0,
};
// Not `process.exit`: it would cut off what is still on its way into a pipe.
process.exitCode = await run(cli, process.argv.slice(2));
