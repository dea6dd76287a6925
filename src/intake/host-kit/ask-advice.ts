import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { VIEWS } from '../../views/token.js';
import type { VmRow, Views } from '../../views/views.js';

/** What a host goes by when hopledger does not answer. */
export type KnownState = 'tainted' | 'clean' | 'unknown';

/** What is known of one VM, as the views have it. */
export class AskAdvice extends Query<KnownState> {
  constructor(readonly uuid: string) {
    super();
  }
}

@QueryHandler(AskAdvice)
export class AskAdviceHandler implements IQueryHandler<AskAdvice> {
  constructor(@Inject(VIEWS) private readonly views: Views) {}

  execute({ uuid }: AskAdvice): Promise<KnownState> {
    return Promise.resolve(stateOf(this.views.vm(uuid)));
  }
}

const stateOf = (row: VmRow | null): KnownState => {
  if (row === null) return 'unknown';
  if (row.taints.length > 0) return 'tainted';
  return row.unknowns.length > 0 || row.state === 'unknown' ? 'unknown' : 'clean';
};

/** Every VM that is tainted: any of them may come to any host. */
export class ListTainted extends Query<readonly string[]> {}

/** Far above what a fleet has; a host keeps 45 bytes of each. */
const MAX_TAINTED = 50_000;
const PAGE = 1_000;

@QueryHandler(ListTainted)
export class ListTaintedHandler implements IQueryHandler<ListTainted> {
  constructor(@Inject(VIEWS) private readonly views: Views) {}

  /** @returns UUIDs, at most 50,000 */
  execute(): Promise<readonly string[]> {
    const uuids: string[] = [];
    let after: string | null = null;
    do {
      const page = this.views.vms({ tainted: true }, PAGE, after);
      uuids.push(...page.rows.map(({ uuid }) => uuid));
      after = page.hasNext ? page.endCursor : null;
    } while (after !== null && uuids.length < MAX_TAINTED);
    return Promise.resolve(uuids.slice(0, MAX_TAINTED));
  }
}
