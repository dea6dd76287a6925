import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ApolloDriver } from '@nestjs/apollo';

/**
 * Stopping Apollo closes the HTTP server, and Nest stops it before anything else: subscriptions would still be open and
 * keep the server from closing. Here Apollo ends last, so that the order of `Shutdown` holds.
 */
@Injectable()
export class OrderedApolloDriver extends ApolloDriver implements OnApplicationShutdown {
  /** Called first of all; see above. */
  override async stop(): Promise<void> {
    return Promise.resolve();
  }

  async onApplicationShutdown(): Promise<void> {
    await super.stop();
  }
}
