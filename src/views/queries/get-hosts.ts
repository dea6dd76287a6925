import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { HostRegistry, type KnownHost } from '../../recording/host-registry.js';
import { pageOf, type Slice } from './page-of.js';

/** One host as last reported; null when it never was. */
export class GetHost extends Query<KnownHost | null> {
  constructor(readonly name: string) {
    super();
  }
}

@QueryHandler(GetHost)
export class GetHostHandler implements IQueryHandler<GetHost> {
  constructor(private readonly hosts: HostRegistry) {}

  async execute({ name }: GetHost): Promise<KnownHost | null> {
    return this.hosts.host(name);
  }
}

/** Hosts in the order of their names; `after` is the name of one. */
export class ListHosts extends Query<Slice<KnownHost>> {
  constructor(
    readonly first: number,
    readonly after: string | null,
  ) {
    super();
  }
}

@QueryHandler(ListHosts)
export class ListHostsHandler implements IQueryHandler<ListHosts> {
  constructor(private readonly hosts: HostRegistry) {}

  /** @throws HopledgerError BAD_CURSOR */
  async execute({ first, after }: ListHosts): Promise<Slice<KnownHost>> {
    return pageOf(this.hosts.hosts(), ({ name }) => name, first, after);
  }
}
