import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ReportsMissed } from '../../domain/host/report.js';
import type { Position } from '../../ledger/port.js';
import { eventId } from '../../recording/event-id.js';
import { HostRegistry } from '../../recording/host-registry.js';
import { metadataOf, type ReportContext } from '../../recording/report-context.js';

export interface GapOutcome {
  readonly eventId: string;
  readonly repeated: boolean;
  readonly position: Position;
}

/** Records that a host could not keep or hear what it should have told. */
export class ReportGap extends Command<GapOutcome> {
  constructor(
    readonly gap: Omit<ReportsMissed, 'type'>,
    readonly context: ReportContext,
  ) {
    super();
  }
}

@CommandHandler(ReportGap)
export class ReportGapHandler implements ICommandHandler<ReportGap> {
  constructor(private readonly hosts: HostRegistry) {}

  execute({ gap, context }: ReportGap): Promise<GapOutcome> {
    const { host, source, from, to, count } = gap;
    const id = eventId('ReportsMissed', host, source, from, to, String(count));
    return this.hosts.append({ type: 'ReportsMissed', ...gap }, id, metadataOf(context, to, null));
  }
}
