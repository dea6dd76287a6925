import { describe, expect, it } from '@jest/globals';
import { START } from '../../src/ledger/port.js';
import type { LedgerHarness } from './ledger-harness.js';
import {
  all,
  idsOf,
  kindsOf,
  newEvent,
  newEvents,
  newStream,
  outcomeOf,
  streamWith,
} from './sample-events.js';

export function closingContract(harness: LedgerHarness): void {
  describe('closing', () => {
    it('answers what was accepted, refuses what comes after, and ends subscriptions', async () => {
      const ledger = await harness.open();
      const following = all(ledger.subscribe(START, { signal: new AbortController().signal }));
      const accepted = Array.from({ length: 300 }, () =>
        ledger.append(newStream(), 'no_stream', [newEvent()]),
      );
      const closed = ledger.close();
      const late = outcomeOf(ledger.append(newStream(), 'no_stream', [newEvent()]));

      expect(await late).toBe('LEDGER_CLOSED');
      for (const append of accepted)
        await expect(append).resolves.toMatchObject({ revision: 0n, repeated: false });
      await closed;
      expect(kindsOf(await following).filter((kind) => kind === 'caughtUp').length).toBeLessThanOrEqual(1);
    });

    it('may be asked for twice, and leaves nothing to read', async () => {
      const ledger = await harness.open();
      const { stream } = await streamWith(ledger, 1);
      await Promise.all([ledger.close(), ledger.close()]);
      await ledger.close();
      expect(await outcomeOf(ledger.head())).toBe('LEDGER_CLOSED');
      expect(await outcomeOf(all(ledger.readStream(stream)))).toBe('LEDGER_CLOSED');
      expect(await outcomeOf(all(ledger.readAll(START)))).toBe('LEDGER_CLOSED');
      expect(await all(ledger.subscribe(START, { signal: new AbortController().signal }))).toEqual([]);
    });
  });

  if (!harness.reopen) return;
  const { reopen } = harness;
  describe('reopening', () => {
    it('finds every event at its place, and goes on with revisions, positions, retries and ids', async () => {
      const first = await harness.open();
      const { stream, events, appended } = await streamWith(first, 3);
      await streamWith(first, 2);
      const before = await all(first.readAll(START));
      await first.close();

      const second = await reopen(first);
      expect(await all(second.readAll(START))).toEqual(before);
      expect(await second.append(stream, 'no_stream', events)).toEqual({ ...appended, repeated: true });
      const elsewhere = second.append(newStream(), 'no_stream', events);
      await expect(elsewhere).rejects.toMatchObject({ code: 'DUPLICATE_EVENT_ID' });
      const added = newEvents(1);
      await expect(second.append(stream, 2n, added)).resolves.toMatchObject({ revision: 3n });
      const after = await all(second.readAll(before.at(-1)?.position ?? START));
      expect(idsOf(after)).toEqual(idsOf(added));
      await second.close();
    });

    // The time of an event may be the server's, whose clock is not ours to turn.
    const itWithClock = harness.setsClock === false ? it.skip : it;
    itWithClock('keeps recorded times from going back behind those of before', async () => {
      const first = await harness.open({ now: () => Date.now() + 3_600_000 });
      await streamWith(first, 1);
      await first.close();
      const second = await reopen(first);
      await streamWith(second, 1);
      const [old, young] = await all(second.readAll(START));
      expect(young?.recordedAt).toBe(old?.recordedAt);
      await second.close();
    });
  });
}
