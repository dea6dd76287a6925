import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { openEventStoreDB } from '../../src/ledger/eventstoredb/open.js';
import { openLedgerForReading } from '../../src/ledger/open-for-reading.js';
import { START, type Ledger, type LedgerReader } from '../../src/ledger/port.js';
import { all, idsOf, newEvents, newStream, outcomeOf, streamWith } from '../contract/sample-events.js';
import { ProtocolServer } from './protocol-server.js';
import { openServerUnderTest, type ServerUnderTest } from './server-under-test.js';

/** What is the adapter's own, beyond the contract of all engines. */
describe('the EventStoreDB ledger', () => {
  let under: ServerUnderTest;
  const opened: LedgerReader[] = [];
  beforeAll(async () => {
    under = await openServerUnderTest();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((ledger) => ledger.close()));
  });
  afterAll(() => under.close());

  const open = async (namespace: string, connection = under.connection): Promise<Ledger> => {
    const ledger = await openEventStoreDB({ connection, namespace });
    opened.push(ledger);
    return ledger;
  };
  const openForReading = async (namespace: string): Promise<LedgerReader> => {
    const { connection } = under;
    const ledger = await openLedgerForReading({ engine: 'eventstoredb', connection, namespace });
    opened.push(ledger);
    return ledger;
  };
  const newNamespace = (): string => `test-${randomUUID()}`;
  const bare = (): EventStoreDBClient => EventStoreDBClient.connectionString(under.connection);

  it('shares a server with another ledger, and neither sees the other', async () => {
    const [one, other] = [await open(newNamespace()), await open(newNamespace())];
    const stream = newStream();
    const [a, b] = [newEvents(2), newEvents(3)];
    await one.append(stream, 'no_stream', a);
    await other.append(stream, 'no_stream', b);
    expect(idsOf(await all(one.readAll(START)))).toEqual(idsOf(a));
    expect(idsOf(await all(other.readStream(stream)))).toEqual(idsOf(b));
  });

  it('knows what another replica appended: its head, its events, its ids', async () => {
    const namespace = newNamespace();
    const [one, other] = [await open(namespace), await open(namespace)];
    const { stream, events, appended } = await streamWith(one, 2);
    expect(await other.head()).toBe(appended?.position);
    expect(idsOf(await all(other.readAll(START)))).toEqual(idsOf(events));
    expect(await other.append(stream, 'no_stream', events)).toMatchObject({ revision: 1n });
    const deliveries = other.subscribe(appended?.position ?? START, { signal: new AbortController().signal });
    for await (const { kind } of deliveries) {
      expect(kind).toBe('caughtUp');
      break;
    }
    expect(await outcomeOf(other.append(newStream(), 'no_stream', events))).toBe('DUPLICATE_EVENT_ID');
  });

  it('refuses a namespace that a later hopledger, or another program, has', async () => {
    const [later, foreign] = [newNamespace(), newNamespace()];
    await bare().setStreamMetadata(later, { hopledger: { format: 99 } });
    await bare().setStreamMetadata(foreign, { owner: 'someone' });
    await expect(open(later)).rejects.toMatchObject({ reason: 'newer_version' });
    await expect(open(foreign)).rejects.toMatchObject({ reason: 'not_a_ledger' });
  });

  const hasMetadata = async (namespace: string): Promise<boolean> =>
    (await bare().getStreamMetadata(namespace)).metadata !== undefined;

  it('opened for reading makes no ledger, and says so where there is none', async () => {
    const [none, empty, filled] = [newNamespace(), newNamespace(), newNamespace()];
    await expect(openForReading(none)).rejects.toMatchObject({ reason: 'not_a_ledger' });
    expect(await hasMetadata(none)).toBe(false);

    await open(empty);
    expect(await hasMetadata(empty)).toBe(true);
    expect(await (await openForReading(empty)).head()).toBe(START);

    const { events } = await streamWith(await open(filled), 2);
    expect(idsOf(await all((await openForReading(filled)).readAll(START)))).toEqual(idsOf(events));
  });

  it('opened for reading reads a ledger that came without its metadata, and writes none', async () => {
    const namespace = newNamespace();
    const stream = newStream();
    const events = newEvents(3);
    const copies = events.map(({ id, type }) => jsonEvent({ id, type, data: {} }));
    await bare().appendToStream(`${namespace}:${stream}`, copies, { expectedRevision: 'no_stream' });
    const ledger = await openForReading(namespace);
    expect(idsOf(await all(ledger.readAll(START)))).toEqual(idsOf(events));
    expect(idsOf(await all(ledger.readStream(stream)))).toEqual(idsOf(events));
    expect(await hasMetadata(namespace)).toBe(false);
  });

  it('says so when a stream was deleted or truncated behind its back, and does not read on as if it were short', async () => {
    const namespace = newNamespace();
    const ledger = await open(namespace);
    const { stream } = await streamWith(ledger, 2);
    await bare().deleteStream(`${namespace}:${stream}`);
    await ledger.append(stream, 'no_stream', newEvents(1));
    expect(await outcomeOf(all(ledger.readStream(stream)))).toBe('LEDGER_UNAVAILABLE');

    const gone = (await streamWith(ledger, 1)).stream;
    await bare().tombstoneStream(`${namespace}:${gone}`);
    expect(await outcomeOf(ledger.append(gone, 0n, newEvents(1)))).toBe('INVALID_APPEND');
    expect(await outcomeOf(all(ledger.readStream(gone)))).toBe('LEDGER_UNAVAILABLE');
  });

  it('appends to a stream that has metadata and no events', async () => {
    const namespace = newNamespace();
    const ledger = await open(namespace);
    const stream = newStream();
    await bare().setStreamMetadata(`${namespace}:${stream}`, { note: 'set by hand' });
    expect(await ledger.append(stream, 'no_stream', newEvents(1))).toMatchObject({ revision: 0n });
  });
});

