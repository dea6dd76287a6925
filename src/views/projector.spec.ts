import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { toNewEvent } from '../recording/codec.js';
import { START, type Delivery, type Ledger, type StoredEvent, type StreamName } from '../ledger/port.js';
import { HostRegistry } from '../recording/host-registry.js';
import { applyBatch } from './apply-batch.js';
import * as life from './fixtures/sample-life.js';
import { CATALOGUE, Stand, withSubscribe, type Replica } from './fixtures/stand.js';
import { Histories } from './histories.js';
import type { ViewChange } from './views.js';

const { CLEAN, TAINT, TAINTING, arrived, incoming, launched, left, said, stopped, uuidOf } = life;
const VM = uuidOf(1);

let stand: Stand;
beforeEach(() => {
  stand = new Stand();
});
afterEach(() => stand.close());

const everything = async (ledger: Ledger): Promise<StoredEvent[]> => {
  const events: StoredEvent[] = [];
  for await (const event of ledger.readAll(START)) events.push(event);
  return events;
};

/** A row once the views have read what was just recorded. */
const rowAfter = async (replica: Replica, position: ReturnType<Stand['record']>) => {
  expect(await replica.views.waitFor(await position, 5_000)).toBe(true);
  return replica.views.vm(VM);
};

describe('a row', () => {
  it('follows a small life: born tainted, hopping, stopped, born anew and clean', async () => {
    const replica = await stand.replica().start();
    const say = (minute: number, event: Parameters<typeof said>[2]) =>
      rowAfter(replica, stand.record(VM, said(VM, minute, event)));

    expect(await say(0, launched('hosta', TAINTING))).toMatchObject({
      uuid: VM,
      name: 'guest',
      state: 'running',
      host: 'hosta',
      build: '8.0.0',
      machineType: 'pc-q35-7.2',
      taints: [TAINT],
      lastSeenAt: life.iso(0),
    });
    expect(await say(10, incoming('hostb', CLEAN))).toMatchObject({ state: 'migrating', host: 'hosta' });
    expect(await say(11, arrived('hostb'))).toMatchObject({
      state: 'running',
      host: 'hostb',
      build: '10.0.2',
      taints: [TAINT],
    });
    expect(await say(12, left('hosta'))).toMatchObject({ state: 'running', host: 'hostb', taints: [TAINT] });
    expect(await say(20, stopped('hostb'))).toMatchObject({
      state: 'stopped',
      host: null,
      build: null,
      machineType: 'pc-q35-7.2',
      taints: [],
      unknowns: [],
    });
    const last = await say(30, launched('hostb', CLEAN, 'renamed'));
    expect(last).toMatchObject({ name: 'renamed', state: 'running', build: '10.0.2', taints: [] });
    expect(last?.position).toBe(await stand.ledger.head());
    expect(replica.views.domainUuid('hostb', 'renamed')).toBe(VM);
    expect(await replica.views.lag()).toBe(0);
  });

  it('is the same when every event is applied twice', async () => {
    await stand.record(VM, said(VM, 0, launched('hosta', TAINTING)), said(VM, 9, stopped('hosta')));
    const replica = await stand.replica().start();
    await replica.projector.stop();
    const rows = replica.rows();
    const events = await everything(stand.ledger);
    const told: ViewChange[] = [];
    replica.views.onChange((change) => told.push(change));
    const batch = { events, position: replica.views.position(), caughtUp: false };
    const hosts = new HostRegistry(stand.ledger);
    await applyBatch(batch, {
      writer: replica.views.writer,
      histories: new Histories(stand.ledger, 100),
      hosts,
      knowledge: () => ({ catalogue: CATALOGUE, hosts: hosts.directory() }),
      failed: ({ error }) => {
        throw new Error(error);
      },
    });
    expect(replica.rows()).toEqual(rows);
    expect(told).toEqual([]);
  });

  it('forgets the name and the host of a report that was retracted', async () => {
    const replica = await stand.replica().start();
    const wrong = said(VM, 5, stopped('hostz', 'wrong'));
    await rowAfter(replica, stand.record(VM, said(VM, 0, launched('hosta', CLEAN)), wrong));
    expect(replica.views.domainUuid('hostz', 'wrong')).toBe(VM);
    const retracted = said(VM, 6, { type: 'EventRetracted', eventId: wrong.id, reason: 'another VM' });
    await rowAfter(replica, stand.record(VM, retracted));
    expect(replica.views.domainUuid('hostz', 'wrong')).toBeNull();
    expect(replica.views.domainUuid('hosta', 'guest')).toBe(VM);
  });
});

describe('a domain name', () => {
  it('belongs to the VM that the host used it for last by its own time, in whatever order it was told', async () => {
    const replica = await stand.replica().start();
    await stand.record(uuidOf(2), said(uuidOf(2), 50, launched('hosta', CLEAN, 'web')));
    await rowAfter(replica, stand.record(VM, said(VM, 1, launched('hosta', CLEAN, 'web'))));
    expect(replica.views.domainUuid('hosta', 'web')).toBe(uuidOf(2));
    await rowAfter(replica, stand.record(VM, said(VM, 60, launched('hosta', CLEAN, 'web'))));
    expect(replica.views.domainUuid('hosta', 'web')).toBe(VM);
    expect(replica.views.domainUuid('hostb', 'web')).toBeNull();
  });
});

