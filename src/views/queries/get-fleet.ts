import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Ledger, Position } from '../../ledger/port.js';
import { LEDGER } from '../../ledger/token.js';
import { ProjectedViews } from '../projected-views.js';
import type { RebuildStatus } from '../rebuild-status.js';
import { VIEWS } from '../token.js';
import type { FleetCounts, Views } from '../views.js';
import { reached, type AtLeast } from './reached.js';

/** Counts over all VMs, and how far the views had read. */
export class GetFleet extends Query<{ readonly counts: FleetCounts; readonly position: Position }> {
  constructor(readonly atLeast: AtLeast | null) {
    super();
  }
}

@QueryHandler(GetFleet)
export class GetFleetHandler implements IQueryHandler<GetFleet> {
  constructor(@Inject(VIEWS) private readonly views: Views) {}

  /** @throws HopledgerError POSITION_NOT_REACHED */
  async execute({
    atLeast,
  }: GetFleet): Promise<{ readonly counts: FleetCounts; readonly position: Position }> {
    await reached(this.views, atLeast);
    return { counts: this.views.fleet(), position: this.views.position() };
  }
}

/** How far the ledger is, and the views behind it. */
export interface LedgerStatus {
  readonly position: Position;
  readonly viewPosition: Position;
  readonly viewLag: number;
  /** The rebuild of the views that runs, or the last one since the start; null: none. */
  readonly rebuild: RebuildStatus | null;
}

export class GetLedgerStatus extends Query<LedgerStatus> {}

@QueryHandler(GetLedgerStatus)
export class GetLedgerStatusHandler implements IQueryHandler<GetLedgerStatus> {
  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(VIEWS) private readonly views: Views,
    private readonly projected: ProjectedViews,
  ) {}

  async execute(): Promise<LedgerStatus> {
    const [position, viewLag] = await Promise.all([this.ledger.head(), this.views.lag()]);
    return { position, viewPosition: this.views.position(), viewLag, rebuild: this.projected.rebuild };
  }
}
