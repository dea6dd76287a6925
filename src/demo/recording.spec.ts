import { describe, expect, it } from '@jest/globals';
import { parseVirshEvents } from '../intake/libvirt/events.js';
import { parseDomainLog } from '../intake/libvirt/logs.js';
import { parseDomainXml } from '../intake/libvirt/domain-xml.js';
import { launchConfigurationOf } from '../intake/libvirt/launch-configuration.js';
import {
  loadRecording,
  type RecordedEventLines,
  type RecordedHookCall,
  type RecordedOperation,
} from './recording.js';

const recording = loadRecording();
const { operations, hosts } = recording;
const ms = (iso: string): number => Date.parse(iso);
const hooksOf = (operation: RecordedOperation): readonly RecordedHookCall[] =>
  operation.deliveries.filter((delivery) => delivery.kind === 'hook');
const eventsOf = (operation: RecordedOperation): readonly RecordedEventLines[] =>
  operation.deliveries.filter((delivery) => delivery.kind === 'event');
const everyLine = (host: string): string =>
  operations
    .flatMap(eventsOf)
    .filter((event) => event.host === host)
    .flatMap(({ lines }) => lines)
    .join('\n');
/** Pairs of a hook call and the events of its host that hold the words, in operations that have both. */
const pairsOf = (hook: string, words: RegExp): { title: string; gapMs: number }[] =>
  operations.flatMap((operation) =>
    hooksOf(operation)
      .filter(({ argv }) => argv.slice(1, 3).join(' ') === hook)
      .flatMap((call) =>
        eventsOf(operation)
          .filter(({ host, lines }) => host === call.host && words.test(lines[0] ?? ''))
          .map((event) => ({ title: operation.title, gapMs: ms(event.at) - ms(call.at) })),
      ),
  );

describe('the recording', () => {
  it('has three hosts with their builds', () => {
    expect(
      hosts.map(({ name, libvirt, qemu }) => [name, libvirt.version, qemu.version, qemu.package]),
    ).toEqual([
      ['hosta', '9.0.0', '8.0.0', null],
      ['hostb', '11.3.0', '10.0.13', 'Debian 1:10.0.13+ds-0+deb13u1'],
      ['hostc', '12.8.0', '11.1.3', 'Debian 1:11.1.3+ds-1'],
    ]);
    expect(operations).toHaveLength(73);
  });

  it('holds every file that it refers to', () => {
    const references = new Set(
      operations.flatMap((operation) => [
        ...hooksOf(operation).flatMap(({ xml, answered }) => (answered === null ? [xml] : [xml, answered])),
        ...Object.values(operation.after.xml),
      ]),
    );
    for (const reference of references) expect(recording.xml(reference)).toContain("type='qemu'");
    for (const { file } of recording.logs) expect(recording.log(file)).toContain('shutting down');
  });

  it('runs one operation after the other, and what came of each before the next', () => {
    for (const [index, operation] of operations.entries()) {
      const times = [operation.at, ...operation.deliveries.map(({ at }) => at)].map(ms);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      const next = operations[index + 1];
      if (next === undefined) continue;
      expect(ms(operation.at) + operation.durationMs).toBeLessThanOrEqual(ms(next.at));
      expect(times.at(-1)).toBeLessThan(ms(next.at));
    }
  });

  it('gives events the time that their line says', () => {
    for (const { at, lines } of operations.flatMap(eventsOf)) {
      expect(lines[0]?.slice(0, 23).replace(' ', 'T')).toBe(at.slice(0, -1));
    }
  });

  it.each([
    ['started begin', /Started/, 12],
    ['release end', /Stopped/, 40],
    ['stopped end', /Stopped/, 50],
  ])('has the call of %s before the event %s, at most %d ms', (hook, words, most) => {
    const pairs = pairsOf(hook, words);
    expect(pairs.length).toBeGreaterThan(15);
    expect(pairs.filter(({ gapMs }) => gapMs < 0 || gapMs > most)).toEqual([]);
  });

  it('has no arrival before its process is up, and no source gone before that', () => {
    for (const operation of operations) {
      const started = hooksOf(operation).find(({ argv }) => argv[1] === 'started');
      const arrived = eventsOf(operation).find(({ lines }) => (lines[0] ?? '').includes('Resumed Migrated'));
      const gone = hooksOf(operation).find(
        ({ argv, host }) => argv[1] === 'stopped' && host !== started?.host,
      );
      if (arrived === undefined) continue;
      expect(ms(started?.at ?? '')).toBeLessThanOrEqual(ms(arrived.at));
      expect(ms(gone?.at ?? '')).toBeGreaterThan(ms(arrived.at));
    }
  });
});

