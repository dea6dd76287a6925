import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openEventStoreDB } from '../../src/ledger/eventstoredb/open.js';
import type { Ledger, StreamName } from '../../src/ledger/port.js';
import { all, idsOf, newEvents, newStream, outcomeOf } from '../contract/sample-events.js';
import type { AppendFault } from './faults.js';
import { ProtocolServer } from './protocol-server.js';

describe('an append to EventStoreDB of which an attempt fails (stand-in)', () => {
  let server: ProtocolServer;
  let ledger: Ledger;
  beforeEach(async () => {
    server = await ProtocolServer.start();
    ledger = await openEventStoreDB({
      connection: server.connection(),
      timings: { attemptMs: 200 },
      limits: { appendTimeoutMs: 3_000 },
    });
  });
  afterEach(async () => {
    await ledger.close();
    await server.stop();
  });

  /** What becomes of each attempt in turn; those after the last are served. */
  const attempts = (...faults: readonly (AppendFault | undefined)[]): void => {
    const left = [...faults];
    server.faults.append = () => left.shift();
  };

  it('is not told as a repeat when it was sent once, whichever attempt is answered', async () => {
    for (const kind of ['failAfterCommit', 'dropReply', 'failBeforeCommit', 'noPosition', 'twice'] as const) {
      attempts({ kind });
      const [stream, events] = [newStream(), newEvents(2)];
      expect(await ledger.append(stream, 'no_stream', events)).toMatchObject({
        revision: 1n,
        repeated: false,
      });
      expect(await ledger.append(stream, 'no_stream', events)).toMatchObject({
        revision: 1n,
        repeated: true,
      });
    }
  });

  it('is found where a lost attempt wrote it, though the next one is refused', async () => {
    attempts({ kind: 'failAfterCommit' }, { kind: 'refuse' });
    const [stream, events] = [newStream(), newEvents(2)];
    expect(await ledger.append(stream, 'no_stream', events)).toMatchObject({ revision: 1n, repeated: false });
    expect(idsOf(await all(ledger.readStream(stream)))).toEqual(idsOf(events));
  });

  it('is of unknown outcome when a lost attempt may have written it and nobody lets us look', async () => {
    const [stream, events] = [newStream(), newEvents(2)];
    server.faults.append = () => {
      server.faults.refuseAll = true;
      return { kind: 'failAfterCommit' };
    };
    expect(await outcomeOf(ledger.append(stream, 'no_stream', events))).toBe('UNKNOWN_OUTCOME');
    // Once its id is known to be in the log, to be refused says nothing of where it is either.
    expect(await outcomeOf(ledger.append(stream, 'no_stream', events))).toBe('UNKNOWN_OUTCOME');
    server.faults.refuseAll = false;
    server.faults.append = undefined;
    expect(await ledger.append(stream, 'no_stream', events)).toMatchObject({ revision: 1n, repeated: true });
  });

  it('is refused, and not written, when its only attempt is', async () => {
    attempts({ kind: 'refuse' });
    const stream = newStream();
    expect(await outcomeOf(ledger.append(stream, 'no_stream', newEvents(1)))).toBe('LEDGER_UNAVAILABLE');
    expect(await all(ledger.readStream(stream))).toEqual([]);
  });

  it('goes to the node that leads when another says that it does not', async () => {
    const leader = await ProtocolServer.start({ log: server.log });
    const asked: number[] = [];
    server.faults.append = (count) => {
      asked.push(count);
      return { kind: 'notLeader', host: '127.0.0.1', port: leader.port };
    };
    const [stream, events] = [newStream(), newEvents(2)];
    expect(await ledger.append(stream, 'no_stream', events)).toMatchObject({ revision: 1n, repeated: false });
    expect(await ledger.append(stream, 1n, newEvents(1))).toMatchObject({ revision: 2n });
    expect(asked).toHaveLength(1);
    await leader.stop();
  });

  it('that never had its turn among many is not written, and says so', async () => {
    // Written as soon as it is sent, so that what was sent shows.
    server.faults.append = () => ({ kind: 'dropReply' });
    const streams = Array.from({ length: 1_500 }, () => newStream());
    const outcomes = await Promise.all(
      streams.map((stream) => outcomeOf(ledger.append(stream, 'no_stream', newEvents(1)))),
    );
    const written = (stream: StreamName) => server.log.stream(`hopledger:${stream}`) !== undefined;
    const unsent = streams.filter((_, index) => outcomes[index] === 'OVERLOADED');
    expect([streams.some(written), unsent.length > 0]).toEqual([true, true]);
    expect(unsent.filter(written)).toEqual([]);
  }, 300_000);
});