describe('the connection of an EventStoreDB ledger (stand-in)', () => {
  const user = 'admin:pass%2Fword';

  it.each(['server', 'mutual'] as const)('is TLS with certificates (%s) and a user', async (tls) => {
    const server = await ProtocolServer.start({ tls, user: decodeURIComponent(user) });
    const connection = server.connection().replace(decodeURIComponent(user), user);
    const ledger = await openEventStoreDB({ connection });
    const { stream, events } = await streamWith(ledger, 2);
    expect(idsOf(await all(ledger.readStream(stream)))).toEqual(idsOf(events));
    expect(idsOf(await all(ledger.readAll(START)))).toEqual(idsOf(events));
    await ledger.close();
    await server.stop();
  });

  it('with a wrong password, or without the CA, is refused at start without a word of the password', async () => {
    const server = await ProtocolServer.start({ tls: 'server', user: 'admin:right' });
    const wrong = server.connection().replace('admin:right', 'admin:wr0ng');
    const error: unknown = await openEventStoreDB({ connection: wrong }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'CANNOT_OPEN_LEDGER', reason: 'refused' });
    expect(String(error)).not.toContain('wr0ng');

    const unknownCa = `esdb://admin:right@127.0.0.1:${server.port}`;
    const timings = { openMs: 300, attemptMs: 300 };
    await expect(openEventStoreDB({ connection: unknownCa, timings })).rejects.toMatchObject({
      reason: 'unreachable',
    });
    await server.stop();
  });

  it('to a server before 23.10 is refused when the time for the start is over, with the version that is needed', async () => {
    const server = await ProtocolServer.start();
    server.faults.withoutCaughtUp = true;
    const timings = { openMs: 300, stallMs: 200 };
    await expect(openEventStoreDB({ connection: server.connection(), timings })).rejects.toThrow('23.10');
    await server.stop();
  });

  it('with a string that is wrong says at once which part', async () => {
    await expect(openEventStoreDB({ connection: 'esdb://u:s3cret@a?tls=maybe' })).rejects.toThrow(
      'the connection string of the ledger: tls: must be true or false',
    );
  });
});