describe('the intake on the recording', () => {
  it('reads every event line of every host', () => {
    const parsed = hosts.map(({ name }) => parseVirshEvents(everyLine(name), name));
    expect(parsed.map(({ unreadable }) => unreadable)).toEqual([[], [], []]);
    const told = new Map<string, number>();
    for (const { event, ignored } of parsed.flatMap(({ events }) => events)) {
      const word = event?.type ?? ignored ?? '';
      told.set(word, (told.get(word) ?? 0) + 1);
    }
    expect(Object.fromEntries(told)).toEqual({
      VmLaunched: 11,
      HopStarted: 15,
      HopCompleted: 36,
      StateSaved: 4,
      StateRestored: 4,
      VmStopped: 14,
      GuestReset: 4,
      DevicePlugged: 2,
      'a definition changed, no process did': 12,
      'a Stopped event follows when the process ends': 23,
      'job completed: save': 4,
      'progress of a hop': 34,
      'seen on the source of every hop, of one that fails too': 15,
      'the process stays': 24,
    });
  });

  it('reads every log: as many starts and ends as lines that tell of them', () => {
    for (const { file, host } of recording.logs) {
      const text = recording.log(file);
      const { entries, unreadable } = parseDomainLog(text, host);
      expect(unreadable).toEqual([]);
      const lines = text.match(/: (?:starting up libvirt|shutting down)/g) ?? [];
      expect(entries).toHaveLength(lines.length);
      expect(new Set(entries.map(({ uuid }) => uuid)).size).toBe(1);
    }
  });

  it('tells the refusals of the logs with QEMU’s words', () => {
    const failed = recording.logs.flatMap(({ file, host }) =>
      parseDomainLog(recording.log(file), host).entries.flatMap(({ event }) =>
        event.type === 'HopFailed' ? [[file, event.error?.split('\n').at(-1) ?? null]] : [],
      ),
    );
    expect(failed).toEqual([
      ['hostb-vm1.log', "error while loading state for instance 0x0 of device '0000:00:01.0/pcie-root-port'"],
      ['hostb-vm1.log', "error while loading state for instance 0x0 of device '0000:00:01.0:00.0/e1000e'"],
      // The lab's hook refused `started`: QEMU had nothing to complain of.
      ['hostb-vm4.log', null],
      ['hostb-vm6.log', "error while loading state for instance 0x0 of device '0000:00:01.1:00.0/e1000e'"],
      [
        'hostc-vm2.log',
        'get_pci_config_device: Bad config data: i=0x10a read: 40 device: 0 cmask: ff wmask: 0 w1cmask:0',
      ],
    ]);
  });

  it('finds in a log the starts that the hooks tell, at the same time and with the same devices', () => {
    let compared = 0;
    for (const call of operations.flatMap(hooksOf)) {
      const [domain = '', operation] = call.argv;
      if (operation !== 'start' || call.exit !== 0) continue;
      const { entries } = parseDomainLog(recording.log(`${call.host}-${domain}.log`), call.host);
      const start = entries.find(({ at }) => Math.abs(ms(at) - ms(call.at)) <= 20);
      const { configuration } = launchConfigurationOf(parseDomainXml(recording.xml(call.xml)));
      if (start?.event.type !== 'VmLaunched' && start?.event.type !== 'HopStarted') throw new Error(call.at);
      const logged = start.event.configuration;
      expect(logged?.machineType).toBe(configuration.machineType);
      expect(logged?.accelerator).toBe(configuration.accelerator);
      const placed = new Map(logged?.devices.map(({ alias, ...device }) => [alias, device]));
      for (const { alias, qomType, address, properties } of configuration.devices) {
        const device = placed.get(alias);
        if (device === undefined) continue;
        compared++;
        expect([device.qomType, device.address]).toEqual([qomType, address]);
        expect(device.properties['x-pcie-err-unc-mask']).toBe(properties['x-pcie-err-unc-mask']);
      }
    }
    // Three root ports and a NIC at 32 starts, a second NIC at three of them.
    expect(compared).toBe(4 * 32 + 3);
  });
});
