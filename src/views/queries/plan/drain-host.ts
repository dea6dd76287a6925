import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Assessment, Destination } from '../../../domain/hop/assessment.js';
import { alike, type AlikeDestinations } from '../../../domain/plan/destination-class.js';
import type { WayOut } from '../../../domain/plan/drain.js';
import { summarise, type JudgedState, type PreflightSummary } from '../../../domain/plan/preflight.js';
import { isPassable } from '../../../domain/plan/rank.js';
import { HopledgerError } from '../../../errors.js';
import type { Position } from '../../../ledger/port.js';
import { HostRegistry } from '../../../recording/host-registry.js';
import { isUuid } from '../../../recording/streams.js';
import { VIEWS } from '../../token.js';
import type { Views, VmRow } from '../../views.js';
import { destinationOf } from '../destination.js';
import type { Slice } from '../page-of.js';
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
  /** That were considered. */
  readonly hosts: number;
  readonly position: Position;
}

/** Whether a host can be emptied: all its VMs, each state judged once. */
export class DrainHost extends Query<DrainAnswer> {
  constructor(
    readonly host: string,
    /** Only to these; empty: to any host in service. */
    readonly to: readonly string[],
    readonly atLeast: AtLeast | null,
  ) {
    super();
  }
}

/** Where each of its VMs can go, page by page. `after` is the UUID of one. */
export class ListDrainedVms extends Query<Slice<DrainedVm>> {
  constructor(
    readonly host: string,
    readonly to: readonly string[],
    readonly first: number,
    readonly after: string | null,
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
  async execute({ host, to, atLeast }: DrainHost): Promise<DrainAnswer> {
    if (this.hosts.host(host) === null)
      throw new HopledgerError('UNKNOWN_HOST', `no report of host ${host}`, { host });
    const destinations = destinationsFrom(this.hosts, host, to);
    await reached(this.views, atLeast);
    const position = this.views.position();
    const classes = alike(destinations);
    const judged: JudgedState[] = [];
    const slices = new Slices();
    let [vms, stuck, needColdBoot] = [0, 0, 0];
    for (const { state, count } of this.views.shapes.running([host])) {
      await slices.turn();
      const way = this.judge.wayOut(state, classes);
      vms += count;
      if (way.stuck) stuck += count;
      if (way.needsColdBoot) needColdBoot += count;
      const { verdict = 'BLOCKED' as const, causes = NOWHERE } = way.options[0]?.found ?? {};
      judged.push({ state, vms: count, savedStates: 0, verdict, causes });
    }
    return { summary: summarise(judged), vms, stuck, needColdBoot, hosts: destinations.length, position };
  }
}

@QueryHandler(ListDrainedVms)
export class ListDrainedVmsHandler implements IQueryHandler<ListDrainedVms> {
  constructor(
    private readonly judge: StateJudge,
    private readonly hosts: HostRegistry,
    @Inject(VIEWS) private readonly views: Views,
  ) {}

  /** @throws HopledgerError UNKNOWN_HOST, BAD_INPUT, BAD_CURSOR */
  async execute({ host, to, first, after }: ListDrainedVms): Promise<Slice<DrainedVm>> {
    if (after !== null && !isUuid(after)) throw new HopledgerError('BAD_CURSOR', 'not a cursor of this list');
    const classes = alike(destinationsFrom(this.hosts, host, to));
    const rows = this.views.shapes.onHost(host, after ?? '', first + 1);
    const items: DrainedVm[] = [];
    const slices = new Slices();
    for (const { uuid, state } of rows.slice(0, first)) {
      await slices.turn();
      const vm = this.views.vm(uuid);
      if (vm !== null) items.push(this.#drained(vm, state, classes));
    }
    return { items, hasNext: rows.length > first };
  }

  #drained(vm: VmRow, state: number | null, classes: readonly AlikeDestinations[]): DrainedVm {
    const { options, ...way } = this.judge.wayOut(state, classes);
    const guest = state === null ? null : this.views.shapes.state(state);
    const open = options.filter(({ found }) => isPassable(found.verdict));
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

const destinationsFrom = (
  registry: HostRegistry,
  host: string,
  to: readonly string[],
): readonly Destination[] =>
  to.length === 0
    ? hostsToGoTo(registry, host)
    : to.filter((name) => name !== host).map((name) => destinationOf(registry, { host: name, build: null }));
