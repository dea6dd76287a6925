import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { HostEvent } from '../../src/domain/host/report.js';
import type { VmEventType } from '../../src/domain/vm/events.js';
import { linesOf, replay } from './replay.js';

/** Every release's log; a later release adds its own and edits none (README.md). */
const LOGS = ['v1'];

/** A record, so that the compiler asks for a new type here. */
const EVERY_TYPE: Readonly<Record<VmEventType | HostEvent['type'], true>> = {
  VmLaunched: true,
  ProcessPrepared: true,
  ProcessStarted: true,
  VmAdopted: true,
  HopPrepared: true,
  HopStarted: true,
  HopCompleted: true,
  HopFailed: true,
  GuestReset: true,
  DevicePlugged: true,
  DeviceUnplugged: true,
  StateSaved: true,
  StateRestored: true,
  VmStopped: true,
  ValueObserved: true,
  OriginAsserted: true,
  AdviceGiven: true,
  EventCorrected: true,
  EventRetracted: true,
  HostReported: true,
  HostRetired: true,
  ReportRejected: true,
};

describe.each(LOGS)('the log of release %s', (release) => {
  const lines = linesOf(`./events-${release}.jsonl`);

  it('still derives to what it derived to then', () => {
    const derived = JSON.parse(readFileSync(new URL(`./derived-${release}.json`, import.meta.url), 'utf8')) as unknown;
    expect(JSON.parse(JSON.stringify(replay(lines)))).toEqual(derived);
  });

  it('derives to the same in any order', () => {
    expect(replay(lines.toReversed())).toEqual(replay(lines));
  });
});

describe('the newest log', () => {
  it('has every type of event', () => {
    const newest = LOGS.at(-1) ?? '';
    const types = new Set(linesOf(`./events-${newest}.jsonl`).map(({ type }) => type));
    expect([...types].sort()).toEqual(Object.keys(EVERY_TYPE).sort());
  });
});
