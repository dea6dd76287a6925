import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Catalogue } from '../../src/domain/catalogue/catalogue.js';
import type { HostDirectory } from '../../src/domain/host/directory.js';
import { packState, runningState, savedStateOf, unpackState } from '../../src/domain/shape/guest-state.js';
import { historyText } from '../../src/domain/shape/history-text.js';
import { standingSavedStates } from '../../src/domain/shape/saved-states.js';
import { deriveVm, knowing, lineageOf } from '../../src/domain/vm/derive.js';
import type { Recorded } from '../../src/domain/vm/envelope.js';
import type { Vm } from '../../src/domain/vm/vm.js';
import { AER, BUNDLED, catalogueOf, MEASURED, QUEUES } from './known-catalogue.js';
import { live, type Lived } from './living.js';
import { lives } from './lives.js';
import { UUID } from './story.js';

const RUNS = { numRuns: 300 };
const OTHER_UUID = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';

/** The same two behaviours, held by something else: what no real revision does, and any may. */
const OTHERWISE: Catalogue = catalogueOf(
  { ...AER, sticky: 'process' },
  { ...QUEUES, sticky: 'boot', reference: AER.reference },
);
const CATALOGUES = [MEASURED, BUNDLED, OTHERWISE];

const textOf = (uuid: string, { events, hosts }: Told): string => historyText(lineageOf(uuid, events), hosts);

interface Told {
  readonly events: readonly Recorded[];
  readonly hosts: HostDirectory;
}

/** Where a catalogue shows in what is derived, without the names and times of one VM. */
const derivedOf = (uuid: string, { events, hosts }: Told, catalogue: Catalogue): unknown => {
  const vm: Vm = deriveVm(uuid, events, knowing(catalogue, hosts));
  const running = runningState(vm, hosts);
  return {
    state: vm.state,
    running: running === null ? null : packState(running),
    carried: packState({ build: null, configuration: null, carried: vm.carried, cpu: null }),
    saved: standingSavedStates(vm).map((state) => packState(savedStateOf(vm, state, hosts))),
    leftovers: vm.leftovers.length,
  };
};

/** Another VM that lived the same life elsewhere, at another time. */
const elsewhere = ({ events, hosts }: Lived, shiftMs: number): Told => {
  const renamed = (name: string): string => `host-of-${name}.example`;
  const later = (text: string): string => new Date(Date.parse(text) + shiftMs).toISOString();
  return {
    hosts: new Map(
      [...hosts].map(([name, reports]) => [
        renamed(name),
        reports.map(({ at, report }) => ({ at, report: { ...report, host: renamed(name) } })),
      ]),
    ),
    events: events.map((event) => ({
      ...event,
      data: 'host' in event.data ? { ...event.data, host: renamed(event.data.host) } : event.data,
      metadata: { ...event.metadata, occurredAt: later(event.metadata.occurredAt) },
      recordedAt: later(event.recordedAt),
    })),
  };
};

describe('the shape of a history', () => {
  it('is the same for another VM that lived the same life on other hosts at another time', () => {
    fc.assert(
      fc.property(lives, fc.integer({ min: 0, max: 10 ** 11 }), (life, shiftMs) => {
        const lived = live(life);
        const other = elsewhere(lived, shiftMs);
        expect(textOf(OTHER_UUID, other)).toBe(textOf(UUID, lived));
        for (const catalogue of CATALOGUES) {
          expect(derivedOf(OTHER_UUID, other, catalogue)).toEqual(derivedOf(UUID, lived, catalogue));
        }
      }),
      RUNS,
    );
  });

  it('is all that derived values depend on but the catalogue', () => {
    const byText = new Map<string, Lived>();
    let met = 0;
    for (const life of fc.sample(lives, { numRuns: 3_000, seed: 11 })) {
      const lived = live(life);
      // Beginnings of lives are alike more often than whole ones.
      for (const length of [3, 5, 8, 12, lived.events.length]) {
        const part = { ...lived, events: lived.events.slice(0, length) };
        const text = textOf(UUID, part);
        const other = byText.get(text);
        byText.set(text, part);
        if (other === undefined) continue;
        met += 1;
        for (const catalogue of met % 10 === 0 ? CATALOGUES : [OTHERWISE])
          expect(derivedOf(UUID, part, catalogue)).toEqual(derivedOf(UUID, other, catalogue));
      }
    }
    expect(met).toBeGreaterThan(3_000);
  }, 300_000);
});

describe('the shape of a state', () => {
  it('reads back as the state, without its provenance', () => {
    fc.assert(
      fc.property(lives, (life) => {
        const { events, hosts } = live(life);
        const state = runningState(deriveVm(UUID, events, knowing(MEASURED, hosts)), hosts);
        if (state === null) return;
        const packed = packState(state);
        expect(packState(unpackState(packed))).toBe(packed);
      }),
      RUNS,
    );
  });
});
