import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { findRoute, type RouteFound } from '../../../domain/plan/route.js';
import { HopledgerError } from '../../../errors.js';
import { HostRegistry } from '../../../recording/host-registry.js';
import { VmReader, type VmAnswer } from '../../../recording/vm-reader.js';
import { destinationOf } from '../destination.js';
import { hostsToGoTo } from './hosts-to-go-to.js';

/** More hops than this nobody makes to save a guest's power cycle. */
export const MOST_HOPS = 5;
/** Bounds the time that one question takes, to a few seconds. */
const MOST_QUESTIONS = 1_000;

export interface RouteAnswer extends RouteFound {
  readonly answer: VmAnswer;
}

/** How a VM gets to a host, over others where it must. */
export class FindRoute extends Query<RouteAnswer> {
  constructor(
    readonly uuid: string,
    readonly host: string,
    readonly maxHops: number,
  ) {
    super();
  }
}

@QueryHandler(FindRoute)
export class FindRouteHandler implements IQueryHandler<FindRoute> {
  constructor(
    private readonly reader: VmReader,
    private readonly hosts: HostRegistry,
  ) {}

  /** @throws HopledgerError UNKNOWN_VM, UNKNOWN_HOST, BAD_INPUT when no guest runs or too many hops are asked for */
  async execute({ uuid, host, maxHops }: FindRoute): Promise<RouteAnswer> {
    if (!Number.isInteger(maxHops) || maxHops < 1 || maxHops > MOST_HOPS)
      throw new HopledgerError('BAD_INPUT', `maxHops: from 1 to ${MOST_HOPS}, not ${maxHops}`, {
        field: 'maxHops',
      });
    const answer = await this.reader.vm(uuid);
    if (answer === null)
      throw new HopledgerError('UNKNOWN_VM', `nothing of VM ${uuid} was recorded`, { uuid });
    const target = destinationOf(this.hosts, { host, build: null });
    if (answer.vm.current === null)
      throw new HopledgerError('BAD_INPUT', `vm: ${uuid} does not run, so there is nothing to route`, {
        field: 'vm',
      });
    const found = findRoute({
      uuid,
      events: answer.events,
      knowledge: this.reader.knowledge(),
      target,
      over: hostsToGoTo(this.hosts, null),
      maxHops,
      maxQuestions: MOST_QUESTIONS,
      at: Date.now(),
    });
    return { ...found, answer };
  }
}
