import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { toNewEvent } from '../recording/codec.js';
import { hostStream, vmStream } from '../recording/streams.js';
import type { NewEvent, StreamName } from '../ledger/port.js';
import * as life from './fixtures/sample-life.js';
import { CATALOGUE, Stand } from './fixtures/stand.js';

const { CLEAN, hostReport, launched, said, stopped, uuidOf } = life;
const VM = uuidOf(1);
const OTHER = uuidOf(2);

let stand: Stand;
beforeEach(() => {
  stand = new Stand();
});
afterEach(() => stand.close());

/** An event that a later hopledger wrote. */
const fromTheFuture = { id: randomUUID(), type: 'VmStopped', data: {}, metadata: { schemaVersion: 99 } };
const appendTo = (stream: StreamName, after: bigint | 'no_stream', event: NewEvent) =>
  stand.ledger.append(stream, after, [event]);

describe('an event that cannot be read', () => {
  it('leaves its VM as it was and is listed, while the others go on', async () => {
    const replica = await stand.replica().start();
    await replica.views.waitFor(await stand.record(VM, said(VM, 0, launched('hosta', CLEAN))), 5_000);
    const { position } = await appendTo(vmStream(VM), 0n, fromTheFuture);
    const after = await stand.record(OTHER, said(OTHER, 1, launched('hostb', CLEAN)));
    expect(await replica.views.waitFor(after, 5_000)).toBe(true);
    expect(replica.views.vm(VM)).toMatchObject({ state: 'running', host: 'hosta' });
    expect(replica.views.vm(OTHER)).toMatchObject({ state: 'running', host: 'hostb' });
    expect(replica.views.failures()).toEqual({
      count: 1,
      first: [{ stream: vmStream(VM), position, error: expect.stringContaining('schema version 99') }],
    });
    expect(replica.messages).toContainEqual(expect.stringContaining(vmStream(VM)));
  });

  it('is told once, however many events of its VM are read on a rebuild', async () => {
    await appendTo(vmStream(VM), 'no_stream', fromTheFuture);
    for (let revision = 0n; revision < 20n; revision += 1n) {
      const event = toNewEvent(said(VM, Number(revision), stopped('hosta')));
      await stand.ledger.append(vmStream(VM), revision, [event]);
    }
    const replica = await stand.replica(undefined, { limits: { maxEvents: 2 } }).start();
    expect(replica.messages).toHaveLength(1);
    expect(replica.views.failures().count).toBe(1);
  });

  it('of a host is listed under the host', async () => {
    const replica = await stand.replica().start();
    const { position } = await appendTo(hostStream('hosta'), 'no_stream', {
      ...fromTheFuture,
      type: 'HostReported',
    });
    expect(await replica.views.waitFor(position, 5_000)).toBe(true);
    expect(replica.views.failures().first).toMatchObject([{ stream: 'host-hosta', position }]);
    const report = await stand.reported(stand.replica(), hostReport('hostb', CLEAN), 0);
    expect(await replica.views.waitFor(report, 5_000)).toBe(true);
    expect(replica.views.failures().count).toBe(1);
  });
});

describe('a VM whose derivation throws', () => {
  const sound = said(VM, 20, launched('hosta', CLEAN));
  /** No reporter says this; a correction of the wrong field could. */
  const nonsense = { ...toNewEvent(sound), data: { host: 'hosta', name: null, configuration: 'nonsense' } };

  it('is listed, and mended by the event that takes the cause away', async () => {
    const replica = await stand.replica().start();
    await stand.record(VM, said(VM, 0, launched('hosta', CLEAN)));
    const { position } = await stand.ledger.append(vmStream(VM), 0n, [nonsense]);
    await replica.views.waitFor(position, 5_000);
    await replica.views.waitFor(position, 5_000);
    expect(replica.views.failures().first).toMatchObject([{ stream: vmStream(VM), position }]);
    const retracted = said(VM, 22, { type: 'EventRetracted', eventId: nonsense.id, reason: 'nonsense' });
    await replica.views.waitFor(await stand.record(VM, retracted), 5_000);
    expect(replica.views.failures()).toEqual({ count: 0, first: [] });
    expect(replica.views.vm(VM)).toMatchObject({ state: 'running' });
  });

  it('is tried again at the next start: a later hopledger may know better', async () => {
    const path = stand.newPath();
    await stand.record(VM, sound);
    const broken = {
      ...CATALOGUE,
      get behaviours(): never {
        throw new Error('a fault of the fold');
      },
    };
    const first = await stand.replica(path, { catalogue: broken }).start();
    expect(first.views.failures().count).toBe(1);
    await first.stop();
    const second = await stand.replica(path).start();
    expect(second.views.failures().count).toBe(0);
    expect(second.views.vm(VM)).toMatchObject({ state: 'running' });
  });
});
