import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Catalogue } from '../../domain/catalogue/catalogue.js';
import { VmReader } from '../../recording/vm-reader.js';

/** The facts that answers rest on now. */
export class GetCatalogue extends Query<Catalogue> {}

@QueryHandler(GetCatalogue)
export class GetCatalogueHandler implements IQueryHandler<GetCatalogue> {
  constructor(private readonly reader: VmReader) {}

  async execute(): Promise<Catalogue> {
    return this.reader.catalogue;
  }
}
