import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { askHop } from '../../src/domain/hop/ask.js';
import type { Assessment, Destination } from '../../src/domain/hop/assessment.js';
import { askState } from '../../src/domain/plan/ask-state.js';
import {
  packState,
  runningState,
  savedStateOf,
  unpackState,
  type GuestState,
} from '../../src/domain/shape/guest-state.js';
import { standingSavedStates } from '../../src/domain/shape/saved-states.js';
import { historyText } from '../../src/domain/shape/history-text.js';
import { deriveVm, knowing, lineageOf } from '../../src/domain/vm/derive.js';
import { BUNDLED, MEASURED } from './known-catalogue.js';
import { live, type Lived } from './living.js';
import { lives } from './lives.js';
import { DAY, machine, Q1002, Q10013, Q1113, Q722, Q800, Q801, Story, UUID } from './story.js';

const BUILDS = [Q722, Q800, Q801, Q1002, Q10013, Q1113];
const CATALOGUES = [MEASURED, BUNDLED];

const destinationOf = (index: number): Destination => ({
  host: null,
  build: BUILDS[index] ?? Q1113,
  libvirt: null,
  machineTypes: null,
});

/** Provenance is of one VM, and in no packed state. */
const withoutProvenance = (assessment: Assessment | null): unknown =>
  assessment === null
    ? null
    : { ...assessment, reasons: assessment.reasons.map((reason) => ({ ...reason, latchedBy: null })) };

const asked = fc.record({
  life: lives,
  build: fc.nat({ max: BUILDS.length - 1 }),
  catalogue: fc.constantFrom(...CATALOGUES),
});

describe('a verdict about a state', () => {
  const viaHistory = ({ events, hosts, moments }: Lived, given: Given, savedState: string | null) =>
    askHop({
      uuid: UUID,
      events,
      knowledge: knowing(given.catalogue, hosts),
      destination: given.destination,
      configuration: null,
      via: savedState === null ? 'migration' : 'restore',
      savedState,
      at: DAY + (moments.at(-1)?.atMs ?? 0) + 3_600_000,
    }).assessment;

  interface Given {
    readonly destination: Destination;
    readonly catalogue: typeof MEASURED;
  }
  const viaState = (state: GuestState, { destination, catalogue }: Given) =>
    withoutProvenance(
      askState(unpackState(packState(state)), destination, { catalogue, tiers: undefined }).assessment,
    );

  it('is the one that the history of a running VM gives', () => {
    let running = 0;
    fc.assert(
      fc.property(asked, ({ life, build, catalogue }) => {
        const lived = live(life);
        const given = { destination: destinationOf(build), catalogue };
        const state = runningState(
          deriveVm(UUID, lived.events, knowing(catalogue, lived.hosts)),
          lived.hosts,
        );
        if (state === null) return;
        running += 1;
        expect(viaState(state, given)).toEqual(withoutProvenance(viaHistory(lived, given, null)));
      }),
      { numRuns: 300 },
    );
    expect(running).toBeGreaterThan(100);
  });

  it('is the one that the history of a saved state gives', () => {
    let saved = 0;
    fc.assert(
      fc.property(asked, ({ life, build, catalogue }) => {
        const lived = live(life);
        const given = { destination: destinationOf(build), catalogue };
        const vm = deriveVm(UUID, lived.events, knowing(catalogue, lived.hosts));
        for (const state of standingSavedStates(vm)) {
          saved += 1;
          expect(viaState(savedStateOf(vm, state, lived.hosts), given)).toEqual(
            withoutProvenance(viaHistory(lived, given, state.id)),
          );
        }
      }),
      { numRuns: 300 },
    );
    expect(saved).toBeGreaterThan(50);
  });
});

describe('a guest that takes its CPU from the host', () => {
  const FEATURES = ['pcid', 'stibp', 'taa-no'];
  const reportOf = (host: string, features: readonly string[], vendor: string) => ({
    at: 0,
    report: {
      host,
      builds: [],
      libvirt: null,
      kernel: null,
      vendor: null,
      machineTypes: null,
      cpu: { model: 'Skylake', vendor, features },
    },
  });
  const cpus = fc.record({
    mode: fc.constantFrom('host-passthrough', 'maximum', 'host-model', 'custom'),
    birth: fc.option(fc.subarray(FEATURES), { nil: null }),
    destination: fc.option(fc.subarray(FEATURES), { nil: null }),
    vendor: fc.constantFrom('GenuineIntel', 'AuthenticAMD'),
    host: fc.constantFrom('a', 'b', null),
    renamed: fc.boolean(),
  });

  it('meets the same verdict by its state as by its history, and so does its like from another host', () => {
    fc.assert(
      fc.property(cpus, ({ mode, birth, destination, vendor, host, renamed }) => {
        // A host that told its features once goes on telling them; else the answer is more careful than it need be.
        fc.pre(host !== 'a' || (birth ?? []).length === 0 || (destination ?? []).length > 0);
        const cpu = { mode, model: null, features: [{ name: 'pcid', policy: 'require' }] };
        const bornOn = renamed ? 'z' : 'a';
        const story = new Story();
        story.launched(0, bornOn, Q1002, { ...machine(), cpu });
        const reports = birth === null ? [] : [reportOf(bornOn, birth, 'GenuineIntel')];
        const hosts = new Map([[bornOn, reports]]);
        const knowledge = knowing(MEASURED, hosts);
        const to: Destination = {
          ...destinationOf(5),
          host: host === 'a' ? bornOn : host,
          cpu: destination === null ? null : { model: 'Skylake', vendor, features: destination },
        };
        const asked = askHop({
          uuid: UUID,
          events: story.events,
          knowledge,
          destination: to,
          configuration: null,
          via: 'migration',
          savedState: null,
          at: DAY + 100_000,
        });
        const state = runningState(deriveVm(UUID, story.events, knowledge), hosts);
        const told =
          state === null ? null : askState(unpackState(packState(state)), to, knowledge).assessment;
        expect(told?.verdict).toBe(asked.assessment?.verdict);
        expect(told?.reasons.map(({ kind }) => kind)).toEqual(
          asked.assessment?.reasons.map(({ kind }) => kind),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('is of one history with another from a host of the same CPU, and not from one of another CPU', () => {
    const textOn = (host: string, features: readonly string[]): string => {
      const story = new Story();
      const cpu = { mode: 'host-passthrough', model: null, features: [] };
      story.launched(0, host, Q1002, { ...machine(), cpu });
      return historyText(
        lineageOf(UUID, story.events),
        new Map([[host, [reportOf(host, features, 'GenuineIntel')]]]),
      );
    };
    expect(textOn('a', FEATURES)).toBe(textOn('b', FEATURES));
    expect(textOn('a', FEATURES)).not.toBe(textOn('a', FEATURES.slice(1)));
  });
});
