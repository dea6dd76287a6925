import { describe, expect, it } from '@jest/globals';
import { parseVirshEvents, VirshEventReader, type VirshEvent } from './events.js';
import { readTimestamp } from './events-timestamp.js';

const HOST = 'hv-02';
const at = (words: string): string => `2026-11-20 09:14:52.545+0000: ${words}`;
const lifecycle = (words: string, domain = 'vm1'): string =>
  at(`event 'lifecycle' for domain '${domain}': ${words}`);
const only = (text: string): VirshEvent => {
  const { events, unreadable } = parseVirshEvents(text, HOST);
  expect(unreadable).toEqual([]);
  expect(events).toHaveLength(1);
  const [event] = events;
  if (event === undefined) throw new Error('no event');
  return event;
};
const where = { host: HOST, name: 'vm1' };
const process = { build: null, configuration: null, kernel: null };

describe('a line of virsh event', () => {
  it('keeps the line, its number, its time in UTC and the name', () => {
    expect(only(lifecycle('Started Booted'))).toEqual({
      line: lifecycle('Started Booted'),
      lineNumber: 1,
      at: '2026-11-20T09:14:52.545Z',
      domain: 'vm1',
      event: { type: 'VmLaunched', ...where, ...process },
      ignored: null,
    });
  });

  it.each([
    ['Started Booted', { type: 'VmLaunched', ...process }],
    ['Started Recreation', { type: 'VmLaunched', ...process }],
    ['Started Migrated', { type: 'HopStarted', via: 'migration', ...process }],
    ['Started Restored', { type: 'StateRestored', savedState: null, fromVm: null, ...process }],
    ['Started Snapshot', { type: 'StateRestored', savedState: null, fromVm: null, ...process }],
    ['Resumed Migrated', { type: 'HopCompleted', attestedBy: 'destination', statistics: null }],
    ['Stopped Migrated', { type: 'HopCompleted', attestedBy: 'source', statistics: null }],
    ['Stopped Saved', { type: 'StateSaved', savedState: null, stopped: true }],
    ['Stopped Destroyed', { type: 'VmStopped', reason: 'destroyed' }],
    ['Stopped Shutdown', { type: 'VmStopped', reason: 'shutdown' }],
    ['Stopped Crashed', { type: 'VmStopped', reason: 'crashed' }],
    ['Stopped Failed', { type: 'VmStopped', reason: 'failed' }],
    ['Stopped Snapshot', { type: 'VmStopped', reason: 'from-snapshot' }],
    ['Stopped Recreation', { type: 'VmStopped', reason: 'unknown' }],
  ])('reads %s', (words, event) => {
    expect(only(lifecycle(words)).event).toEqual({ ...event, ...where });
  });

  it.each([
    ['Defined Added', 'definition'],
    ['Undefined Removed', 'definition'],
    ['Suspended Migrated', 'one that fails'],
    ['Suspended Paused', 'the process stays'],
    ['Suspended Post-copy', 'not complete'],
    ['Resumed Post-copy', 'memory still to come'],
    ['Resumed Unpaused', 'the process stays'],
    ['Resumed Snapshot', 'the process stays'],
    ['Shutdown Finished after host request', 'Stopped event follows'],
    ['Started Event wakeup', 'woke up'],
    ['Crashed Panicked', 'panicked'],
    ['Gestartet Gebootet', 'LC_ALL=C'],
    ['constructor', 'LC_ALL=C'],
  ])('ignores %s and says why', (words, why) => {
    const { event, ignored } = only(lifecycle(words));
    expect(event).toBeNull();
    expect(ignored).toContain(why);
  });

  it('reads resets and devices that come and go', () => {
    expect(only(at("event 'reboot' for domain 'vm1'")).event).toEqual({
      type: 'GuestReset',
      reason: null,
      ...where,
    });
    expect(only(at("event 'device-added' for domain 'vm1': net1")).event).toEqual({
      type: 'DevicePlugged',
      device: { alias: 'net1', qomType: null, address: null, properties: {} },
      ...where,
    });
    expect(only(at("event 'device-removed' for domain 'vm1': ua-disk")).event).toEqual({
      type: 'DeviceUnplugged',
      alias: 'ua-disk',
      ...where,
    });
  });

  it.each([
    ["event 'migration-iteration' for domain 'vm1': iteration: '1'", 'progress'],
    ["event 'agent-lifecycle' for domain 'vm1': state: 'connected' reason: 'domain started'", 'no concern'],
    ["event 'balloon-change' for domain 'vm1': 65536KiB", 'memory size'],
    ["event 'device-removal-failed' for domain 'vm1': net1", 'kept the device'],
    ["event 'disk-change' for domain 'vm1' disk sata0-0-0: /a.iso -> /b.iso: changed", 'no concern'],
    ["event 'tray-change' for domain 'vm1' disk sata0-0-0: opened", 'no concern'],
    ["event 'watchdog' for domain 'vm1': reset", 'reboot event'],
    ["event 'of-next-year' for domain 'vm1': who knows", 'unknown kind'],
    ["event 'toString' for domain 'vm1'", 'unknown kind'],
  ])('ignores %s', (text, why) => {
    const { event, ignored, domain } = only(at(text));
    expect([event, domain]).toEqual([null, 'vm1']);
    expect(ignored).toContain(why);
  });

  it.each(["it's", 'a b', "x': y", "event 'lifecycle' for domain 'z'", 'web: 1', '日本'])(
    'takes %j for a name',
    (name) => {
      expect(only(lifecycle('Started Booted', name)).domain).toBe(name);
      expect(only(at(`event 'reboot' for domain '${name}'`)).domain).toBe(name);
      expect(only(at(`event 'migration-iteration' for domain '${name}': iteration: '3'`)).domain).toBe(name);
    },
  );

  it('reads names without quotes, as older virsh prints them', () => {
    expect(only(at("event 'lifecycle' for domain vm1: Stopped Saved")).event?.type).toBe('StateSaved');
    expect(only(at("event 'reboot' for domain vm1")).domain).toBe('vm1');
  });
});

