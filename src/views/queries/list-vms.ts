import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { cursorAfter } from '../cursor.js';
import { VIEWS } from '../token.js';
import type { Page, Views, VmFilter, VmRow } from '../views.js';
import { reached, type AtLeast } from './reached.js';

/** A page of VMs, each with the cursor to read on after it. */
export interface VmPage extends Page<VmRow> {
  readonly cursors: readonly string[];
}

/** VMs as lists show them. */
export class ListVms extends Query<VmPage> {
  constructor(
    readonly filter: VmFilter,
    readonly first: number,
    readonly after: string | null,
    readonly atLeast: AtLeast | null,
  ) {
    super();
  }
}

@QueryHandler(ListVms)
export class ListVmsHandler implements IQueryHandler<ListVms> {
  constructor(@Inject(VIEWS) private readonly views: Views) {}

  /** @throws HopledgerError BAD_CURSOR, POSITION_NOT_REACHED */
  async execute({ filter, first, after, atLeast }: ListVms): Promise<VmPage> {
    await reached(this.views, atLeast);
    const page = this.views.vms(filter, first, after);
    return { ...page, cursors: page.rows.map(({ uuid }) => cursorAfter(uuid, filter)) };
  }
}
