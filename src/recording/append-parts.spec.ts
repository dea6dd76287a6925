import { describe, expect, it } from '@jest/globals';
import type { ProposedEvent } from '../domain/vm/decide.js';
import { MemoryLedger } from '../ledger/memory/memory-ledger.js';
import type { Ledger } from '../ledger/port.js';
import { appendParts } from './append-parts.js';
import { eventId } from './event-id.js';
import { Recorder } from './recorder.js';
import { metadataOf, reportContext } from './report-context.js';

const UUID = '11111111-2222-4333-8444-0000000000aa';
const context = reportContext({ actor: 'test', tool: 'libvirt-log' });
const reset = (n: number | string, report: unknown = null): ProposedEvent => ({
  id: eventId('reset', String(n)),
  data: { type: 'GuestReset', host: 'hv1', name: 'web', reason: null },
  metadata: metadataOf(context, '2026-11-21T03:00:00.000Z', report),
});
const resets = (count: number, report: unknown = null): readonly ProposedEvent[] =>
  Array.from({ length: count }, (_, n) => reset(n, report));
const idsOf = (events: readonly { readonly id: string }[]): readonly string[] => events.map(({ id }) => id);

/** A ledger before whose second append `meanwhile` happens. */
const interrupted = (ledger: Ledger, meanwhile: () => Promise<unknown>): Pick<Ledger, 'append'> => {
  let appends = 0;
  return {
    async append(stream, expected, events) {
      appends += 1;
      if (appends === 2) await meanwhile();
      return ledger.append(stream, expected, events);
    },
  };
};
const recorderOn = (ledger: Ledger, { append }: Pick<Ledger, 'append'>): Recorder =>
  new Recorder({
    append,
    readStream: (...of) => ledger.readStream(...of),
    readAll: (...of) => ledger.readAll(...of),
    subscribe: (...of) => ledger.subscribe(...of),
    head: () => ledger.head(),
    close: () => ledger.close(),
  });

describe(appendParts.name, () => {
  it('records more events than an append takes, in their order, and knows them when told again', async () => {
    const ledger = new MemoryLedger({});
    const recorder = new Recorder(ledger);
    const events = resets(1_728);
    const outcome = await recorder.record(UUID, events);
    expect(outcome).toMatchObject({ recorded: 1_728, repeated: 0, revision: 1_727n });
    expect(outcome.position).toBe(await ledger.head());
    expect(idsOf(await recorder.history(UUID))).toEqual(idsOf(events));
    expect(await recorder.record(UUID, events)).toMatchObject({ recorded: 0, repeated: 1_728 });
  });

  it('records more bytes than an append takes', async () => {
    const recorder = new Recorder(new MemoryLedger({}));
    const events = resets(5, { xml: '€'.repeat(120 * 1024) });
    expect(await recorder.record(UUID, events)).toMatchObject({ recorded: 5 });
    expect(idsOf(await recorder.history(UUID))).toEqual(idsOf(events));
  });

  it('records what fits in one append in one: all or nothing', async () => {
    const ledger = new MemoryLedger({});
    const fault = interrupted(ledger, () => Promise.reject(new Error('a second append')));
    expect(await recorderOn(ledger, fault).record(UUID, resets(500))).toMatchObject({ recorded: 500 });
  });

  it('after a fault between two appends records what is missing, when told again', async () => {
    const ledger = new MemoryLedger({});
    const fault = interrupted(ledger, () => Promise.reject(new Error('the ledger is away')));
    const recorder = recorderOn(ledger, fault);
    await expect(recorder.record(UUID, resets(1_100))).rejects.toThrow('away');
    expect(await recorder.record(UUID, resets(1_100))).toMatchObject({ recorded: 600, repeated: 500 });
    expect(idsOf(await recorder.history(UUID))).toEqual(idsOf(resets(1_100)));
  });

  it('counts as recorded what it recorded itself, although another writer came between its appends', async () => {
    const ledger = new MemoryLedger({});
    const other = new Recorder(ledger);
    const recorder = recorderOn(
      ledger,
      interrupted(ledger, () => other.record(UUID, [reset('other'), reset(1_099)])),
    );
    expect(await recorder.record(UUID, resets(1_100))).toMatchObject({ recorded: 1_099, repeated: 1 });
    expect(await recorder.history(UUID)).toHaveLength(1_101);
  });
});
