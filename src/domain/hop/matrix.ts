import type { Build } from '../qemu/build.js';
import type { LaunchConfiguration } from '../qemu/device.js';
import { knowing, type Knowledge } from '../vm/derive.js';
import type { Recorded } from '../vm/envelope.js';
import type { VmEvent } from '../vm/events.js';
import { askHop } from './ask.js';
import type { Assessment, Destination } from './assessment.js';
import { supposed } from './supposed.js';
import { without } from './unknown-knobs.js';
import { withOverrides } from './with-overrides.js';
import type { Catalogue } from '../catalogue/catalogue.js';

/** One hop of a guest, by where it was born. */
export interface MatrixCell {
  readonly born: Build;
  readonly from: Build;
  readonly to: Build;
  /** Null: a guest born there never gets to `from`. */
  readonly assessment: Assessment | null;
}

const UUID = '00000000-0000-4000-8000-000000000000';

/**
 * Every pair of builds, for a guest born on each: what a hop from one to the other comes to, and what it needs. A guest
 * born elsewhere got to where the hop starts in one hop, with the overrides which that took.
 */
export const hopMatrix = (
  catalogue: Catalogue,
  configuration: LaunchConfiguration,
  builds: readonly Build[],
  births: readonly Build[] = builds,
): readonly MatrixCell[] => {
  const knowledge = knowing(catalogue);
  return births.flatMap((born) =>
    builds.flatMap((from) => {
      const events = arrived(knowledge, configuration, born, from);
      return builds.map((to) => ({
        born,
        from,
        to,
        assessment: events === null ? null : ask(knowledge, events, configuration, to),
      }));
    }),
  );
};

/** The history of a guest that was born on one build and runs on another; null when it cannot get there. */
const arrived = (
  knowledge: Knowledge,
  configuration: LaunchConfiguration,
  born: Build,
  on: Build,
): readonly Recorded[] | null => {
  const birth: VmEvent = { type: 'VmLaunched', ...host('born'), build: born, configuration, kernel: null };
  const events = supposed([birth], 1000, 'birth');
  if (born === on) return events;
  const assessment = ask(knowledge, events, configuration, on);
  if (assessment === null || assessment.verdict === 'BLOCKED') return null;
  const launched = withOverrides(without(configuration, assessment.removals), assessment.overrides);
  const there = { ...host('there'), build: on, configuration: launched, kernel: null };
  return [
    ...events,
    ...supposed([{ type: 'HopStarted', ...there, via: 'migration' }], 2000, 'start'),
    ...supposed(
      [
        { type: 'HopCompleted', ...host('there'), attestedBy: 'destination', statistics: null },
        { type: 'HopCompleted', ...host('born'), attestedBy: 'source', statistics: null },
      ],
      3000,
      'end',
    ),
  ];
};

const host = (name: string): { readonly host: string; readonly name: null } => ({ host: name, name: null });

/** With the definition as it is: what is missing beside it is the answer. */
const ask = (
  knowledge: Knowledge,
  events: readonly Recorded[],
  configuration: LaunchConfiguration,
  to: Build,
): Assessment | null =>
  askHop({
    uuid: UUID,
    events,
    knowledge,
    destination: buildAlone(to),
    configuration,
    via: 'migration',
    savedState: null,
    at: 4000,
  }).assessment;

const buildAlone = (build: Build): Destination => ({ host: null, build, libvirt: null, machineTypes: null });
