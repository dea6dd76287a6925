import { describe, expect, it } from '@jest/globals';
import { LogReader, MAX_LOG_LINE, parseDomainLog, type LogEntry } from './logs.js';
import { boundedLines } from './logs-split.js';

const HOST = 'hv-03';
const UUID = '11111111-2222-4333-8444-000000000001';
const header =
  'starting up libvirt version: 11.3.0, package: 11.3.0-3+deb13u3 (Debian), ' +
  'qemu version: 10.0.13Debian 1:10.0.13+ds-0+deb13u1, kernel: 6.12.48+deb13-amd64, hostname: hostb';
const at = (second: number, words: string): string =>
  `2026-11-20 09:14:${String(second).padStart(2, '0')}.911+0000: ${words}\n`;
const iso = (second: number): string => `2026-11-20T09:14:${String(second).padStart(2, '0')}.911Z`;
const command = (more = '', uuid = UUID): string =>
  `LC_ALL=C \\\nPATH=/usr/bin \\\n/usr/bin/qemu-system-x86_64 \\\n-name guest=erp,debug-threads=on \\\n` +
  `-machine pc-q35-7.2,usb=off \\\n-accel kvm \\\n-uuid ${uuid} \\\n` +
  `-device '{"driver":"pcie-root-port","id":"pci.1","bus":"pcie.0","addr":"0x1"}' \\\n${more}-msg timestamp=on\n`;
const incoming = command('-incoming defer \\\n');
const start = (second: number, argv = command()): string => at(second, header) + argv;
const qemu = (words: string): string => `2026-11-20T09:14:12.764749Z qemu-system-x86_64: ${words}\n`;

const eventsOf = (entries: readonly LogEntry[]): unknown[] =>
  entries.map(({ lineNumber, at: time, event }) => [
    lineNumber,
    time,
    event.type,
    ...('reason' in event ? [event.reason] : []),
  ]);

