import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { isTaint } from '../../domain/vm/carried.js';
import type { Vm } from '../../domain/vm/vm.js';
import type { Ledger } from '../../ledger/port.js';
import { LEDGER } from '../../ledger/token.js';
import { VmReader } from '../../recording/vm-reader.js';
import { reached } from '../../views/queries/reached.js';
import { VIEWS } from '../../views/token.js';
import type { Views } from '../../views/views.js';

/** What a host goes by when hopledger does not answer. */
export type KnownState = 'tainted' | 'clean' | 'unknown';

/** What is known of one VM, from its own stream: views that are behind or being built anew do not show in it. */
export class AskAdvice extends Query<KnownState> {
  constructor(readonly uuid: string) {
    super();
  }
}

@QueryHandler(AskAdvice)
export class AskAdviceHandler implements IQueryHandler<AskAdvice> {
  constructor(private readonly reader: VmReader) {}

  async execute({ uuid }: AskAdvice): Promise<KnownState> {
    const known = await this.reader.vm(uuid);
    return known === null ? 'unknown' : stateOf(known.vm);
  }
}

const stateOf = ({ carried, state }: Vm): KnownState => {
  const taints = carried.map(isTaint);
  if (taints.includes(true)) return 'tainted';
  return taints.includes(null) || state === 'unknown' ? 'unknown' : 'clean';
};

/** Every VM that is tainted: any of them may come to any host. */
export class ListTainted extends Query<TaintedVms> {}

export interface TaintedVms {
  /** At most 50,000. */
  readonly uuids: readonly string[];
  /** Whether there are more: one that is not listed may be tainted all the same. */
  readonly more: boolean;
}

/** Far above what a fleet has; a host keeps 45 bytes of each. */
const MAX_TAINTED = 50_000;
const PAGE = 1_000;
/** Within what a host waits for the list (`report_timeout`, 3 s). */
const VIEWS_WAIT_MS = 2_000;

@QueryHandler(ListTainted)
export class ListTaintedHandler implements IQueryHandler<ListTainted> {
  constructor(
    @Inject(VIEWS) private readonly views: Views,
    @Inject(LEDGER) private readonly ledger: Pick<Ledger, 'head'>,
  ) {}

  /**
   * As of all that the ledger holds now: a host lets go of what it knew before, and a list of views that are behind, or
   * being built, would call tainted VMs clean.
   * @throws HopledgerError POSITION_NOT_REACHED when the views do not get there in time
   */
  async execute(): Promise<TaintedVms> {
    await reached(this.views, { position: await this.ledger.head(), timeoutMs: VIEWS_WAIT_MS });
    const uuids: string[] = [];
    let after: string | null = null;
    do {
      const page = this.views.vms({ tainted: true }, PAGE, after);
      uuids.push(...page.rows.map(({ uuid }) => uuid));
      after = page.hasNext ? page.endCursor : null;
    } while (after !== null && uuids.length < MAX_TAINTED);
    return { uuids, more: after !== null };
  }
}
