import { describe, expect, it } from '@jest/globals';
import { loadCatalogue } from '../../catalogue/load.js';
import { MemoryLedger } from '../../ledger/memory/memory-ledger.js';
import { DomainNames } from '../../recording/domain-names.js';
import { NO_VIEWS } from '../../recording/fixtures/no-views.js';
import { HostRegistry } from '../../recording/host-registry.js';
import { Recorder } from '../../recording/recorder.js';
import { reportContext } from '../../recording/report-context.js';
import { VmReader } from '../../recording/vm-reader.js';
import { ImportDomainLog, ImportDomainLogHandler, type ImportOutcome } from './import-log.js';
import { UnclaimedLines } from './unclaimed-lines.js';

const UUID = '11111111-2222-4333-8444-0000000000aa';
const START = `2026-11-21 03:10:21.127+0000: starting up libvirt version: 9.0.0, package: 1, qemu version: 7.2.0, kernel: 6.1.0, hostname: hv1
LC_ALL=C \\
/usr/bin/qemu-system-x86_64 \\
-name guest=web01 \\
-uuid ${UUID}
`;
const endAt = (time: string): string => `2026-11-21 ${time}+0000: shutting down, reason=crashed\n`;
const END = endAt('04:10:21.127');

/** @param aheadMs - of the host's clock */
const importer = (aheadMs = 0) => {
  const ledger = new MemoryLedger({});
  const recorder = new Recorder(ledger);
  const names = new DomainNames(NO_VIEWS);
  const reader = new VmReader(ledger, new HostRegistry(ledger), loadCatalogue());
  const handler = new ImportDomainLogHandler(
    recorder,
    new UnclaimedLines(ledger, recorder, names),
    names,
    reader,
  );
  const now = Date.parse('2026-11-21T05:00:00.000Z');
  const context = reportContext({ actor: 'test', tool: 'libvirt-log', sentAt: now + aheadMs }, now);
  return {
    log: (text: string, file = 'web01.log', host = 'hv1'): Promise<ImportOutcome> =>
      handler.execute(new ImportDomainLog(host, file, text, context)),
    processes: async () =>
      (await reader.vm(UUID))?.vm.processes.map(
        ({ endReason, openedAt }) => `${openedAt} ${String(endReason)}`,
      ),
  };
};

describe('a piece of a log that has no start', () => {
  it.each(['web01.log', 'web01.log.1', 'web01.log-20261121.gz', '/var/log/libvirt/qemu/web01.log'])(
    'is of the VM that %s is named after',
    async (file) => {
      const { log, processes } = importer();
      await log(START);
      expect(await log(END, file)).toMatchObject({ recorded: 1, vms: [UUID], unreadable: [] });
      expect(await log(END, file)).toMatchObject({ recorded: 0, repeated: 1 });
      expect(await processes()).toEqual(['2026-11-21T03:10:21.127Z crashed']);
    },
  );

  it.each([
    ['a name that nobody told', END, 'other.log', 'hv1'],
    ['the name of a VM of another host', END, 'web01.log', 'hv2'],
    ['a file that is no log of libvirt', END, 'web01', 'hv1'],
    ['an end before the VM was there', endAt('02:10:21.127'), 'web01.log', 'hv1'],
  ])('is of no VM that %s would make up', async (_what, text, file, host) => {
    const { log, processes } = importer();
    await log(START);
    expect(await log(text, file, host)).toMatchObject({ recorded: 0, unreadable: [{ lineNumber: 1 }] });
    expect(await processes()).toEqual(['2026-11-21T03:10:21.127Z null']);
  });

  it.each([-3_600_000, 3_600_000])(
    'is of the VM that ran there, by a clock of the host that is %d ms ahead',
    async (aheadMs) => {
      const short = importer(aheadMs);
      await short.log(START);
      expect(await short.log(endAt('03:10:51.127'))).toMatchObject({ recorded: 1, unreadable: [] });
      const before = importer(aheadMs);
      await before.log(START);
      expect(await before.log(endAt('03:10:20.127'))).toMatchObject({ recorded: 0 });
      const known = importer(aheadMs);
      await known.log(START + endAt('03:30:00.000'));
      expect(await known.log(endAt('03:30:01.000'))).toMatchObject({ recorded: 1, unreadable: [] });
    },
  );

  it('is of no VM that had ended long before', async () => {
    const { log, processes } = importer();
    await log(START + endAt('03:30:00.000'));
    expect(await log(END)).toMatchObject({ recorded: 0, unreadable: [{ lineNumber: 1 }] });
    expect(await processes()).toEqual(['2026-11-21T03:10:21.127Z crashed']);
  });
});

describe('a log of a VM that was started and ended very often', () => {
  it('is recorded whole, and known when it is sent again', async () => {
    const { log, processes } = importer();
    const text = Array.from({ length: 864 }, (_, n) => {
      const at = (ms: number) =>
        new Date(Date.parse('2026-11-21T03:10:21.127Z') + n * 600_000 + ms)
          .toISOString()
          .replace('T', ' ')
          .replace('Z', '+0000');
      const start = START.replace('2026-11-21 03:10:21.127+0000', at(0));
      return `${start}${at(300_000)}: shutting down, reason=crashed\n`;
    }).join('');
    expect(await log(text)).toMatchObject({ recorded: 1_728, vms: [UUID], unreadable: [] });
    expect(await log(text)).toMatchObject({ recorded: 0, repeated: 1_728 });
    expect(await processes()).toHaveLength(864);
  });
});
