import { describe, expect, it } from '@jest/globals';
import { loadCatalogue } from '../../catalogue/load.js';
import type { VmLaunched } from '../../domain/vm/events.js';
import { START, type Position } from '../../ledger/port.js';
import { MemoryLedger } from '../../ledger/memory/memory-ledger.js';
import { HostRegistry } from '../../recording/host-registry.js';
import { Recorder } from '../../recording/recorder.js';
import { metadataOf, reportContext } from '../../recording/report-context.js';
import { VmReader } from '../../recording/vm-reader.js';
import type { Views, VmRow } from '../../views/views.js';
import { launchConfigurationOf } from '../libvirt/launch-configuration.js';
import { parseDomainXml } from '../libvirt/domain-xml.js';
import { loadConfig } from '../../runtime/config.js';
import { AskAdvice, AskAdviceHandler, ListTaintedHandler } from './ask-advice.js';

const HEAD = '01' as Position;
const UUID = '11111111-2222-4333-8444-0000000000aa';
const XML = `<domain type='kvm'><name>web</name><uuid>${UUID}</uuid><os><type machine='pc-q35-7.2'>hvm</type></os>
  <devices><controller type='pci' index='1' model='pcie-root-port'/></devices></domain>`;

const bootedOn = (version: string): VmLaunched => ({
  type: 'VmLaunched',
  host: 'hv1',
  name: 'web',
  build: { version, package: null },
  configuration: launchConfigurationOf(parseDomainXml(XML, loadConfig({}).xml)).configuration,
  kernel: null,
});

describe(AskAdviceHandler.name, () => {
  const ask = async (launched: VmLaunched | null): Promise<string> => {
    const ledger = new MemoryLedger({});
    const metadata = metadataOf(reportContext({ actor: 'test', tool: 'test' }), null, null);
    const recorder = new Recorder(ledger);
    if (launched !== null) await recorder.record(UUID, [{ id: UUID, data: launched, metadata }]);
    const reader = new VmReader(ledger, new HostRegistry(ledger), loadCatalogue());
    return new AskAdviceHandler(reader).execute(new AskAdvice(UUID));
  };

  it('says what a VM carries without asking the views, which may be behind', async () => {
    expect(await ask(bootedOn('8.0.0'))).toBe('tainted');
    expect(await ask(bootedOn('7.2.0'))).toBe('clean');
    expect(await ask(null)).toBe('unknown');
  });
});

describe(ListTaintedHandler.name, () => {
  const handler = (count: number, level = true): ListTaintedHandler => {
    const views: Pick<Views, 'vms' | 'waitFor' | 'position'> = {
      position: () => START,
      waitFor: (position) => Promise.resolve(level && position === HEAD),
      vms: (_filter, first, after) => {
        const from = Number(after ?? 0);
        const rows = Array.from(
          { length: Math.min(first, count - from) },
          (_, index) => ({ uuid: String(from + index) }) as VmRow,
        );
        return {
          rows,
          hasNext: from + rows.length < count,
          endCursor: String(from + rows.length),
        };
      },
    };
    return new ListTaintedHandler(views as Views, { head: () => Promise.resolve(HEAD) });
  };

  it('lists none while the views have not read the whole ledger: a host would take all for clean', async () => {
    await expect(handler(3, false).execute()).rejects.toMatchObject({ code: 'POSITION_NOT_REACHED' });
    expect(await handler(3).execute()).toEqual({ uuids: ['0', '1', '2'], more: false });
  });

  it('says when there are more than it lists', async () => {
    expect((await handler(50_000).execute()).more).toBe(false);
    const { uuids, more } = await handler(50_001).execute();
    expect([uuids.length, more]).toEqual([50_000, true]);
  });
});
