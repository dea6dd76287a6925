import {
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Authenticator } from './authenticator.js';
import type { Config } from './config.js';
import { createLogger, type Logger } from './logging.js';
import { Metrics } from './metrics.js';
import { OpsController } from './ops.controller.js';
import { AUTHENTICATOR, CONFIG, LOGGER, METRICS, READINESS, SHUTDOWN } from './provided.js';
import { Readiness } from './readiness.js';
import { Shutdown } from './shutdown.js';
import { VERSION } from './version.js';

/** What every part of one running server shares. */
export interface Runtime {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  readonly shutdown: Shutdown;
  readonly authenticator: Authenticator;
}

/** @throws ConfigError when the tokens file is not valid */
export function createRuntime(config: Config, logger: Logger = createLogger(config)): Runtime {
  return {
    config,
    logger,
    metrics: new Metrics(VERSION),
    readiness: new Readiness((name, err) => logger.warn({ err, check: name }, 'a readiness check failed')),
    shutdown: new Shutdown(logger),
    authenticator: new Authenticator(config),
  };
}

/** Global: gives the parts of {@link Runtime} to any provider by their tokens, and ends them in order. */
@Module({})
export class RuntimeModule {
  static with(runtime: Runtime): DynamicModule {
    const providers = [
      { provide: CONFIG, useValue: runtime.config },
      { provide: LOGGER, useValue: runtime.logger },
      { provide: METRICS, useValue: runtime.metrics },
      { provide: READINESS, useValue: runtime.readiness },
      { provide: SHUTDOWN, useValue: runtime.shutdown },
      { provide: AUTHENTICATOR, useValue: runtime.authenticator },
    ];
    return {
      module: RuntimeModule,
      global: true,
      controllers: [OpsController],
      providers: [...providers, { provide: Ending, useValue: new Ending(runtime.shutdown) }],
      exports: providers.map(({ provide }) => provide),
    };
  }
}

/** Nest closes the HTTP server between these two. */
class Ending implements BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(private readonly shutdown: Shutdown) {}

  async beforeApplicationShutdown(): Promise<void> {
    await this.shutdown.run('streams');
  }

  async onApplicationShutdown(): Promise<void> {
    await this.shutdown.run('views');
    await this.shutdown.run('ledger');
  }
}