describe('libvirt’s log of a VM', () => {
  it('tells a cold boot with build, kernel and configuration', () => {
    const { entries, unreadable, skippedLines } = parseDomainLog(start(1), HOST);
    expect(unreadable).toEqual([]);
    expect(skippedLines).toBe(0);
    expect(entries).toEqual([
      {
        lineNumber: 1,
        at: iso(1),
        uuid: UUID,
        name: 'erp',
        libvirtVersion: '11.3.0',
        hostname: 'hostb',
        event: {
          type: 'VmLaunched',
          host: HOST,
          name: 'erp',
          build: { version: '10.0.13', package: 'Debian 1:10.0.13+ds-0+deb13u1' },
          kernel: '6.12.48+deb13-amd64',
          configuration: {
            machineType: 'pc-q35-7.2',
            accelerator: 'kvm',
            cpu: null,
            globals: [],
            devices: [{ alias: 'pci.1', qomType: 'pcie-root-port', address: '0000:00:01.0', properties: {} }],
          },
        },
      },
    ]);
  });

  it('tells how each process ended, for the VM of the start before', () => {
    const text = [
      start(1) + at(2, 'shutting down, reason=saved'),
      start(3, incoming) + at(4, 'initiating migration') + at(5, 'shutting down, reason=migrated'),
      ...['destroyed', 'shutdown', 'crashed', 'from snapshot', 'daemon', 'of next year'].map(
        (reason, index) => start(6 + index) + at(6 + index, `shutting down, reason=${reason}`),
      ),
      start(20) + at(21, 'shutting down'),
    ].join('');
    const { entries, skippedLines } = parseDomainLog(text, HOST);
    expect(entries.every(({ uuid, name }) => uuid === UUID && name === 'erp')).toBe(true);
    expect(skippedLines).toBe(1);
    expect(entries.filter((_, index) => index % 2 === 1).map(({ event }) => event)).toEqual([
      { type: 'StateSaved', savedState: null, stopped: true, host: HOST, name: 'erp' },
      { type: 'HopCompleted', attestedBy: 'source', statistics: null, host: HOST, name: 'erp' },
      ...['destroyed', 'shutdown', 'crashed', 'from-snapshot', 'daemon', 'unknown', 'unknown'].map(
        (reason) => ({
          type: 'VmStopped',
          reason,
          host: HOST,
          name: 'erp',
        }),
      ),
    ]);
  });

  it('tells a refused hop with the destination’s words, and without where QEMU had none', () => {
    const words = [
      'get_pci_config_device: Bad config data: i=0x10a read: 40 device: 0 cmask: ff wmask: 0 w1cmask:0',
      'Failed to load PCIDevice:config',
      "error while loading state for instance 0x0 of device '0000:00:01.0/pcie-root-port'",
      'load of migration failed: Invalid argument',
    ];
    const text =
      start(1, incoming) +
      at(1, 'Domain id=4 is tainted: hook-script') +
      qemu('warning: Machine type is deprecated') +
      words.map(qemu).join('') +
      at(2, 'shutting down, reason=failed') +
      qemu('terminating on signal 15 from pid 52 (libvirtd)') +
      start(3, incoming) +
      at(4, 'shutting down, reason=failed');
    const { entries, skippedLines } = parseDomainLog(text, HOST);
    expect(entries.map(({ event }) => event.type)).toEqual([
      'HopStarted',
      'HopFailed',
      'HopStarted',
      'HopFailed',
    ]);
    expect(entries[0]?.event).toMatchObject({ via: 'migration' });
    expect(entries[1]?.event).toEqual({
      type: 'HopFailed',
      error: words.join('\n'),
      host: HOST,
      name: 'erp',
    });
    expect(entries[3]?.event).toMatchObject({ error: null });
    expect(skippedLines).toBe(7);
  });

  it('calls a crash of an incoming process a refusal only by QEMU’s words, and no crash after it sent its guest on', () => {
    const crash = at(9, 'shutting down, reason=crashed');
    const refused = start(1, incoming) + qemu('load of migration failed: Invalid argument') + crash;
    const later = start(1, incoming) + qemu('virtio: bogus descriptor') + crash;
    const sent =
      start(1, incoming) +
      at(2, 'initiating migration') +
      qemu('Failed to load x') +
      at(3, 'shutting down, reason=failed');
    const types = [refused, later, sent].map((text) => parseDomainLog(text, HOST).entries[1]?.event.type);
    expect(types).toEqual(['HopFailed', 'VmStopped', 'VmStopped']);
  });

  it('tells a start that never came to a process', () => {
    const text = start(1) + at(2, 'shutting down, reason=destroyed') + at(3, 'shutting down, reason=failed');
    const entry = parseDomainLog(text, HOST).entries[2];
    expect(entry).toMatchObject({ uuid: UUID, event: { type: 'VmStopped', reason: 'failed' } });
  });

  it('tells a snapshot that was loaded, and old libvirt’s restores', () => {
    const [loaded] = parseDomainLog(start(1, command('-loadvm before \\\n')), HOST).entries;
    expect(loaded?.event.type).toBe('StateRestored');
    const [restored] = parseDomainLog(start(1, command("-incoming 'exec:cat <&6' \\\n")), HOST).entries;
    expect(restored?.event).toMatchObject({ type: 'HopStarted', via: 'restore' });
  });

  it.each([
    ['libvirt version: 9.0.0, qemu version: 8.0.0, kernel: 6.1, hostname: a', '8.0.0', null, '6.1'],
    [
      'libvirt version: 4.5.0, package: 36.el7 (Red Hat, Inc. <http://x>, 2020), qemu version: 2.12.0qemu-kvm-2.12.0-44, kernel: 3.10, hostname: a',
      '2.12.0',
      'qemu-kvm-2.12.0-44',
      '3.10',
    ],
    [
      'libvirt version: 1.2.17, qemu version: 1.5.3 (qemu-kvm-1.5.3-105.el7)',
      '1.5.3',
      'qemu-kvm-1.5.3-105.el7',
      null,
    ],
  ])('reads the build of: starting up %s', (words, version, hint, kernel) => {
    const [entry] = parseDomainLog(at(1, `starting up ${words}`) + command(), HOST).entries;
    expect(entry?.event).toMatchObject({ build: { version, package: hint }, kernel });
  });

  it('reads a start that says nothing but its time', () => {
    const [entry] = parseDomainLog(at(1, 'starting up') + command(), HOST).entries;
    expect(entry).toMatchObject({
      uuid: UUID,
      libvirtVersion: null,
      event: { type: 'VmLaunched', build: null },
    });
  });
});