describe('events of several lines', () => {
  const job = (operation: number, more = ''): string =>
    `${at("event 'job-completed' for domain 'vm1':")}\n\toperation: ${operation}\n\ttime_elapsed: 628\n` +
    `\tdowntime: 15\n\tdata_processed: 1940915\n${more}`;

  it('reads the statistics of a hop out of its job', () => {
    const event = only(job(5));
    expect(event.event).toEqual({
      type: 'HopCompleted',
      attestedBy: 'source',
      statistics: { totalMs: 628, downtimeMs: 15, transferredBytes: 1940915 },
      ...where,
    });
    expect(event.line.split('\n')).toHaveLength(5);
  });

  it('ignores jobs that are no hop, or came to nothing', () => {
    expect(only(job(2)).ignored).toBe('job completed: save');
    expect(only(job(77)).ignored).toBe('job completed: unknown');
    expect(only(job(5, '\tsuccess: no\n')).ignored).toContain('without success');
  });

  it('claims no figure that is not there or is no number', () => {
    const text = `${at("event 'job-completed' for domain 'vm1':")}\n\toperation: 5\n\tdowntime: -3\n`;
    expect(only(text).event).toMatchObject({
      statistics: { totalMs: null, downtimeMs: null, transferredBytes: null },
    });
  });

  it('takes the lines that virsh does not indent as part of their event', () => {
    const text =
      `${at("event 'memory-failure' for domain 'vm1':")}\nrecipient: guest\naction: inject\nflags:\n` +
      `\taction required: 0\n\trecursive: 0\n${lifecycle('Stopped Crashed')}`;
    const { events, unreadable } = parseVirshEvents(text, HOST);
    expect(unreadable).toEqual([]);
    expect(events.map(({ lineNumber, event }) => [lineNumber, event?.type])).toEqual([
      [1, undefined],
      [7, 'VmStopped'],
    ]);
  });

  it('gives an event of one line at once, and one of several with the line after it', () => {
    const reader = new VirshEventReader(HOST);
    expect(reader.push(lifecycle('Stopped Migrated'))).toHaveLength(1);
    const [head = '', ...fields] = job(5).trimEnd().split('\n');
    for (const line of [head, ...fields]) expect(reader.push(line)).toHaveLength(0);
    expect(reader.push(lifecycle('Undefined Removed')).map(({ lineNumber }) => lineNumber)).toEqual([2, 7]);
    expect(reader.end()).toEqual([]);
  });
});

describe('what cannot be read', () => {
  it('asks for --timestamp, once an event', () => {
    const text = `event 'job-completed' for domain 'vm1':\n\toperation: 5\n\tdowntime: 3\n${lifecycle('Started Booted')}`;
    const { events, unreadable } = parseVirshEvents(text, HOST);
    expect(events).toHaveLength(1);
    expect(unreadable).toEqual([
      {
        lineNumber: 1,
        text: "event 'job-completed' for domain 'vm1':",
        why: 'no time: virsh event must run with --timestamp',
      },
    ]);
  });

  it('keeps the start of any other line, bounded and printable, and reads on', () => {
    const text = `\u0000\u001b[31m${'x'.repeat(100_000)}\n\tstray\n2026-02-30 00:00:00.000+0000: event 'reboot' for domain 'a'\r\n${lifecycle('Started Booted')}\r\n`;
    const { events, unreadable, unreadableCount } = parseVirshEvents(text, HOST);
    expect(events).toHaveLength(1);
    expect(unreadableCount).toBe(3);
    expect(unreadable.map(({ lineNumber }) => lineNumber)).toEqual([1, 2, 3]);
    expect(unreadable[0]?.text).toMatch(/^\?\?\[31mx{294}$/);
  });

  it('keeps a thousand, and counts the rest', () => {
    const { unreadable, unreadableCount } = parseVirshEvents('junk\n'.repeat(5_000), HOST);
    expect([unreadable.length, unreadableCount]).toEqual([1_000, 5_000]);
  });

  it('notes where virsh ended, since events may be missing there', () => {
    const text = `${lifecycle('Started Booted')}\nevent loop interrupted\nevents received: 46\n${lifecycle('Stopped Failed')}\n`;
    const { events, unreadable, interruptions } = parseVirshEvents(text, HOST);
    expect([events.length, unreadable, interruptions]).toEqual([2, [], [2, 3]]);
  });
});

describe('a time', () => {
  it.each([
    ['2026-11-21 03:10:21.127+0000', '2026-11-21T03:10:21.127Z'],
    ['2026-11-21T03:10:29.266869Z', '2026-11-21T03:10:29.266Z'],
    ['2026-11-21 03:10:21+01:30', '2026-11-21T01:40:21.000Z'],
    ['2026-01-01 00:00:00.5-0100', '2026-01-01T01:00:00.500Z'],
  ])('%s is %s', (text, iso) => {
    expect(readTimestamp(`${text}: and more`)).toEqual({ at: iso, rest: ': and more' });
  });

  it.each(['2026-02-30 00:00:00.000+0000', '2026-11-21 25:00:00.000+0000', '2026-11-21 03:10:21.127', 'now'])(
    '%s is none',
    (text) => {
      expect(readTimestamp(text)).toBeNull();
    },
  );
});
