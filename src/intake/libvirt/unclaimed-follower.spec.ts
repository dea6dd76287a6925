import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import { LedgerUnavailable } from '../../ledger/errors.js';
import { START, type Delivery, type Ledger } from '../../ledger/port.js';
import { DomainNames } from '../../recording/domain-names.js';
import { Recorder } from '../../recording/recorder.js';
import { metadataOf, reportContext } from '../../recording/report-context.js';
import { eventId } from '../../recording/event-id.js';
import { unclaimedStream } from '../../recording/streams.js';
import { CLEAN, launched, said, uuidOf } from '../../views/fixtures/sample-life.js';
import { Stand, withSubscribe, type Replica } from '../../views/fixtures/stand.js';
import { UnclaimedFollower } from './unclaimed-follower.js';
import { UnclaimedLines, type NamedEvent } from './unclaimed-lines.js';

const UUID = uuidOf(1);
const context = reportContext({ actor: 'test', tool: 'virsh-event', correlationId: 'c' }, 0);
const line = (n: number): NamedEvent => ({
  name: 'web',
  event: {
    id: eventId('line', String(n)),
    data: { type: 'GuestReset', host: 'hv1', name: 'web', reason: null },
    metadata: metadataOf(context, new Date(n).toISOString(), null),
  },
});
/** Says that `hv1` means the VM by `web`. */
const launch = said(UUID, 1, launched('hv1', CLEAN, 'web'));

/** One server of several: views, names and lines of its own. */
interface Server {
  readonly replica: Replica;
  readonly lines: UnclaimedLines;
  readonly follower: UnclaimedFollower;
  readonly errors: unknown[];
  /** A report comes to it that names the VM. */
  readonly hook: () => Promise<void>;
}

