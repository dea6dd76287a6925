import { Inject, Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { Config } from '../runtime/config.js';
import type { Principal } from '../runtime/principal.js';
import { CONFIG } from '../runtime/provided.js';
import { GraphqlContext } from './context.js';

/** Makes the context of each request. Nothing is request-scoped in Nest: that would rebuild the resolvers each time. */
@Injectable()
export class ContextFactory {
  constructor(
    private readonly queries: QueryBus,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  create(principal: Principal, requestId: string): GraphqlContext {
    return new GraphqlContext(principal, requestId, this.queries, this.config);
  }
}
