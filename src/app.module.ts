import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { GraphqlModule } from './graphql/graphql.module.js';
import { HostKitModule } from './intake/host-kit/host-kit.module.js';
import { LibvirtModule } from './intake/libvirt/libvirt.module.js';
import { UnclaimedLines } from './intake/libvirt/unclaimed-lines.js';
import { SourcesModule } from './intake/sources/sources.module.js';
import { LEDGER } from './ledger/token.js';
import { RECORDING_COMMAND_HANDLERS } from './recording/commands/handlers.js';
import { CatalogueLog } from './recording/catalogue-log.js';
import { DomainNames } from './recording/domain-names.js';
import { HostRegistry } from './recording/host-registry.js';
import { Recorder } from './recording/recorder.js';
import { VmReader } from './recording/vm-reader.js';
import type { Store } from './store.js';
import { VIEW_QUERY_HANDLERS } from './views/queries/handlers.js';
import { ProjectedViews } from './views/projected-views.js';
import { RebuildViewsHandler } from './views/rebuild-views.js';
import { VIEWS } from './views/token.js';
import { EndpointDesk } from './webhooks/commands/endpoint-desk.js';
import { WEBHOOK_COMMAND_HANDLERS } from './webhooks/commands/handlers.js';
import { WEBHOOK_QUERY_HANDLERS } from './webhooks/webhook-queries.js';

/** Gives every edge the one store. */
@Module({})
class StoreModule {
  static with(store: Store): DynamicModule {
    const providers = [
      { provide: LEDGER, useValue: store.ledger },
      { provide: VIEWS, useValue: store.views },
      { provide: ProjectedViews, useValue: store.projected },
      { provide: HostRegistry, useValue: store.hosts },
      { provide: Recorder, useValue: store.recorder },
      { provide: VmReader, useValue: store.reader },
      { provide: DomainNames, useValue: store.names },
      { provide: UnclaimedLines, useValue: store.unclaimed },
      { provide: CatalogueLog, useValue: store.revisions },
      { provide: EndpointDesk, useValue: store.webhooks },
    ];
    return { module: StoreModule, global: true, providers, exports: providers.map(({ provide }) => provide) };
  }
}

/** The whole server on one store: the ways in and GraphQL. */
@Module({})
export class AppModule {
  static with(store: Store): DynamicModule {
    return {
      module: AppModule,
      imports: [
        CqrsModule.forRoot(),
        StoreModule.with(store),
        LibvirtModule,
        HostKitModule,
        SourcesModule,
        GraphqlModule,
      ],
      providers: [
        ...RECORDING_COMMAND_HANDLERS,
        ...VIEW_QUERY_HANDLERS,
        ...WEBHOOK_COMMAND_HANDLERS,
        ...WEBHOOK_QUERY_HANDLERS,
        RebuildViewsHandler,
      ],
    };
  }
}
