import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Ledger, StoredEvent } from '../ledger/port.js';
import { vmStream } from '../recording/streams.js';
import { reset, said, uuidOf } from './fixtures/sample-life.js';
import { Stand } from './fixtures/stand.js';
import { Histories } from './histories.js';

const VM = uuidOf(1);

let stand: Stand;
beforeEach(() => {
  stand = new Stand();
});
afterEach(() => stand.close());

const counting = (ledger: Ledger) => {
  const reads: string[] = [];
  const readStream: Ledger['readStream'] = (stream, ...rest) => {
    reads.push(stream);
    return ledger.readStream(stream, ...rest);
  };
  return { reads, readStream };
};
const happened = (uuid: string, minute: number) => stand.record(uuid, said(uuid, minute, reset('hosta')));
const lastOf = async (uuid: string): Promise<StoredEvent> => {
  let last: StoredEvent | undefined;
  for await (const event of stand.ledger.readStream(vmStream(uuid))) last = event;
  if (last === undefined) throw new Error('an empty stream');
  return last;
};

describe('histories', () => {
  it('are read once, and extended by the next event', async () => {
    const ledger = counting(stand.ledger);
    const histories = new Histories(ledger, 100);
    await happened(VM, 1);
    expect(await histories.of(VM)).toMatchObject({ events: [{ revision: 0n }] });
    const position = await happened(VM, 2);
    const next = await lastOf(VM);
    histories.extend(VM, next);
    histories.extend(VM, next); // again
    expect(await histories.of(VM)).toMatchObject({ events: [{ revision: 0n }, { revision: 1n }], position });
    expect(ledger.reads).toHaveLength(1);
    expect(histories.size).toBe(2);
  });

  it('are read anew when an event in between was not seen', async () => {
    const ledger = counting(stand.ledger);
    const histories = new Histories(ledger, 100);
    await happened(VM, 1);
    await histories.of(VM);
    await happened(VM, 2);
    await happened(VM, 3);
    histories.extend(VM, await lastOf(VM));
    expect(await histories.of(VM)).toMatchObject({
      events: [{ revision: 0n }, { revision: 1n }, { revision: 2n }],
    });
    expect(ledger.reads).toHaveLength(2);
  });

  it('are kept up to the bound, those used last', async () => {
    const ledger = counting(stand.ledger);
    const histories = new Histories(ledger, 4);
    for (const n of [1, 2, 3]) for (const minute of [1, 2]) await happened(uuidOf(n), minute);
    await histories.of(uuidOf(1));
    await histories.of(uuidOf(2));
    await histories.of(uuidOf(1));
    await histories.of(uuidOf(3));
    histories.trim();
    expect(histories.size).toBe(4);
    ledger.reads.length = 0;
    await histories.of(uuidOf(1));
    await histories.of(uuidOf(3));
    expect(ledger.reads).toEqual([]);
    await histories.of(uuidOf(2));
    expect(ledger.reads).toEqual([vmStream(uuidOf(2))]);
  });

  it('are kept over the bound while they are in use', async () => {
    const ledger = counting(stand.ledger);
    const histories = new Histories(ledger, 1);
    for (const minute of [1, 2]) await happened(VM, minute);
    await histories.of(VM);
    histories.trim(VM);
    await histories.of(VM);
    expect(ledger.reads).toHaveLength(1);
    histories.trim();
    expect(histories.size).toBe(0);
  });
});
