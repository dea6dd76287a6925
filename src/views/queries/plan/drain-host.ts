import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Assessment, Destination } from '../../../domain/hop/assessment.js';
import { alike, type AlikeDestinations } from '../../../domain/plan/destination-class.js';
import { wayOutOf, type WayOut } from '../../../domain/plan/drain.js';
import { summarise, type JudgedState, type PreflightSummary } from '../../../domain/plan/preflight.js';
import { HopledgerError } from '../../../errors.js';
import type { Position } from '../../../ledger/port.js';
import { HostRegistry } from '../../../recording/host-registry.js';
import { VIEWS } from '../../token.js';
import type { Views, VmRow } from '../../views.js';
import { destinationOf } from '../destination.js';
import { reached, type AtLeast } from '../reached.js';
import { hostsToGoTo } from './hosts-to-go-to.js';
import { Slices } from './slices.js';
import { StateJudge, type StateVerdict } from './state-judge.js';

/** Hosts named for a VM: enough to choose from; `destinations` of the VM has them all. */
const HOSTS_SHOWN = 5;

/** A host that a VM can go to, with what it must be launched with there. */
export interface DrainOption {
  readonly destination: Destination;
  readonly assessment: Assessment;
}

export interface DrainedVm extends Omit<WayOut<StateVerdict>, 'options'> {
  readonly vm: VmRow;
  /** The best first, at most five; none that would refuse it while others take it. */
  readonly options: readonly DrainOption[];
  /** Hosts that take it. */
  readonly hosts: number;
  /** Of a VM that is stuck: why, at the best of them. */
  readonly causes: StateVerdict['causes'];
}

export interface DrainAnswer {
  /** All VMs of the host by the best verdict that each has, and for what causes. */
  readonly summary: PreflightSummary;
  readonly vms: number;
  readonly stuck: number;
  readonly needColdBoot: number;
  /** Kinds of destinations that were judged, and hosts of them. */
  readonly classes: number;
  readonly hosts: number;
  readonly page: readonly DrainedVm[];
  readonly hasNext: boolean;
  readonly position: Position;
}

/** Where each VM of a host can go when it is to be emptied. `after` is the UUID of a VM on it. */
export class DrainHost extends Query<DrainAnswer> {
  constructor(
    readonly host: string,
    /** Only to these; empty: to any host in service. */
    readonly to: readonly string[],
    readonly first: number,
    readonly after: string | null,
    readonly atLeast: AtLeast | null,
  ) {
    super();
  }
}

@QueryHandler(DrainHost)
export class DrainHostHandler implements IQueryHandler<DrainHost> {
  constructor(
    private readonly judge: StateJudge,
    private readonly hosts: HostRegistry,
    @Inject(VIEWS) private readonly views: Views,
  ) {}

  /** @throws HopledgerError UNKNOWN_HOST, BAD_INPUT, POSITION_NOT_REACHED */
  async execute({ host, to, first, after, atLeast }: DrainHost): Promise<DrainAnswer> {
    if (this.hosts.host(host) === null)
      throw new HopledgerError('UNKNOWN_HOST', `no report of host ${host}`, { host });
    const destinations =
      to.length === 0
        ? hostsToGoTo(this.hosts, host)
        : to
            .filter((name) => name !== host)
            .map((name) => destinationOf(this.hosts, { host: name, build: null }));
    await reached(this.views, atLeast);
    const position = this.views.position();
    const classes = alike(destinations);
    const ways = new Map<number, WayOut<StateVerdict>>();
    const judged: JudgedState[] = [];
    const slices = new Slices();
    let [vms, stuck, needColdBoot] = [0, 0, 0];
    for (const { state, count } of this.views.shapes.running([host])) {
      await slices.turn();
      const way = this.#wayOf(state, classes);
      ways.set(state, way);
      vms += count;
      if (way.stuck) stuck += count;
      if (way.needsColdBoot) needColdBoot += count;
      const { verdict = 'BLOCKED' as const, causes = NOWHERE } = way.options[0]?.found ?? {};
      judged.push({ state, vms: count, savedStates: 0, verdict, causes });
    }
    const rows = this.views.shapes.onHost(host, after ?? '', first + 1);
    const page: DrainedVm[] = [];
    for (const { uuid, state } of rows.slice(0, first)) {
      await slices.turn();
      const vm = this.views.vm(uuid);
      if (vm === null) continue;
      const way =
        state === null ? wayOutOf<StateVerdict>([]) : (ways.get(state) ?? this.#wayOf(state, classes));
      page.push(this.#drained(vm, state, way));
    }
    return {
      summary: summarise(judged),
      vms,
      stuck,
      needColdBoot,
      classes: classes.length,
      hosts: destinations.length,
      page,
      hasNext: rows.length > first,
      position,
    };
  }

  #wayOf(state: number, classes: readonly AlikeDestinations[]): WayOut<StateVerdict> {
    return wayOutOf(
      classes.flatMap((to) => {
        const found = this.judge.verdict(state, to);
        return found === null ? [] : { to, found };
      }),
    );
  }

  #drained(vm: VmRow, state: number | null, { options, ...way }: WayOut<StateVerdict>): DrainedVm {
    const guest = state === null ? null : this.views.shapes.state(state);
    const open = way.stuck
      ? []
      : options.filter(({ found }) => found.verdict !== 'BLOCKED' && found.verdict !== 'UNKNOWN');
    const shown = open.flatMap(({ to }) => to.hosts.map((host) => ({ to, host }))).slice(0, HOSTS_SHOWN);
    const assessments = new Map(
      [...new Set(shown.map(({ to }) => to))].map((to) => [
        to,
        guest === null ? null : this.judge.answer(guest, to).assessment,
      ]),
    );
    return {
      ...way,
      vm,
      options: shown.flatMap(({ to, host }) => {
        const assessment = assessments.get(to) ?? null;
        return assessment === null ? [] : { destination: { ...to.destination, host }, assessment };
      }),
      hosts: open.reduce((sum, { to }) => sum + to.hosts.length, 0),
      causes: way.stuck ? (options[0]?.found.causes ?? NOWHERE) : [],
    };
  }
}

const NOWHERE: StateVerdict['causes'] = [
  { kind: null, behaviour: null, text: 'there is no other host in service' },
];
