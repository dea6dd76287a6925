import DataLoader from 'dataloader';
import type { QueryBus } from '@nestjs/cqrs';
import type { Position } from '../ledger/port.js';
import type { AsOf, VmAnswer } from '../recording/vm-reader.js';
import type { Config } from '../runtime/config.js';
import type { Principal } from '../runtime/principal.js';
import { GetVm } from '../views/queries/get-vm.js';
import type { AtLeast } from '../views/queries/reached.js';

/** A VM and as of when: both decide what is loaded. */
export interface VmKey {
  readonly uuid: string;
  readonly asOf: AsOf | null;
}

/** What resolvers share within one request, or one event of a subscription. Made anew for each. */
export class GraphqlContext {
  /** Derives each VM once, however often the request names it. */
  readonly vms: DataLoader<VmKey, VmAnswer | null, string>;

  constructor(
    readonly principal: Principal,
    readonly requestId: string,
    queries: QueryBus,
    private readonly config: Pick<Config, 'graphql' | 'views'>,
  ) {
    this.vms = new DataLoader(
      (keys) => Promise.all(keys.map(({ uuid, asOf }) => queries.execute(new GetVm(uuid, asOf)))),
      { cacheKeyFn: ({ uuid, asOf }) => `${uuid} ${JSON.stringify(asOf)}` },
    );
  }

  /** Bounds were held when the operation was measured (`limits/`). */
  pageSize(first: number | null | undefined): number {
    return first ?? this.config.graphql.pageSize;
  }

  atLeast(position: string | null | undefined): AtLeast | null {
    // The scalar has checked the form.
    return position == null ? null : { position: position as Position, timeoutMs: this.config.views.waitMs };
  }
}