describe('several servers on one ledger', () => {
  let stand: Stand;
  let servers: Server[];
  beforeEach(() => {
    stand = new Stand();
    servers = [];
  });
  afterEach(async () => {
    for (const { follower } of servers) await follower.stop();
    await stand.close();
  });

  const server = async (ledger: Ledger = stand.ledger): Promise<Server> => {
    const replica = await stand.replica().start();
    const recorder = new Recorder(ledger);
    const lines = new UnclaimedLines(ledger, recorder, new DomainNames(replica.views));
    const errors: unknown[] = [];
    const follower = new UnclaimedFollower({
      ledger,
      views: replica.views,
      lines,
      context,
      log: { error: (facts: unknown) => void errors.push(facts) },
      retryMs: { least: 1, most: 5 },
    });
    const hook = async (): Promise<void> => {
      const { position } = await recorder.record(UUID, [launch]);
      await lines.claim({ host: 'hv1', name: 'web', uuid: UUID, at: position }, context);
    };
    const one = { replica, lines, follower, errors, hook };
    servers.push(one);
    return one;
  };
  const started = async (ledger?: Ledger): Promise<Server> => {
    const one = await server(ledger);
    one.follower.start();
    await one.follower.caughtUp;
    return one;
  };
  const idsOfVm = async (): Promise<readonly string[]> =>
    (await stand.recorder.history(UUID)).map(({ id }) => id);
  /** Types of the events of the lines' own stream, once there are so many. */
  const aside = async (count: number): Promise<readonly string[]> => {
    for (;;) {
      const types: string[] = [];
      const stream = unclaimedStream('hv1', 'web');
      for await (const { type } of stand.ledger.readStream(stream)) types.push(type);
      if (types.length >= count) return types;
      await setTimeout(1);
    }
  };
  const PUT_AND_CLAIMED = ['DomainEventUnclaimed', 'DomainEventsClaimed'];

  it('record what was put aside at one when the report that names the VM comes to the other', async () => {
    const [a, b] = [await started(), await started()];
    await a.lines.put('hv1', [line(1)]);
    await b.hook();
    expect(await aside(2)).toEqual(PUT_AND_CLAIMED);
    expect(await idsOfVm()).toEqual([launch.id, line(1).event.id]);
  });

  it('record what is put aside at one when the other was told the name before', async () => {
    const [a, b] = [await started(), await started()];
    await b.hook();
    // As if its views were not as far yet.
    await a.lines.put('hv1', [line(1)]);
    expect(await aside(2)).toEqual(PUT_AND_CLAIMED);
    expect(await idsOfVm()).toEqual([launch.id, line(1).event.id]);
  });

  it('are level with what there was when they began, also where writes never leave them with nothing to read', async () => {
    await (await started()).lines.put('hv1', [line(1)]);
    await stand.recorder.record(UUID, [launch]);
    const ledger = withSubscribe(stand.ledger, (...asked) => neverLevel(stand.ledger.subscribe(...asked)));
    async function* neverLevel(deliveries: AsyncIterable<Delivery>): AsyncGenerator<Delivery> {
      for await (const delivery of deliveries) if (delivery.kind !== 'caughtUp') yield delivery;
    }
    await started(ledger);
    expect(await aside(2)).toEqual(PUT_AND_CLAIMED);
  });

  it('record what waits once the views know the name, from whatever report', async () => {
    const a = await started();
    await a.lines.put('hv1', [line(1)]);
    await stand.record(UUID, launch);
    expect(await aside(2)).toEqual(PUT_AND_CLAIMED);
    expect(await idsOfVm()).toEqual([launch.id, line(1).event.id]);
  });

  it('record it once, and say so once, when both claim it at once', async () => {
    const both = [await started(), await started()];
    const lines = Array.from({ length: 40 }, (_, n) => line(n));
    await both[0]?.lines.put('hv1', lines);
    await Promise.all(both.map(({ hook }) => hook()));
    await Promise.all(both.map((one) => one.lines.claimAll(context, new AbortController().signal)));
    const types = await aside(lines.length + 1);
    expect(types.filter((type) => type === 'DomainEventsClaimed')).toHaveLength(1);
    expect(await idsOfVm()).toEqual([launch.id, ...lines.map(({ event }) => event.id)]);
  });

  it('know after a restart what still waits, and claim nothing twice', async () => {
    const before = await started();
    await before.lines.put('hv1', [line(1)]);
    await before.hook();
    const last = { ...line(2), name: 'db' };
    await before.lines.put('hv1', [last]);
    await before.follower.stop();
    const head = await stand.ledger.head();

    const after = await started();
    expect(await stand.ledger.head()).toBe(head);
    await after.lines.claim({ host: 'hv1', name: 'db', uuid: UUID, at: START }, context);
    expect(await idsOfVm()).toEqual([launch.id, line(1).event.id, last.event.id]);
  });

  it('claim at the start what a server that died had no time for', async () => {
    const dying = await server();
    await dying.lines.put('hv1', [line(1)]);
    await stand.record(UUID, launch);
    await started();
    expect(await idsOfVm()).toEqual([launch.id, line(1).event.id]);
  });

  it('come to know what waits though the first reads of it fail, and say in the log why', async () => {
    await (await server()).lines.put('hv1', [line(1)]);
    let failures = 0;
    const failing = withSubscribe(stand.ledger, (after, options) => {
      if ((failures += 1) <= 3) throw new LedgerUnavailable('no answer');
      return stand.ledger.subscribe(after, options);
    });
    const late = await started(failing);
    expect(late.errors).toHaveLength(3);
    expect(late.errors[0]).toMatchObject({ err: expect.objectContaining({ message: 'no answer' }) });
    await late.hook();
    expect(await idsOfVm()).toEqual([launch.id, line(1).event.id]);
  });

  it('try again to record what the ledger would not take', async () => {
    let refused = 0;
    const failing: Ledger = {
      ...withSubscribe(stand.ledger, (after, options) => stand.ledger.subscribe(after, options)),
      append: (...asked) => {
        if ((refused += 1) <= 3) throw new LedgerUnavailable('no answer');
        return stand.ledger.append(...asked);
      },
    };
    const one = await started(failing);
    await stand.record(UUID, launch);
    await new UnclaimedLines(stand.ledger, stand.recorder, new DomainNames(one.replica.views)).put('hv1', [
      line(1),
    ]);
    expect(await aside(2)).toEqual(PUT_AND_CLAIMED);
    expect(one.errors).toHaveLength(3);
    expect(await idsOfVm()).toEqual([launch.id, line(1).event.id]);
  });
});
