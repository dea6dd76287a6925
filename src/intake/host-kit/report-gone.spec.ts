import { describe, expect, it } from '@jest/globals';
import { loadCatalogue } from '../../catalogue/load.js';
import { START, type Position } from '../../ledger/port.js';
import { MemoryLedger } from '../../ledger/memory/memory-ledger.js';
import { HostRegistry } from '../../recording/host-registry.js';
import { Recorder } from '../../recording/recorder.js';
import { metadataOf, reportContext } from '../../recording/report-context.js';
import { VmReader } from '../../recording/vm-reader.js';
import type { Views, VmRow } from '../../views/views.js';
import { ReportGone, ReportGoneHandler } from './report-gone.js';

const UUID = '11111111-2222-4333-8444-0000000000aa';
const OPENED = '2026-11-21T03:00:00.000Z';
const LATER = '2026-11-21T04:00:00.000Z';

interface Stand {
  /** When the host asked libvirt, by its clock. */
  readonly at?: string;
  /** Of its clock. */
  readonly aheadMs?: number;
  /** Whether the views get to what the ledger holds. */
  readonly level?: boolean;
}

/** What is gone of a host that runs nothing; `tools` told of the VM. */
const gone = async (
  tools: readonly string[],
  { at = LATER, aheadMs = 0, level = true }: Stand = {},
): Promise<readonly string[]> => {
  const ledger = new MemoryLedger({});
  const recorder = new Recorder(ledger);
  for (const [index, tool] of tools.entries()) {
    const facts = { build: null, configuration: null, kernel: null };
    await recorder.record(UUID, [
      {
        id: `11111111-2222-4333-8444-00000000000${index}`,
        data: { type: 'ProcessStarted', host: 'hv1', name: 'web', ...facts },
        metadata: metadataOf(reportContext({ actor: 'test', tool }), OPENED, null),
      },
    ]);
  }
  const head = await ledger.head();
  let read: Position = START;
  const views: Pick<Views, 'vms' | 'waitFor' | 'position'> = {
    position: () => read,
    waitFor: (position) => {
      if (level) read = position;
      return Promise.resolve(level);
    },
    vms: () => ({
      rows: read < head ? [] : [{ uuid: UUID } as VmRow],
      hasNext: false,
      endCursor: null,
    }),
  };
  const reader = new VmReader(ledger, new HostRegistry(ledger), loadCatalogue());
  const now = Date.parse(LATER);
  const context = reportContext({ actor: 'test', tool: 'libvirt-running', sentAt: now + aheadMs }, now);
  const handler = new ReportGoneHandler(recorder, reader, views as Views, ledger);
  return (await handler.execute(new ReportGone('hv1', new Set(), at, context))).gone;
};

describe(ReportGoneHandler.name, () => {
  it.each(['libvirt-hook', 'virsh-event', 'libvirt-log', 'libvirt-running'])(
    'ends what %s told of and libvirt no longer lists',
    async (tool) => {
      expect(await gone([tool])).toEqual([UUID]);
      expect(await gone(['cloudevents', tool])).toEqual([UUID]);
    },
  );

  it('ends no QEMU that runs beside libvirt under the name of the host', async () => {
    expect(await gone(['cloudevents'])).toEqual([]);
  });

  it('ends nothing that began since libvirt was asked, whatever the clock of the host says', async () => {
    expect(await gone(['libvirt-hook'], { at: '2026-11-21T02:59:00.000Z' })).toEqual([]);
    const ahead = { at: '2026-11-21T03:59:00.000Z', aheadMs: 3_600_000 };
    expect(await gone(['libvirt-hook'], ahead)).toEqual([]);
  });

  it('ends what the views have not read yet, or says that it cannot: the host tells of it once', async () => {
    expect(await gone(['libvirt-hook'])).toEqual([UUID]);
    await expect(gone(['libvirt-hook'], { level: false })).rejects.toMatchObject({
      code: 'POSITION_NOT_REACHED',
    });
  });
});
