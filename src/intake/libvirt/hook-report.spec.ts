import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BadDomainXml } from './domain-xml.js';
import { answersXml, BadHookCall, readHookReport, UnknownHookOperation } from './hook-report.js';

const recorded = (file: string): string =>
  readFileSync(new URL(`./fixtures/${file}`, import.meta.url), 'utf8');
const STARTED = recorded('003-hosta-vm1-started-begin.xml');
const UUID = '11111111-2222-4333-8444-000000000001';
const at = { host: 'hosta', name: 'vm1' };

const report = (operation: string, sub: string, extra = '-', xml = STARTED) =>
  readHookReport({ host: 'hosta', argv: ['vm1', operation, sub, extra], xml });
const configuration = expect.objectContaining({ machineType: 'pc-q35-7.2', accelerator: 'tcg' });
const process = { build: null, configuration, kernel: null };

describe('readHookReport', () => {
  it.each([
    ['prepare', 'begin', '-', { type: 'ProcessPrepared', phase: 'prepare' }],
    ['start', 'begin', '-', { type: 'ProcessPrepared', phase: 'start' }],
    ['started', 'begin', '-', { type: 'ProcessStarted', ...process }],
    ['migrate', 'begin', '-', { type: 'HopPrepared', via: 'migration', configuration }],
    ['restore', 'begin', '-', { type: 'HopPrepared', via: 'restore', configuration }],
    ['reconnect', 'begin', '-', { type: 'VmAdopted', ...process }],
    ['attach', 'begin', '-', { type: 'VmAdopted', ...process }],
    ['stopped', 'end', '-', { type: 'VmStopped', reason: 'unknown' }],
    ['release', 'end', 'migrated', { type: 'HopCompleted', attestedBy: 'source', statistics: null }],
    ['release', 'end', 'saved', { type: 'StateSaved', savedState: null, stopped: true }],
    ['release', 'end', 'from snapshot', { type: 'VmStopped', reason: 'from-snapshot' }],
    ['release', 'end', 'shutdown', { type: 'VmStopped', reason: 'shutdown' }],
    ['release', 'end', 'destroyed', { type: 'VmStopped', reason: 'destroyed' }],
    ['release', 'end', 'crashed', { type: 'VmStopped', reason: 'crashed' }],
    ['release', 'end', 'failed', { type: 'VmStopped', reason: 'failed' }],
    ['release', 'end', 'daemon', { type: 'VmStopped', reason: 'daemon' }],
    ['release', 'end', 'unknown', { type: 'VmStopped', reason: 'unknown' }],
    ['release', 'end', '-', { type: 'VmStopped', reason: 'unknown' }],
    ['release', 'end', 'constructor', { type: 'VmStopped', reason: 'unknown' }],
  ])('takes %s %s %s for what it attests to', (operation, sub, extra, event) => {
    expect(report(operation, sub, extra)).toMatchObject({ uuid: UUID, name: 'vm1', notes: [] });
    expect(report(operation, sub, extra).events).toEqual([{ ...at, ...event }]);
  });

  it('keys by the UUID of the XML and keeps the name that the hook was called with', () => {
    const renamed = readHookReport({
      host: 'hosta',
      argv: ['vm1-renamed', 'stopped', 'end', '-'],
      xml: STARTED,
    });
    expect(renamed).toMatchObject({ uuid: UUID, name: 'vm1-renamed', events: [{ name: 'vm1-renamed' }] });
  });

  it('gives the XML back without its secrets', () => {
    const xml = STARTED.replace('<devices>', "<devices><graphics type='vnc' passwd='s3cret'/>");
    expect(report('migrate', 'begin', '-', xml).xml).toBe(xml.replace('s3cret', '[redacted]'));
  });

  it('puts the secrets of devices into no event', () => {
    const args = [
      '-device', 'isa-applesmc,osk=MARKED,id=smc', '-device', 'isa-applesmc,id=other', '-set', 'device.other.osk=MARKED',
      '-device', '{"driver":"isa-applesmc","osk":"MARKED"}', '-global', 'driver=isa-applesmc,property=osk,value=MARKED',
    ]; // prettier-ignore
    const more = `<q:commandline xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'>${args.map((value) => `<q:arg value='${value}'/>`).join('')}</q:commandline>`;
    for (const [operation, sub] of [
      ['started', 'begin'],
      ['migrate', 'begin'],
    ] as const) {
      const { events, xml } = report(operation, sub, '-', STARTED.replace('</domain>', `${more}</domain>`));
      expect(JSON.stringify(events)).toContain('"osk":"[redacted]"');
      expect(JSON.stringify({ events, xml })).not.toContain('MARKED');
    }
  });

  it('passes on what the XML carries that matches nothing', () => {
    const xml = recorded('092-hostb-vm6-start-begin.xml').replace("alias='net1'>", "alias='net7'>");
    expect(report('started', 'begin', '-', xml).notes).toEqual([
      { kind: 'override-matches-no-device', alias: 'net7' },
    ]);
  });

  it.each([
    ['snapshot', 'begin'],
    ['started', 'end'],
    ['', ''],
    ['prepare begin', ''],
  ])('knows no operation %j %j', (operation, sub) => {
    expect(() => report(operation, sub)).toThrow(UnknownHookOperation);
    expect(() => report(operation, sub)).toThrow(expect.objectContaining({ code: 'UNKNOWN_HOOK_OPERATION' }));
  });

  it.each([
    [['vm1', 'start', 'begin']],
    [['vm1', 'start', 'begin', '-', 'x']],
    [['', 'start', 'begin', '-']],
    [['é'.repeat(128), 'start', 'begin', '-']],
    [['a/b', 'start', 'begin', '-']],
    [['vm\n', 'start', 'begin', '-']],
    [['vm1', 'release', 'end', 'x'.repeat(65)]],
  ])('refuses the arguments %j', (argv) => {
    expect(() => readHookReport({ host: 'hosta', argv, xml: STARTED })).toThrow(BadHookCall);
  });

  it('refuses XML that it cannot read, whatever the operation', () => {
    expect(() => report('release', 'end', 'migrated', '<domain>')).toThrow(BadDomainXml);
  });

  it('either reports or throws an error with a code', () => {
    const word = fc.oneof(
      fc.constantFrom('prepare', 'start', 'release', 'migrate', 'begin', 'end', '-', 'saved'),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 5 }), (argv) => {
        try {
          expect(readHookReport({ host: 'h', argv, xml: STARTED }).uuid).toBe(UUID);
        } catch (error) {
          expect(['BAD_INPUT', 'UNKNOWN_HOOK_OPERATION']).toContain(
            error instanceof Error && 'code' in error && error.code,
          );
        }
      }),
    );
  });
});

describe('answersXml', () => {
  it.each([
    ['migrate', 'begin', true],
    ['restore', 'begin', true],
    ['start', 'begin', false],
    ['release', 'end', false],
    ['migrate', 'end', false],
  ])('%s %s: %s', (operation, sub, expected) => {
    expect(answersXml(['vm1', operation, sub, '-'])).toBe(expected);
  });
});
