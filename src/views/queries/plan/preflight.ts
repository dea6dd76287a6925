import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Destination } from '../../../domain/hop/assessment.js';
import { alike, type AlikeDestinations } from '../../../domain/plan/destination-class.js';
import { summarise, type JudgedState, type PreflightSummary } from '../../../domain/plan/preflight.js';
import { byRank } from '../../../domain/plan/rank.js';
import type { Build } from '../../../domain/qemu/build.js';
import { HopledgerError } from '../../../errors.js';
import type { Position } from '../../../ledger/port.js';
import { HostRegistry } from '../../../recording/host-registry.js';
import { VmReader } from '../../../recording/vm-reader.js';
import { VIEWS } from '../../token.js';
import type { Views } from '../../views.js';
import { destinationOf } from '../destination.js';
import { reached, type AtLeast } from '../reached.js';
import { Slices } from './slices.js';
import { StateJudge, type StateVerdict } from './state-judge.js';

/** Where guests are to go: a build wherever it runs, hosts as they are, or hosts once they have the build. */
export interface PreflightTarget {
  readonly build: Build | null;
  readonly hosts: readonly string[];
}

export interface PreflightAnswer extends PreflightSummary {
  readonly destinations: readonly Destination[];
  /** Hosts whose guests were asked about; null: all. */
  readonly on: readonly string[] | null;
  /** Different states that were judged, for all of the guests in them. */
  readonly states: number;
  /** VMs of which nobody says whether and where they run: not judged. */
  readonly whereabouts: number;
  readonly catalogueRevision: string;
  readonly position: Position;
}

/** Which running VMs and saved states will not survive an upgrade, and why. */
export class Preflight extends Query<PreflightAnswer> {
  constructor(
    readonly target: PreflightTarget,
    /** Only guests of these hosts; null: all. */
    readonly on: readonly string[] | null,
    readonly atLeast: AtLeast | null,
  ) {
    super();
  }
}

@QueryHandler(Preflight)
export class PreflightHandler implements IQueryHandler<Preflight> {
  constructor(
    private readonly judge: StateJudge,
    private readonly reader: VmReader,
    private readonly hosts: HostRegistry,
    @Inject(VIEWS) private readonly views: Views,
  ) {}

  /** @throws HopledgerError UNKNOWN_HOST, BAD_INPUT, POSITION_NOT_REACHED */
  async execute({ target, on, atLeast }: Preflight): Promise<PreflightAnswer> {
    const destinations = destinationsOf(this.hosts, target);
    const unheard = on?.find((host) => this.hosts.host(host) === null);
    if (unheard !== undefined)
      throw new HopledgerError('UNKNOWN_HOST', `no report of host ${unheard}`, { host: unheard });
    await reached(this.views, atLeast);
    const { shapes } = this.views;
    const position = this.views.position();
    const counts = new Map<number, { vms: number; savedStates: number }>();
    for (const { state, count } of shapes.running(on)) counts.set(state, { vms: count, savedStates: 0 });
    for (const { state, count } of shapes.saved(on))
      counts.set(state, { vms: counts.get(state)?.vms ?? 0, savedStates: count });
    const judged: JudgedState[] = [];
    const slices = new Slices();
    const classes = alike(destinations);
    for (const [state, count] of counts) {
      await slices.turn();
      const best = this.#best(state, classes);
      if (best !== null) judged.push({ state, ...count, verdict: best.verdict, causes: best.causes });
    }
    return {
      ...summarise(judged),
      destinations,
      on,
      states: judged.length,
      whereabouts: on === null ? shapes.whereabouts() : 0,
      catalogueRevision: this.reader.catalogue.revision,
      position,
    };
  }

  /** A guest survives when any of the destinations takes it. */
  #best(state: number, classes: readonly AlikeDestinations[]): StateVerdict | null {
    const verdicts = classes.flatMap((destination) => this.judge.verdict(state, destination) ?? []);
    return verdicts.sort(byRank)[0] ?? null;
  }
}

const destinationsOf = (registry: HostRegistry, { build, hosts }: PreflightTarget): readonly Destination[] =>
  hosts.length === 0
    ? [destinationOf(registry, { host: null, build })]
    : [...new Set(hosts)].map((host) => destinationOf(registry, { host, build }));
