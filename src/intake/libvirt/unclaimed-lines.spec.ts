import { describe, expect, it } from '@jest/globals';
import { MemoryLedger } from '../../ledger/memory/memory-ledger.js';
import { START, type Ledger } from '../../ledger/port.js';
import { DomainNames } from '../../recording/domain-names.js';
import { NO_VIEWS } from '../../recording/fixtures/no-views.js';
import { Recorder } from '../../recording/recorder.js';
import { metadataOf, reportContext } from '../../recording/report-context.js';
import { eventId } from '../../recording/event-id.js';
import { UnclaimedLines, type NamedEvent } from './unclaimed-lines.js';

const UUID = '11111111-2222-4333-8444-0000000000aa';
const context = reportContext({ actor: 'test', tool: 'virsh-event', correlationId: 'c' }, 0);
const line = (name: string, n: number): NamedEvent => ({
  name,
  event: {
    id: eventId('line', name, String(n)),
    data: { type: 'GuestReset', host: 'hv1', name, reason: null },
    metadata: metadataOf(context, new Date(n).toISOString(), null),
  },
});
const on = (ledger: Ledger): { lines: UnclaimedLines; recorder: Recorder } => {
  const recorder = new Recorder(ledger);
  return { recorder, lines: new UnclaimedLines(ledger, recorder, new DomainNames(NO_VIEWS)) };
};

const told = (name: string) => ({ host: 'hv1', name, uuid: UUID, at: START });

describe(UnclaimedLines.name, () => {
  it('records what waited when the VM is named, once', async () => {
    const { lines, recorder } = on(new MemoryLedger({}));
    await lines.put('hv1', [line('web', 1), line('db', 1), line('web', 2)]);
    await lines.claim(told('web'), context);
    await lines.claim(told('web'), context);
    expect((await recorder.history(UUID)).map(({ id }) => id)).toEqual([
      line('web', 1).event.id,
      line('web', 2).event.id,
    ]);
  });

  it('counts a line put aside again as no news', async () => {
    const { lines } = on(new MemoryLedger({}));
    expect(await lines.put('hv1', [line('web', 1)])).toMatchObject({ put: 1 });
    expect(await lines.put('hv1', [line('web', 1)])).toMatchObject({ put: 0 });
  });

  it('puts aside and claims more lines than an append takes', async () => {
    const { lines, recorder } = on(new MemoryLedger({}));
    const many = Array.from({ length: 1_100 }, (_, n) => line('web', n));
    expect(await lines.put('hv1', many)).toMatchObject({ put: 1_100 });
    await lines.claim(told('web'), context);
    expect((await recorder.history(UUID)).map(({ id }) => id)).toEqual(many.map(({ event }) => event.id));
  });

  it('leaves no line behind when a hook names the VM while lines are put aside', async () => {
    for (let n = 0; n < 50; n += 1) {
      const { lines, recorder } = on(new MemoryLedger({}));
      const putAside = lines.put('hv1', [line('web', n)]);
      for (let turn = 0; turn < n % 10; turn += 1) await Promise.resolve();
      await Promise.all([putAside, lines.claim(told('web'), context)]);
      // As the handler of event lines does once they are put aside.
      await lines.claim(told('web'), context);
      expect(await recorder.history(UUID)).toHaveLength(1);
    }
  });
});
