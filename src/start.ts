import { AppModule } from './app.module.js';
import type { Config } from './runtime/config.js';
import { createRuntime, type Runtime } from './runtime/runtime.module.js';
import { createServer, type Server } from './runtime/server.js';
import { openStore } from './store.js';

/** A server on its store, set up and not yet listening. Closing it closes the store. */
export const createHopledger = async (
  config: Config,
  runtime: Runtime = createRuntime(config),
): Promise<Server> => {
  const store = await openStore(runtime);
  return createServer(AppModule.with(store), runtime);
};
