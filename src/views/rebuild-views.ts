import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ProjectedViews } from './projected-views.js';
import type { RebuildStatus } from './rebuild-status.js';

/** Builds the views anew from the ledger, beside those that serve; they are switched when the new ones are level. */
export class RebuildViews extends Command<RebuildStatus> {}

@CommandHandler(RebuildViews)
export class RebuildViewsHandler implements ICommandHandler<RebuildViews> {
  constructor(private readonly projected: ProjectedViews) {}

  /** @returns the one that runs already, if any */
  execute(): Promise<RebuildStatus> {
    return Promise.resolve(this.projected.startRebuild());
  }
}