describe('a log that is not whole', () => {
  it('gives an end before the first start to the only VM of the file, in order', () => {
    const text =
      `-device '{"driver":"x"}' \\\n-msg timestamp=on\n` + at(1, 'shutting down, reason=migrated') + start(2);
    const { entries, skippedLines } = parseDomainLog(text, HOST);
    expect(skippedLines).toBe(2);
    expect(entries.map(({ lineNumber, uuid, event }) => [lineNumber, uuid, event.type])).toEqual([
      [3, UUID, 'HopCompleted'],
      [4, UUID, 'VmLaunched'],
    ]);
  });

  it('refuses it when the name was of two VMs, or of none that the file knows', () => {
    const end = at(1, 'shutting down, reason=migrated');
    const two = parseDomainLog(end + start(2) + start(3, command('', UUID.replace('1111', '9999'))), HOST);
    expect(two.entries.map(({ event }) => event.type)).toEqual(['VmLaunched', 'VmLaunched']);
    expect(two.unreadable).toEqual([
      {
        lineNumber: 1,
        text: end.trim(),
        why: 'an end, no start before it, and more than one VM in the file',
      },
    ]);
    expect(parseDomainLog(end, HOST).unreadable[0]?.why).toContain('no VM in the file');
  });

  it('claims of a command line that breaks off only what it says', () => {
    const cut = command().slice(0, command().indexOf('"bus"'));
    const text = at(1, header) + cut + '\n' + at(2, 'shutting down, reason=destroyed');
    const { entries, unreadable } = parseDomainLog(text, HOST);
    expect(unreadable).toEqual([]);
    expect(entries.map(({ event }) => event.type)).toEqual(['ProcessStarted', 'VmStopped']);
    expect(entries[0]?.event).toMatchObject({ configuration: null, kernel: '6.12.48+deb13-amd64' });
    const atEnd = parseDomainLog(at(1, header) + incoming.slice(0, incoming.indexOf('-msg')), HOST);
    expect(atEnd.entries[0]?.event).toMatchObject({ type: 'HopStarted', configuration: null });
  });

  it('refuses a start whose VM it does not name, and the end of it', () => {
    const text = at(1, header) + 'LC_ALL=C \\\n' + at(2, 'shutting down, reason=destroyed') + start(3);
    const { entries, unreadable } = parseDomainLog(text, HOST);
    expect(eventsOf(entries)).toEqual([[4, iso(3), 'VmLaunched']]);
    expect(unreadable.map(({ lineNumber, why }) => [lineNumber, why])).toEqual([
      [1, 'a start, but the command line breaks off before its -uuid'],
      [3, 'an end of a process that could not be read'],
    ]);
  });

  it('makes up no end for a process whose host died', () => {
    expect(eventsOf(parseDomainLog(start(1) + start(5), HOST).entries)).toEqual([
      [1, iso(1), 'VmLaunched'],
      [11, iso(5), 'VmLaunched'],
    ]);
  });

  it('reads on through garbage, carriage returns and line ends within quotes', () => {
    const quoted = command("-append 'two\nlines' \\\n");
    const text =
      '\u0000\ufffd\u001b\n'.repeat(3) +
      '2026-99-99 00:00:00.000+0000: shutting down, reason=x\n' +
      start(1, quoted);
    const { entries, unreadable, skippedLines } = parseDomainLog(text.replaceAll('\n', '\r\n'), HOST);
    expect(entries).toHaveLength(1);
    expect(skippedLines).toBe(3);
    expect(unreadable.map(({ lineNumber, why }) => [lineNumber, why])).toEqual([
      [4, 'an end without a time'],
    ]);
  });

  it('holds no secret of a command line among what it could not read', () => {
    const text = at(1, header) + 'qemu -device x,password=hunter2\n';
    const { unreadable } = parseDomainLog(text, HOST);
    expect(unreadable).toHaveLength(1);
    expect(JSON.stringify(unreadable)).not.toContain('hunter2');
  });

  it('gives up on a command line without an end, however long', () => {
    const reader = new LogReader(HOST);
    for (const line of (at(1, header) + command()).trimEnd().split('\n').slice(0, -1)) reader.push(line);
    const entries: LogEntry[] = [];
    for (let count = 0; count < 50_000; count++)
      entries.push(...reader.push(`-smbios type=1,serial=${count} \\`));
    expect(eventsOf(entries)).toEqual([[1, iso(1), 'ProcessStarted']]);
    const quote = new LogReader(HOST);
    const found = [...quote.push(at(1, header).trim()), ...quote.push(`qemu -uuid ${UUID} '`)];
    for (let count = 0; count < 50_000; count++) found.push(...quote.push('in the quote'));
    expect(eventsOf(found)).toEqual([[1, iso(1), 'ProcessStarted']]);
  });
});

describe('a log that comes in pieces', () => {
  const piecesOf = async function* (text: string, size: number): AsyncGenerator<string> {
    for (let from = 0; from < text.length; from += size) yield text.slice(from, from + size);
  };
  const linesOf = async (text: string, size: number): Promise<string[]> => {
    const lines: string[] = [];
    for await (const line of boundedLines(piecesOf(text, size))) lines.push(line);
    return lines;
  };

  it.each([1, 7, 1_000_000])('is cut into the same lines, %d characters at a time', async (size) => {
    expect(await linesOf('a\n\nbc\r\nlast', size)).toEqual(['a', '', 'bc\r', 'last']);
    expect(await linesOf('a\n', size)).toEqual(['a']);
    expect(await linesOf('', size)).toEqual([]);
  });

  it('keeps of an endless line only what shows that it is too long', async () => {
    const lines = await linesOf(`${'x'.repeat(MAX_LOG_LINE * 3)}\nshort`, 100_000);
    expect(lines.map((line) => line.length)).toEqual([MAX_LOG_LINE + 1, 5]);
  });

  it('reads a log of 200 months without slowing down', () => {
    const month =
      start(1) +
      at(2, 'Domain id=4 is tainted: high-privileges').repeat(300) +
      at(3, 'shutting down, reason=shutdown');
    const begun = performance.now();
    const { entries, skippedLines } = parseDomainLog(month.repeat(200), HOST);
    expect([entries.length, skippedLines]).toEqual([400, 60_000]);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});
