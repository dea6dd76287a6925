import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { digestsOf } from '../../catalogue/digests.js';
import type { CatalogueDigests } from '../../domain/catalogue/digests.js';
import { CatalogueLog, type RecordedRevision } from '../../recording/catalogue-log.js';
import { VmReader } from '../../recording/vm-reader.js';

/** Revisions of the catalogue that the ledger has, oldest first. */
export class ListCatalogueRevisions extends Query<readonly RecordedRevision[]> {}

@QueryHandler(ListCatalogueRevisions)
export class ListCatalogueRevisionsHandler implements IQueryHandler<ListCatalogueRevisions> {
  constructor(private readonly log: CatalogueLog) {}

  async execute(): Promise<readonly RecordedRevision[]> {
    return this.log.revisions();
  }
}

/** The catalogue in use, by digests. */
export class GetCatalogueDigests extends Query<CatalogueDigests> {}

@QueryHandler(GetCatalogueDigests)
export class GetCatalogueDigestsHandler implements IQueryHandler<GetCatalogueDigests> {
  constructor(private readonly reader: VmReader) {}

  async execute(): Promise<CatalogueDigests> {
    return digestsOf(this.reader.catalogue);
  }
}
