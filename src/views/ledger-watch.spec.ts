import { beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { LedgerUnavailable } from '../ledger/errors.js';
import { LEDGER_SILENT_MS, LedgerWatch } from './ledger-watch.js';

describe(LedgerWatch.name, () => {
  let now: number;
  let lag: () => Promise<number>;
  let errors: unknown[];
  let measured: number[];
  let watch: LedgerWatch;
  const fails = (): Promise<number> => Promise.reject(new LedgerUnavailable('no answer'));
  beforeEach(() => {
    now = 1_000;
    lag = () => Promise.resolve(0);
    errors = [];
    measured = [];
    watch = new LedgerWatch({
      lag: () => lag(),
      measured: (events) => void measured.push(events),
      failed: (error) => void errors.push(error),
      now: () => now,
      everyMs: 1,
    });
  });

  it('says how far the views were behind when the ledger last answered', async () => {
    lag = () => Promise.resolve(7);
    await watch.look();
    lag = fails;
    await watch.look();
    expect(watch.behind).toBe(7);
    expect(measured).toEqual([7]);
    expect(errors).toEqual([new LedgerUnavailable('no answer')]);
  });

  it('finds nothing wrong with a ledger that is away for as long as a leader takes to change', async () => {
    lag = fails;
    now += LEDGER_SILENT_MS;
    await watch.look();
    expect(watch.silence).toBeUndefined();
  });

  it('says that the ledger is silent, for how long, and no more once it answers', async () => {
    lag = fails;
    now += LEDGER_SILENT_MS + 5_000;
    await watch.look();
    expect(watch.silence).toBe('the ledger has not answered for 20 s');
    lag = () => Promise.resolve(0);
    await watch.look();
    expect(watch.silence).toBeUndefined();
  });

  it('says so while a look has no answer yet', () => {
    lag = () => new Promise(() => undefined);
    void watch.look();
    now += LEDGER_SILENT_MS + 1;
    expect(watch.silence).toBe('the ledger has not answered for 15 s');
  });

  it('looks again and again, one look at a time, until it is stopped', async () => {
    const looks = new EventTarget();
    let [under, most, count] = [0, 0, 0];
    lag = async () => {
      under += 1;
      most = Math.max(most, under);
      await Promise.resolve();
      under -= 1;
      if ((count += 1) === 3) looks.dispatchEvent(new Event('enough'));
      return 0;
    };
    const enough = once(looks, 'enough');
    watch.start();
    await enough;
    watch.stop();
    expect(most).toBe(1);
  });
});
