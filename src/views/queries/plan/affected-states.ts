import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { VIEWS } from '../../token.js';
import type { Views } from '../../views.js';
import { reached, type AtLeast } from '../reached.js';

/** States that carry a behaviour off its reference; with `unknown`, those of which that cannot be told. */
export class FindAffectedStates extends Query<readonly number[]> {
  constructor(
    readonly behaviour: string,
    readonly unknown: boolean,
    readonly atLeast: AtLeast | null,
  ) {
    super();
  }
}

@QueryHandler(FindAffectedStates)
export class FindAffectedStatesHandler implements IQueryHandler<FindAffectedStates> {
  constructor(@Inject(VIEWS) private readonly views: Views) {}

  /** @throws HopledgerError POSITION_NOT_REACHED */
  async execute({ behaviour, unknown, atLeast }: FindAffectedStates): Promise<readonly number[]> {
    await reached(this.views, atLeast);
    return this.views.shapes.statesWith(behaviour, unknown ? 'unknown' : 'taint');
  }
}
