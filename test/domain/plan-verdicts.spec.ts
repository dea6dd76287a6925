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
import { deriveVm, knowing } from '../../src/domain/vm/derive.js';
import { BUNDLED, MEASURED } from './known-catalogue.js';
import { live, type Lived } from './living.js';
import { lives } from './lives.js';
import { DAY, Q1002, Q10013, Q1113, Q722, Q800, Q801, UUID } from './story.js';

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
        const state = runningState(deriveVm(UUID, lived.events, knowing(catalogue, lived.hosts)));
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
        for (const state of standingSavedStates(
          deriveVm(UUID, lived.events, knowing(catalogue, lived.hosts)),
        )) {
          saved += 1;
          expect(viaState(savedStateOf(state), given)).toEqual(
            withoutProvenance(viaHistory(lived, given, state.id)),
          );
        }
      }),
      { numRuns: 300 },
    );
    expect(saved).toBeGreaterThan(50);
  });
});
