import { describe, expect, it } from '@jest/globals';
import { loadCatalogue } from '../../catalogue/load.js';
import { MemoryLedger } from '../../ledger/memory/memory-ledger.js';
import { DomainNames } from '../../recording/domain-names.js';
import { HostRegistry } from '../../recording/host-registry.js';
import { Recorder } from '../../recording/recorder.js';
import { reportContext } from '../../recording/report-context.js';
import { VmReader } from '../../recording/vm-reader.js';
import { loadConfig } from '../../runtime/config.js';
import { createLogger } from '../../runtime/logging.js';
import { Metrics } from '../../runtime/metrics.js';
import { AnswerHook, AnswerHookHandler } from './answer-hook.js';
import { UnclaimedLines } from './unclaimed-lines.js';

const UUID = '11111111-2222-4333-8444-0000000000aa';
const XML = `<domain type='kvm'><name>web</name><uuid>${UUID}</uuid><os><type machine='pc-q35-7.2'>hvm</type></os></domain>`;

class FailingLines extends UnclaimedLines {
  override claim(): Promise<void> {
    return Promise.reject(new Error('the disk is full'));
  }
}

describe(AnswerHookHandler.name, () => {
  it('answers although the event lines that waited for the VM could not be recorded, and logs that', async () => {
    const ledger = new MemoryLedger({});
    const recorder = new Recorder(ledger);
    const hosts = new HostRegistry(ledger);
    const lines: string[] = [];
    const config = loadConfig({});
    const handler = new AnswerHookHandler(
      recorder,
      new VmReader(ledger, hosts, loadCatalogue()),
      hosts,
      new FailingLines(ledger, recorder, new DomainNames(() => null)),
      config,
      new Metrics('test'),
      createLogger(config, { write: (line) => lines.push(line) }),
    );
    const call = {
      host: 'hv1',
      argv: ['web', 'migrate', 'begin', '-'],
      xml: XML,
      at: null,
      id: null,
      late: null,
    } as const;
    const context = reportContext({ actor: 'test', tool: 'libvirt-hook' }, 0);
    expect(await handler.execute(new AnswerHook(call, context))).toMatchObject({
      answer: 'warned',
      xml: XML,
      uuid: UUID,
    });
    expect(await recorder.history(UUID)).toHaveLength(2);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ level: 'error', host: 'hv1', vm: UUID, err: expect.anything() }),
    ]);
    expect(lines.join('')).toContain('the disk is full');
  });
});
