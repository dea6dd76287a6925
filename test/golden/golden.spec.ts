import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { VM_AND_HOST_TYPES } from '../../src/views/queries/event-feed.js';
import { linesOf, replay } from './replay.js';

/** Every release's log; a later release adds its own and edits none (README.md). */
const LOGS = ['v1'];

describe.each(LOGS)('the log of release %s', (release) => {
  const lines = linesOf(`./events-${release}.jsonl`);

  it('still derives to what it derived to then', () => {
    const derived = JSON.parse(readFileSync(new URL(`./derived-${release}.json`, import.meta.url), 'utf8')) as unknown;
    expect(JSON.parse(JSON.stringify(replay(lines)))).toEqual(derived);
  });

  it('derives to the same in any order', () => {
    expect(replay(lines.toReversed())).toEqual(replay(lines));
  });
});

describe('the newest log', () => {
  it('has every type of event', () => {
    const newest = LOGS.at(-1) ?? '';
    const types = new Set(linesOf(`./events-${newest}.jsonl`).map(({ type }) => type));
    expect([...types].sort()).toEqual(Object.keys(VM_AND_HOST_TYPES).sort());
  });
});
