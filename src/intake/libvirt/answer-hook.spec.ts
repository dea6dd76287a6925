import { describe, expect, it } from '@jest/globals';
import { loadCatalogue } from '../../catalogue/load.js';
import { MemoryLedger } from '../../ledger/memory/memory-ledger.js';
import { DomainNames } from '../../recording/domain-names.js';
import { NO_VIEWS } from '../../recording/fixtures/no-views.js';
import { HostRegistry } from '../../recording/host-registry.js';
import { Recorder } from '../../recording/recorder.js';
import { reportContext } from '../../recording/report-context.js';
import { VmReader } from '../../recording/vm-reader.js';
import { loadConfig } from '../../runtime/config.js';
import { createLogger } from '../../runtime/logging.js';
import { Metrics } from '../../runtime/metrics.js';
import { AnswerHook, AnswerHookHandler } from './answer-hook.js';
import type { HookCall } from './hook-call.js';
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
      new FailingLines(ledger, recorder, new DomainNames(NO_VIEWS)),
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

const CALL: HookCall = {
  host: 'hv1',
  argv: ['web', 'migrate', 'begin', '-'],
  xml: XML,
  at: '2026-11-21T03:10:21.276Z',
  id: null,
  late: null,
};

describe('a hop that a host decided by itself and tells of later', () => {
  const hopledger = (environment: Readonly<Record<string, string>> = {}) => {
    const ledger = new MemoryLedger({});
    const recorder = new Recorder(ledger);
    const hosts = new HostRegistry(ledger);
    const config = loadConfig(environment);
    const reader = new VmReader(ledger, hosts, loadCatalogue());
    const handler = new AnswerHookHandler(
      recorder,
      reader,
      hosts,
      new UnclaimedLines(ledger, recorder, new DomainNames(NO_VIEWS)),
      config,
      new Metrics('test'),
      createLogger(config, { write: () => undefined }),
    );
    const context = reportContext({ actor: 'test', tool: 'libvirt-hook' });
    return {
      tell: (late: HookCall['late'], at = CALL.at, xml = XML) =>
        handler.execute(new AnswerHook({ ...CALL, late, at, xml }, context)),
      hop: async () => (await reader.vm(UUID))?.vm.hops[0],
      recorded: async () =>
        (await recorder.history(UUID)).map(({ data }) =>
          data.type === 'AdviceGiven' ? `${data.answer}: ${data.message ?? ''}` : data.type,
        ),
    };
  };

  it('is recorded without an advice that nobody got, when it passed', async () => {
    const { tell, recorded } = hopledger();
    expect(await tell('passed')).toMatchObject({ answer: 'recorded', xml: null, verdict: null });
    expect(await recorded()).toEqual(['HopPrepared']);
  });

  it('is recorded as refused by the host, when it was', async () => {
    const { tell, recorded } = hopledger();
    await tell('refused');
    expect(await recorded()).toEqual([
      'HopPrepared',
      'refused: refused by the policy of the host: hopledger did not answer',
    ]);
    expect((await tell('refused')).repeated).toBe(true);
  });

  it('adds nothing to an answer that came too late to be heard, when it passed', async () => {
    const { tell, recorded } = hopledger();
    await tell(null);
    const before = await recorded();
    expect(before).toHaveLength(2);
    expect((await tell('passed')).repeated).toBe(true);
    expect(await recorded()).toEqual(before);
  });

  it('shows as refused by the host, whatever hopledger answered too late to be heard', async () => {
    const { tell, recorded, hop } = hopledger();
    await tell(null);
    expect((await hop())?.advice).toMatchObject({ answer: 'warned' });
    expect((await tell('refused')).repeated).toBe(false);
    expect(await recorded()).toEqual([
      'HopPrepared',
      expect.stringMatching(/^warned: /),
      'refused: refused by the policy of the host: hopledger did not answer',
    ]);
    expect((await hop())?.advice).toMatchObject({ answer: 'refused' });
    expect((await tell('refused')).repeated).toBe(true);
  });

  // Ids of events follow from their times, and order what has one time.
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'shows as refused whatever the ids of both answers are (%i)',
    async (second) => {
      const { tell, hop } = hopledger();
      const at = `2026-11-21T03:10:0${second}.000Z`;
      await tell(null, at);
      await tell('refused', at);
      expect((await hop())?.advice).toMatchObject({ answer: 'refused' });
    },
  );

  it('is the same call although the host kept its XML without the passwords', async () => {
    const { tell, recorded } = hopledger();
    const withPassword = (text: string): string =>
      XML.replace('</domain>', `<devices><graphics type='vnc' passwd='${text}'/></devices></domain>`);
    await tell(null, CALL.at, withPassword('hunter2'));
    expect((await tell('passed', CALL.at, withPassword('[redacted]'))).repeated).toBe(true);
    expect(await recorded()).toHaveLength(2);
  });

  it('is refused once where both refused it', async () => {
    const { tell, recorded } = hopledger({ HOPLEDGER_HOOK_UNKNOWN: 'refuse' });
    await tell(null);
    const before = await recorded();
    expect(before).toEqual(['HopPrepared', expect.stringMatching(/^refused: /)]);
    await tell('refused');
    expect(await recorded()).toEqual(before);
  });
});
