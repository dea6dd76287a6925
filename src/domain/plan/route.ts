import type { Assessment, Destination } from '../hop/assessment.js';
import { supposed } from '../hop/supposed.js';
import { without } from '../hop/unknown-knobs.js';
import { withOverrides } from '../hop/with-overrides.js';
import type { LaunchConfiguration } from '../qemu/device.js';
import { packState, runningState, type GuestState } from '../shape/guest-state.js';
import { deriveVm, type Knowledge } from '../vm/derive.js';
import type { Recorded } from '../vm/envelope.js';
import { askState } from './ask-state.js';
import { alike, type AlikeDestinations } from './destination-class.js';
import { isPassable } from './rank.js';

export interface RouteAsked {
  readonly uuid: string;
  readonly events: readonly Recorded[];
  readonly knowledge: Knowledge;
  /** Where it is to arrive. */
  readonly target: Destination;
  /** Hosts that it can pass through. */
  readonly over: readonly Destination[];
  readonly maxHops: number;
  /** Verdicts to ask for at most. */
  readonly maxQuestions: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** One hop of a route. */
export interface RouteStep {
  readonly destination: Destination;
  /** Other hosts that would do as well. */
  readonly instead: readonly string[];
  readonly assessment: Assessment;
}

export interface RouteFound {
  /** Null: there is none of so many hops; empty: it is there already. */
  readonly steps: readonly RouteStep[] | null;
  /** The answer for going there at once; null when it does not run, is there, or was launched nobody knows how. */
  readonly direct: Assessment | null;
  /** It was given up before all was tried. */
  readonly cutShort: boolean;
}

/** The guest after some hops that nobody made. */
interface Place {
  readonly events: readonly Recorded[];
  readonly host: string;
  readonly at: number;
  readonly steps: readonly RouteStep[];
  readonly risky: number;
}

/** Longer than any two reports of one hop lie apart. */
const BETWEEN_HOPS_MS = 3_600_000;

/**
 * The way to a host over others, where no direct hop works: the fewest hops, and of those the fewest risky ones. What the
 * guest carries changes on the way (what a process holds, what the next reset will set), so each hop is added to the
 * history, and the fold says what comes of it.
 */
export const findRoute = (asked: RouteAsked): RouteFound => {
  const { uuid, events, knowledge, target, maxHops, at } = asked;
  const vm = deriveVm(uuid, events, knowledge);
  const start = vm.current;
  if (start === null) return { steps: null, direct: null, cutShort: false };
  if (start.host === target.host) return { steps: [], direct: null, cutShort: false };
  const search = new Search(asked, runningState(vm, knowledge.hosts)?.cpu?.birth?.host);
  let places: readonly Place[] = [{ events, host: start.host, at, steps: [], risky: 0 }];
  let direct: Assessment | null = null;
  for (let hops = 1; hops <= maxHops && places.length > 0; hops += 1) {
    const arrivals = places.map((place) => search.arrivalFrom(place));
    if (hops === 1) direct = arrivals[0]?.steps.at(-1)?.assessment ?? null;
    const found = leastRisky(arrivals.flatMap((arrival) => (isThrough(arrival) ? arrival : [])));
    if (found !== undefined) return { steps: found.steps, direct, cutShort: false };
    places = hops < maxHops ? search.nextTo(places) : [];
  }
  return { steps: null, direct, cutShort: search.isSpent };
};

const isThrough = (arrival: Place | null): arrival is Place =>
  arrival?.steps.every(({ assessment }) => isPassable(assessment.verdict)) === true;

const leastRisky = (places: readonly Place[]): Place | undefined =>
  [...places].sort((a, b) => a.risky - b.risky)[0];

class Search {
  readonly #asked: RouteAsked;
  readonly #over: readonly AlikeDestinations[];
  /** Where the guest was, on what kind of host and in what state. */
  readonly #seen = new Set<string>();
  #questions = 0;

  constructor(asked: RouteAsked, bornOn: string | undefined) {
    this.#asked = asked;
    this.#over = alike(
      asked.over.filter(({ host }) => host !== asked.target.host),
      bornOn,
    );
  }

  get isSpent(): boolean {
    return this.#questions >= this.#asked.maxQuestions;
  }

  /** At the target, whether or not it gets through. Null: nothing can be said. */
  arrivalFrom(place: Place): Place | null {
    const { target } = this.#asked;
    const state = this.#stateAt(place);
    return state === null ? null : this.#hop(place, state, target, []);
  }

  /** Wherever one hop more gets through to and nothing did before. */
  nextTo(places: readonly Place[]): readonly Place[] {
    const next = new Map<string, Place>();
    for (const place of places) {
      const state = this.#stateAt(place);
      for (const { key, destination, hosts } of state === null ? [] : this.#over) {
        const [host, ...instead] = hosts.filter((name) => name !== place.host);
        if (state === null || host === undefined) continue;
        const passed = this.#hop(place, state, { ...destination, host }, instead);
        const arrived = isThrough(passed) ? this.#stateAt(passed) : null;
        if (passed === null || arrived === null) continue;
        const where = `${key} ${packState(arrived)}`;
        if (this.#seen.has(where)) continue;
        if (passed.risky < (next.get(where)?.risky ?? Number.POSITIVE_INFINITY)) next.set(where, passed);
      }
    }
    for (const where of next.keys()) this.#seen.add(where);
    return [...next.values()];
  }

  #stateAt({ events }: Place): GuestState | null {
    const { uuid, knowledge } = this.#asked;
    return runningState(deriveVm(uuid, events, knowledge), knowledge.hosts);
  }

  #hop(place: Place, state: GuestState, destination: Destination, instead: readonly string[]): Place | null {
    if (this.isSpent) return null;
    this.#questions += 1;
    const { assessment, configuration } = askState(state, destination, this.#asked.knowledge);
    if (assessment === null || configuration === null) return null;
    return hopped(place, { destination, instead, assessment }, configuration);
  }
}

/** As if the hop had been made as advised, and both ends had said so. */
const hopped = (
  { events, host: from, at, steps, risky }: Place,
  step: RouteStep,
  configuration: LaunchConfiguration,
): Place => {
  const { destination, assessment } = step;
  const { host, build, kernel = null } = destination;
  const time = at + BETWEEN_HOPS_MS;
  const launched = withOverrides(without(configuration, assessment.removals), assessment.overrides);
  const where = { host: host ?? '', name: null };
  const done = { type: 'HopCompleted', statistics: null } as const;
  return {
    host: where.host,
    at: time,
    risky: risky + (assessment.verdict === 'RISKY' ? 1 : 0),
    steps: [...steps, step],
    events: [
      ...events,
      ...supposed(
        [
          { type: 'HopPrepared', ...where, via: 'migration', configuration: launched },
          { type: 'HopStarted', ...where, via: 'migration', build, configuration: launched, kernel },
          { ...done, ...where, attestedBy: 'destination' },
          { ...done, host: from, name: null, attestedBy: 'source' },
        ],
        time,
        `hop ${steps.length + 1}`,
      ),
    ],
  };
};