describe('the projector', () => {
  it('reads on from its checkpoint after a restart', async () => {
    const path = stand.newPath();
    await stand.record(VM, said(VM, 0, launched('hosta', TAINTING)));
    const first = await stand.replica(path).start();
    const before = first.views.position();
    await first.stop();
    await stand.record(VM, said(VM, 1, stopped('hosta')));

    const asked: string[] = [];
    const spying = withSubscribe(stand.ledger, (after, options) => {
      asked.push(after);
      return stand.ledger.subscribe(after, options);
    });
    const second = await stand.replica(path, {}, spying).start();
    expect(asked).toEqual([before]);
    expect(second.views.vm(VM)).toMatchObject({ state: 'stopped' });
  });

  it('has caught up when it has what there was, also where writes never leave it with nothing to read', async () => {
    const last = await stand.record(VM, said(VM, 0, launched('hosta', CLEAN)), said(VM, 1, stopped('hosta')));
    const ledger = withSubscribe(stand.ledger, (...asked) => neverLevel(stand.ledger.subscribe(...asked)));
    async function* neverLevel(deliveries: AsyncIterable<Delivery>): AsyncGenerator<Delivery> {
      for await (const delivery of deliveries) if (delivery.kind !== 'caughtUp') yield delivery;
    }
    const replica = await stand.replica(undefined, { limits: { maxEvents: 1 } }, ledger).start();
    expect(replica.views.position()).toBe(last);
  });

  it('moves the checkpoint over events of streams that are no VM and no host', async () => {
    const replica = await stand.replica().start();
    const event = toNewEvent(said(VM, 0, stopped('hosta')));
    const { position } = await stand.ledger.append('unclaimed-hosta' as StreamName, 'no_stream', [event]);
    expect(await replica.views.waitFor(position, 5_000)).toBe(true);
    expect(replica.rows()).toEqual([]);
    expect(replica.views.failures().count).toBe(0);
  });

  it('tells listeners of changes in order, after the commit, whatever one of them throws', async () => {
    const replica = await stand.replica().start();
    const heard: [ViewChange, string | undefined][] = [];
    replica.views.onChange(() => {
      throw new Error('a bad listener');
    });
    const unsubscribe = replica.views.onChange((change) =>
      heard.push([change, replica.views.vm(change.uuids[0] ?? '')?.state]),
    );
    const first = await stand.record(VM, said(VM, 0, launched('hosta', CLEAN)));
    await replica.views.waitFor(first, 5_000);
    const second = await stand.record(VM, said(VM, 1, stopped('hosta')));
    await replica.views.waitFor(second, 5_000);
    unsubscribe();
    await replica.views.waitFor(await stand.record(VM, said(VM, 2, launched('hosta', CLEAN))), 5_000);
    expect(heard).toEqual([
      [{ uuids: [VM], position: first }, 'running'],
      [{ uuids: [VM], position: second }, 'stopped'],
    ]);
    expect(replica.messages).toContainEqual(expect.stringContaining('a bad listener'));
  });

  it('answers who waits for a position: false in time, or as soon as it is read', async () => {
    await stand.record(VM, said(VM, 0, launched('hosta', CLEAN)));
    const replica = stand.replica();
    const head = await stand.ledger.head();
    expect(await replica.views.lag()).toBe(1);
    expect(await replica.views.waitFor(head, 5)).toBe(false);
    const waiting = replica.views.waitFor(head, 5_000);
    await replica.start();
    expect(await waiting).toBe(true);
    expect(await replica.views.waitFor(head, 0)).toBe(true);
  });

  it('waits out a fault of the ledger and reads on, missing nothing', async () => {
    const uuids = Array.from({ length: 20 }, (_, n) => uuidOf(n));
    for (const uuid of uuids) await stand.record(uuid, said(uuid, 0, launched('hosta', CLEAN)));
    let faults = 5;
    async function* unsteady(deliveries: AsyncIterable<Delivery>): AsyncGenerator<Delivery> {
      let delivered = 0;
      for await (const delivery of deliveries) {
        if (faults > 0 && (delivered += 1) > 3) {
          faults -= 1;
          throw new Error('connection lost');
        }
        yield delivery;
      }
    }
    const ledger = withSubscribe(stand.ledger, (...asked) => unsteady(stand.ledger.subscribe(...asked)));
    const replica = await stand.replica(undefined, { limits: { maxEvents: 2 } }, ledger).start();
    expect(faults).toBe(0);
    expect(replica.rows().map(({ uuid }) => uuid)).toEqual(uuids);
    expect(replica.messages.filter((message) => message.includes('connection lost'))).toHaveLength(5);
  });

  it('stops at once while it waits, and twice', async () => {
    const replica = await stand.replica().start();
    await replica.projector.stop();
    await replica.projector.stop();
    await stand.record(VM, said(VM, 0, launched('hosta', CLEAN)));
    expect(replica.views.position()).toBe(START);
  });
});
