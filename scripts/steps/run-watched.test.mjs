import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { runWatched } from './run-watched.mjs';

describe('a watched run', () => {
  let folder;
  let progress;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hopledger-watched-'));
    progress = join(folder, 'progress');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = (script, { stillMs = 60_000, endMs = 60_000, quiet = false } = {}) =>
    runWatched(process.execPath, ['-e', script, progress], {
      env: process.env,
      quiet,
      progress,
      stillMs,
      endMs,
    });
  const write = (text) => `require('fs').writeFileSync(process.argv[1], ${JSON.stringify(text)});`;
  const STAY = 'setInterval(() => {}, 1000);';

  it('is as good as its exit status', async () => {
    assert.equal((await run('')).ok, true);
    assert.equal((await run('process.exitCode = 3')).ok, false);
  });

  it('gives what was printed, when asked to be quiet', async () => {
    assert.equal((await run("console.log('here')", { quiet: true })).output, 'here\n');
  });

  it('is ended when it stands still, and what it stood at is named', async () => {
    const { ok, ended } = await run(`${write('a.spec.ts')}${STAY}`, { stillMs: 500 });
    assert.deepEqual([ok, ended], [false, 'a.spec.ts did not end within 1 s']);
  });

  it('is ended when it has finished and does not end', async () => {
    const { ok, ended } = await run(`${write('')}${STAY}`, { endMs: 500 });
    assert.deepEqual([ok, ended], [false, 'it had finished, and did not end']);
  });

  it('takes with it what it started', async () => {
    const child = `const { pid } = require('child_process').spawn('sleep', ['600'], { stdio: 'ignore' });`;
    const { output } = await run(`${child} console.log(pid); ${write('')}${STAY}`, {
      endMs: 500,
      quiet: true,
    });
    await assert.rejects(
      until(() => process.kill(Number(output), 0)),
      { code: 'ESRCH' },
    );
  });
});

/** Again and again until it throws: what was killed is there until its new parent has heard of its end. */
async function until(look) {
  for (let tries = 0; tries < 500; tries += 1) {
    look();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
