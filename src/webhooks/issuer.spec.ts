import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { faultsOf } from '../../test/webhooks/check-body.js';
import { aerOn, device, machine, Q800, Q801, Story, UUID } from '../../test/domain/story.js';
import { digestsOf } from '../catalogue/digests.js';
import { BadPosition, UnknownOutcome } from '../ledger/errors.js';
import { START, type Ledger, type StoredEvent } from '../ledger/port.js';
import { CatalogueLog } from '../recording/catalogue-log.js';
import { eventId } from '../recording/event-id.js';
import { reportContext } from '../recording/report-context.js';
import { VmReader } from '../recording/vm-reader.js';
import { CATALOGUE, Stand, type Replica } from '../views/fixtures/stand.js';
import { Histories } from '../views/histories.js';
import { StretchDeriver, type IssueSources } from './issue-stretch.js';
import { Issuer, type IssuerOptions } from './issuer.js';
import { JOURNAL_STREAM, parseJournalEvent } from './journal-events.js';
import { Journal } from './journal.js';
import { MAX_BODY_BYTES, type Message } from './message.js';
import { viewsReached } from './views-reached.js';

const PORTS = [1, 2].map((slot) => device(`pci.${slot}`, 'pcie-root-port'));
const NEVER = new AbortController().signal;
const SILENT = { info: () => undefined, warn: () => undefined };

let stand: Stand;
let replica: Replica;
beforeEach(async () => {
  stand = new Stand();
  replica = await stand.replica().start();
});
afterEach(() => stand.close());

const sources = (): IssueSources => {
  const { ledger } = stand;
  const reader = new VmReader(ledger, replica.hosts, CATALOGUE);
  return {
    histories: new Histories(ledger, 1_000),
    hosts: replica.hosts,
    knowledge: (upTo) => reader.knowledge(upTo),
    vmsOfHost: async (host, position) => {
      await replica.views.waitFor(position, 10_000);
      return replica.views.vmsOfHost(host);
    },
    tainted: async (position) => {
      await replica.views.waitFor(position, 10_000);
      return replica.views.fleet().byBehaviour;
    },
    maxBodyBytes: MAX_BODY_BYTES,
    failed: (stream, position, error) => {
      throw new Error(`${stream} at ${position}`, { cause: error });
    },
  };
};

const reportOf = (host: string) => ({
  host,
  builds: [Q800],
  libvirt: null,
  kernel: null,
  vendor: null,
  machineTypes: null,
  cpu: null,
});
const recorded = async (story: Story, uuid = UUID): Promise<void> => {
  for (const { id, data, metadata } of story.events)
    await stand.record(uuid, { id: eventId(uuid, id), data, metadata });
};
const aChain = (): Story => {
  const story = new Story();
  story.launched(100, 'a', Q800, machine(PORTS));
  story.hop(200, 'a', 'b', Q801, machine(PORTS.map(aerOn)));
  story.hop(300, 'b', 'a', Q800, machine(PORTS));
  story.stopped(400, 'a');
  story.launched(500, 'b', Q801, machine(PORTS));
  return story;
};
const all = async (): Promise<readonly StoredEvent[]> => {
  const events: StoredEvent[] = [];
  for await (const event of stand.ledger.readAll(START)) events.push(event);
  return events;
};
const derived = async (more: Partial<IssueSources> = {}): Promise<readonly Message[]> =>
  new StretchDeriver({ ...sources(), ...more }, START, NEVER).messagesOf(
    (await all()).filter(({ stream }) => stream !== JOURNAL_STREAM),
  );
const outbox = async (): Promise<readonly Message[]> => {
  const messages: Message[] = [];
  for await (const { type, data } of stand.ledger.readStream(JOURNAL_STREAM)) {
    const event = parseJournalEvent(type, data);
    if (event.type === 'MessagesIssued') messages.push(...event.messages);
  }
  return messages;
};
const typesOf = (messages: readonly Message[]) => messages.map(({ type }) => type);

