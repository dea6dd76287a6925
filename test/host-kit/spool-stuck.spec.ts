import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadRecording } from '../../src/demo/recording.js';
import { Answering, own, type Reply } from './answering.js';
import { hasCurl, Kit } from './kit.js';

const STARTED = loadRecording().xml('003-hosta-vm1-started-begin.xml');
const FAILURE: Reply = { status: 500, headers: { 'hopledger-request': 'r' } };
const TOO_LARGE: Reply = { status: 413, body: '<html>' };
const SILENCE: Reply = { status: 204, breakOff: true };

(hasCurl ? describe : describe.skip)('what no delivery gets rid of', () => {
  let kit: Kit;
  let fake: Answering | undefined;
  beforeEach(() => {
    kit = new Kit({ server: 'http://127.0.0.1:9', host: 'hosta' });
  });
  afterEach(async () => {
    await kit.remove();
    await fake?.close();
    fake = undefined;
  });
  const spool = async (...names: readonly string[]): Promise<void> => {
    for (const name of names) await kit.hook([name, 'started', 'begin', '-'], STARTED);
  };
  const answering = async (answer: (path: string, count: number) => Reply): Promise<Answering> => {
    let count = 0;
    fake = await Answering.start(({ url }) => answer(url.pathname + url.search, (count += 1)));
    kit.configure({ server: fake.url, host: 'hosta' });
    return fake;
  };
  const namesOf = (rejected: readonly string[]): readonly string[] =>
    rejected.map((name) =>
      String(
        /name=(\w+)/.exec(readFileSync(kit.path(`var/lib/hopledger-host/rejected/${name}`), 'utf8'))?.[1],
      ),
    );
  const deliver = async (times: number): Promise<void> => {
    for (let count = 0; count < times; count += 1) await kit.host('deliver');
  };

  it('sets aside what the server fails at again and again while it takes others, and waits while it fails at all', async () => {
    await spool('bad', 'b', 'c');
    let healthy = false;
    await answering((path) => (healthy && !path.includes('name=bad') ? own('recorded') : FAILURE));
    for (let count = 0; count < 12; count += 1) expect((await kit.host('deliver')).status).toBe(1);
    expect(kit.spooled()).toHaveLength(3);
    expect((await kit.host('doctor')).out).toMatch(
      /3 reports wait .*tried 1\d times, at last HTTP status 500/,
    );
    healthy = true;
    expect((await kit.host('deliver')).status).toBe(0);
    expect(kit.spooled()).toEqual([]);
    expect(kit.rejected()).toHaveLength(1);
  }, 300_000);

  it.each([
    ['the server fails at', FAILURE],
    ['a proxy finds too large', TOO_LARGE],
  ])(
    'sets aside several in a row that %s, and delivers those behind them',
    async (_what, reply) => {
      await spool('bad1', 'bad2', 'bad3', 'good1', 'good2');
      await answering((path) => (path.includes('name=bad') ? reply : own('recorded')));
      await deliver(9);
      expect(kit.spooled()).toHaveLength(5);
      expect((await kit.host('deliver')).status).toBe(0);
      expect(kit.spooled()).toEqual([]);
      expect(namesOf(kit.rejected())).toEqual(['bad1', 'bad2', 'bad3']);
    },
    60_000,
  );

  it('sets none aside of those that a server failed at which then is well again', async () => {
    await spool('a', 'b', 'c', 'd');
    let wellFrom = Infinity;
    const { asked } = await answering((_path, count) => (count >= wellFrom ? own('recorded') : FAILURE));
    await deliver(9);
    wellFrom = asked.length + 3;
    expect((await kit.host('deliver')).status).toBe(0);
    expect({ waiting: kit.spooled(), rejected: kit.rejected() }).toEqual({ waiting: [], rejected: [] });
  }, 300_000);

  it('sets aside what never has an answer, one at a time, while others have one, and none while nothing has', async () => {
    kit.program('sleep', `echo "$1" >>"${kit.path('slept')}"`);
    await spool('bad1', 'bad2', 'good');
    let away = true;
    await answering((path) => (away || path.includes('name=bad') ? SILENCE : own('recorded')));
    await deliver(11);
    expect(kit.spooled()).toHaveLength(3);
    expect(kit.rejected()).toEqual([]);
    away = false;
    await deliver(1);
    expect(namesOf(kit.rejected())).toEqual(['bad1']);
    expect(kit.spooled()).toHaveLength(1);
    expect(readFileSync(kit.path('slept'), 'utf8')).toContain('5');
    await spool('later');
    await deliver(10);
    expect(namesOf(kit.rejected())).toEqual(['bad1', 'bad2']);
    expect(kit.spooled()).toEqual([]);
  }, 300_000);
});
