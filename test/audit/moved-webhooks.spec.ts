import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openTarget } from '../../src/audit/open-target.js';
import { travelling } from '../../src/audit/transfer-batches.js';
import { transfer } from '../../src/audit/transfer.js';
import { openLedger, type LedgerOptions } from '../../src/ledger/open.js';
import { openLedgerForReading } from '../../src/ledger/open-for-reading.js';
import { START, type Ledger } from '../../src/ledger/port.js';
import { eventId } from '../../src/recording/event-id.js';
import { Recorder } from '../../src/recording/recorder.js';
import { VmReader } from '../../src/recording/vm-reader.js';
import { CATALOGUE, Replica } from '../../src/views/fixtures/stand.js';
import { Histories } from '../../src/views/histories.js';
import { StretchDeriver, type IssueSources } from '../../src/webhooks/issue-stretch.js';
import { Issuer } from '../../src/webhooks/issuer.js';
import { JOURNAL_STREAM, parseJournalEvent } from '../../src/webhooks/journal-events.js';
import { Journal } from '../../src/webhooks/journal.js';
import { MAX_BODY_BYTES } from '../../src/webhooks/message.js';
import { all } from '../contract/sample-events.js';
import { device, machine, Q800, Q801, Story } from '../domain/story.js';
import { ProtocolServer } from '../eventstore/protocol-server.js';

const PORTS = [device('pci.1', 'pcie-root-port')];
const LOG = { info: () => undefined, warn: () => undefined };

let folder: string;
let quiet: ProtocolServer;
let busy: ProtocolServer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hopledger-moved-'));
  [quiet, busy] = await Promise.all([ProtocolServer.start(), ProtocolServer.start()]);
  for (let others = 0; others < 500; others += 1) busy.disturb();
});
afterEach(async () => {
  await Promise.all([quiet.stop(), busy.stop()]);
  await rm(folder, { recursive: true });
});

const on = (server: ProtocolServer, namespace: string): LedgerOptions => ({
  engine: 'eventstoredb',
  connection: server.connection(),
  namespace,
});
const file = (name: string): LedgerOptions => ({ engine: 'sqlite', path: join(folder, name) });

const copy = async (from: LedgerOptions, to: LedgerOptions): Promise<void> => {
  const source = await openLedgerForReading(from);
  const { ledger, ...how } = await openTarget(to);
  await transfer(travelling(source), ledger, how);
  await Promise.all([source.close(), ledger.close()]);
};

/** Records a VM that is born tainted, and then goes to another host. */
const live = async (ledger: Ledger): Promise<void> => {
  const uuid = randomUUID();
  const story = new Story();
  story.launched(100, 'a', Q800, machine(PORTS));
  story.hop(200, 'a', 'b', Q801, machine(PORTS));
  for (const { id, data, metadata } of story.events)
    await new Recorder(ledger).record(uuid, [{ id: eventId(uuid, id), data, metadata }]);
};

/** Ids in the outbox, in their order. */
const outbox = async (ledger: Ledger): Promise<readonly string[]> =>
  (await all(ledger.readStream(JOURNAL_STREAM))).flatMap(({ type, data }) => {
    const event = parseJournalEvent(type, data);
    return event.type === 'MessagesIssued' ? event.messages.map(({ id }) => id) : [];
  });

/** As a release wrote it that did not say which event stands at `through`. */
const asBefore = (ledger: Ledger): Pick<Ledger, 'append' | 'readStream'> => ({
  readStream: (...asked) => ledger.readStream(...asked),
  append: (stream, expected, events) => {
    const stripped = events.map((event) => {
      const { lastEvent: _unsaid, ...data } = event.data as Record<string, unknown>;
      return { ...event, data };
    });
    return ledger.append(stream, expected, stripped);
  },
});

/** A server issues until the outbox has all that there is to tell of, or no more comes. @returns both */
const issue = async (options: LedgerOptions, writes: (ledger: Ledger) => ReturnType<typeof asBefore>) => {
  const ledger = await openLedger(options);
  const replica = await new Replica(ledger, join(folder, `${randomUUID()}.db`)).start();
  const reader = new VmReader(ledger, replica.hosts, CATALOGUE);
  const sources: IssueSources = {
    histories: new Histories(ledger, 1_000),
    hosts: replica.hosts,
    knowledge: (upTo) => reader.knowledge(upTo),
    vmsOfHost: async (host) => replica.views.vmsOfHost(host),
    tainted: async () => replica.views.fleet().byBehaviour,
    maxBodyBytes: MAX_BODY_BYTES,
    failed: (stream, _position, error) => {
      throw new Error(stream, { cause: error });
    },
  };
  const deriver = new StretchDeriver(sources, START, new AbortController().signal);
  const told = (await deriver.messagesOf(await all(ledger.readAll(START)))).map(({ id }) => id);
  const journal = new Journal({ ledger: writes(ledger), name: 'server', ttlMs: 2_000, sole: true });
  const issuer = new Issuer({ ledger, journal, sources, begin: async () => START, log: LOG });
  issuer.start();
  journal.start();
  for (let looks = 0; looks < 400 && (await outbox(ledger)).length < told.length; looks += 1)
    await setTimeout(25);
  const { fault } = issuer;
  await issuer.stop();
  await journal.stop();
  const issued = await outbox(ledger);
  await replica.stop();
  await ledger.close();
  return { issued, told, fault };
};

/** What comes while nobody issues is told of after the next start. */
const record = async (options: LedgerOptions): Promise<void> => {
  const ledger = await openLedger(options);
  await live(ledger);
  await ledger.close();
};

describe.each([
  ['says where it ends', (ledger: Ledger) => ledger],
  ['is of a release that did not say which event it ends at', asBefore],
])('a ledger that moves with a journal of webhooks that %s (EventStoreDB is a stand-in)', (_, writes) => {
  it('has each message once, to SQLite, to EventStoreDB, to where positions are lower, and back', async () => {
    const places = [file('first.db'), on(busy, 'one'), on(quiet, 'two'), on(busy, 'three'), file('last.db')];
    let before: LedgerOptions | null = null;
    let issued = 0;
    for (const place of places) {
      if (before !== null) {
        await record(before);
        await copy(before, place);
      }
      await record(place);
      const found = await issue(place, writes);
      expect(found.fault).toBeNull();
      expect(found.told.length).toBeGreaterThan(issued);
      expect(found.issued).toEqual(found.told);
      issued = found.told.length;
      before = place;
    }
  }, 300_000);
});