describe('messages derived from a log', () => {
  it('are the same, ids and all, however often and from wherever the log is read', async () => {
    await recorded(aChain());
    const once = await derived();
    expect(await derived()).toEqual(once);
    const one = new StretchDeriver(sources(), START, NEVER);
    const piecemeal: Message[] = [];
    for (const event of await all()) piecemeal.push(...(await one.messagesOf([event])));
    expect(piecemeal).toEqual(once);
    expect(new Set(once.map(({ id }) => id)).size).toBe(once.length);
    expect(typesOf(once)).toEqual(
      expect.arrayContaining(['vm.tainted', 'hop.completed', 'vm.cleared', 'vm.overrides_changed']),
    );
    for (const message of once) expect(faultsOf(message)).toEqual([]);
  });

  it('tell of a taint when the host says only later which QEMU it has', async () => {
    const story = new Story();
    story.launched(100, 'late', null, machine(PORTS));
    await recorded(story);
    expect(typesOf(await derived())).not.toContain('vm.tainted');
    const position = await stand.reported(replica, reportOf('late'), 1);
    const tainted = (await derived()).find(({ type }) => type === 'vm.tainted');
    expect(tainted).toMatchObject({ vm: UUID, position, behaviours: ['pcie-err-unc-mask'] });
  });

  it('are derived with few histories in memory, however many VMs a host has', async () => {
    const uuids = [1, 2, 3, 4].map(() => randomUUID());
    for (const uuid of uuids) {
      const story = new Story();
      story.launched(100, 'late', null, machine(PORTS));
      await recorded(story, uuid);
    }
    await stand.reported(replica, reportOf('late'), 1);
    const histories = new Histories(stand.ledger, 2);
    const sizes: number[] = [];
    const of = histories.of.bind(histories);
    histories.of = async (uuid) => {
      const history = await of(uuid);
      sizes.push(histories.size);
      return history;
    };
    const tainted = (await derived({ histories })).filter(({ type }) => type === 'vm.tainted');
    expect(tainted.map(({ vm }) => vm).sort()).toEqual(uuids.sort());
    expect(Math.max(...sizes)).toBe(3);
  });

  it('carry the labels of the VM', async () => {
    const story = new Story();
    story.launched(100, 'a', Q801, machine(PORTS));
    story.tell(110, { type: 'LabelsSet', labels: { team: 'storage' } });
    story.hop(200, 'a', 'b', Q801, machine(PORTS));
    await recorded(story);
    const completed = (await derived()).find(({ type }) => type === 'hop.completed');
    expect(completed?.labels).toEqual({ team: 'storage' });
  });

  it('say at the least what happened to which VM, or are left out and told of', async () => {
    await recorded(aChain());
    const whole = await derived();
    const least = await derived({ maxBodyBytes: 2_600 });
    expect(least.map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
    for (const message of least) expect(faultsOf(message)).toEqual([]);
    expect(Math.max(...least.map(({ body }) => JSON.stringify(body).length))).toBeLessThanOrEqual(2_600);
    const failures: unknown[] = [];
    const none = await derived({ maxBodyBytes: 500, failed: (_stream, _at, error) => failures.push(error) });
    expect([none.length, failures.length > 0]).toEqual([0, true]);
  });

  it('stay below their bound for a guest of many devices, and have no part of what is acted upon', async () => {
    const many = Array.from({ length: 400 }, (_, index) => device(`pci.${index}`, 'pcie-root-port'));
    const story = new Story();
    story.launched(100, 'a', Q800, machine(many));
    story.hop(200, 'a', 'b', Q801, machine(many));
    await recorded(story);
    const messages = await derived();
    for (const message of messages) {
      expect(Buffer.byteLength(JSON.stringify(message.body))).toBeLessThanOrEqual(MAX_BODY_BYTES);
      expect(faultsOf(message)).toEqual([]);
    }
    const unsafe = messages.find(({ type }) => type === 'hop.unsafe');
    expect(unsafe?.body).toMatchObject({
      data: { overrides: null, rendered: null, truncated: { counts: { overrides: 400, why: 400 } } },
    });
    const { why } = unsafe?.body['data'] as { readonly why: readonly unknown[] };
    expect(why.length).toBeGreaterThan(0);
  });

  it('tell of a revised catalogue with how many VMs its behaviours taint', async () => {
    await recorded(aChain());
    const log = new CatalogueLog(stand.ledger);
    await log.record(digestsOf(CATALOGUE), reportContext({ actor: 'test', tool: 'test' }));
    const story = new Story();
    story.launched(600, 'a', Q800, machine(PORTS));
    await recorded(story, randomUUID());
    expect(await replica.views.waitFor(await stand.ledger.head(), 10_000)).toBe(true);
    const revised = (await derived()).find(({ type }) => type === 'catalogue.revised');
    expect(revised?.body).toMatchObject({
      subject: 'catalogue',
      data: { previous: null, affected: { 'pcie-err-unc-mask': 1 } },
    });
    expect(revised === undefined ? [] : faultsOf(revised)).toEqual([]);
  });
});

describe('the outbox', () => {
  /** Every third append of the journal has no answer, done or not. */
  const faulty = (ledger: Ledger): Pick<Ledger, 'append' | 'readStream'> => {
    let count = 0;
    return {
      append: async (stream, expected, events) => {
        count += 1;
        if (count % 3 === 1) throw new UnknownOutcome(stream, new Error('lost'));
        const appended = await ledger.append(stream, expected, events);
        if (count % 3 === 2) throw new UnknownOutcome(stream, new Error('answer lost'));
        return appended;
      },
      readStream: (...asked) => ledger.readStream(...asked),
    };
  };

  /** A server that issues until so many messages are in the outbox, and ends without a word. */
  const server = async (count: number): Promise<void> => {
    const journal = new Journal({
      ledger: faulty(stand.ledger),
      name: 'server',
      ttlMs: 60_000,
      sole: true,
      limits: { maxEventBytes: 40_000, maxAppendBytes: 40_000 },
    });
    const issuer = new Issuer({
      ledger: stand.ledger,
      journal,
      sources: { ...sources(), maxBodyBytes: 30_000 },
      begin: async () => START,
      log: SILENT,
    });
    issuer.start();
    journal.start();
    while ((await outbox()).length < count) await new Promise((resolve) => setTimeout(resolve, 5));
    await issuer.stop();
    await journal.stop();
  };

  it('has each message once, of servers that come and go, with appends that are lost or not answered', async () => {
    await recorded(aChain());
    const expected = typesOf(await derived());
    await server(2);
    await server(Math.min(5, expected.length));
    const second = aChain();
    await recorded(second, randomUUID());
    const total = (await derived()).map(({ id }) => id);
    await server(total.length);
    expect((await outbox()).map(({ id }) => id)).toEqual(total);
  });

  it('is not written again by a server that finds all of it considered', async () => {
    await recorded(aChain());
    const total = (await derived()).length;
    await server(total);
    await server(total);
    expect(await outbox()).toHaveLength(total);
  });

  it('is not written while the ledger cannot be read, which is known until it can', async () => {
    await recorded(aChain());
    const { ledger } = stand;
    const journal = new Journal({ ledger, name: 'server', ttlMs: 60_000, sole: true });
    const fault = new BadPosition(START, START);
    let broken = true;
    const unreadable: IssuerOptions['ledger'] = {
      readStream: (...asked) => ledger.readStream(...asked),
      readAll: (...asked) => ledger.readAll(...asked),
      subscribe: (...asked) => {
        if (broken) throw fault;
        return ledger.subscribe(...asked);
      },
    };
    const begin = async () => START;
    const issuer = new Issuer({ ledger: unreadable, journal, sources: sources(), begin, log: SILENT });
    expect(issuer.fault).toBeNull();
    issuer.start();
    journal.start();
    const until = async (holds: () => boolean): Promise<void> => {
      while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await until(() => issuer.fault === fault);
    expect(await outbox()).toEqual([]);
    broken = false;
    await until(() => issuer.fault === null);
    await issuer.stop();
    await journal.stop();
  });

  it('is left by a server that waits for its views when it is to stop', async () => {
    await recorded(aChain());
    await stand.reported(replica, reportOf('a'), 1);
    const journal = new Journal({ ledger: stand.ledger, name: 'server', ttlMs: 60_000, sole: true });
    let asked = (): void => undefined;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const vmsOfHost: IssueSources['vmsOfHost'] = async (_host, position, signal) => {
      asked();
      await viewsReached({ waitFor: () => new Promise(() => undefined) }, position, { timeoutMs: 1, signal });
      return [];
    };
    const begin = async () => START;
    const issuer = new Issuer({
      ledger: stand.ledger,
      journal,
      sources: { ...sources(), vmsOfHost },
      begin,
      log: SILENT,
    });
    issuer.start();
    journal.start();
    await isAsked;
    await issuer.stop();
    await journal.stop();
  });
});
