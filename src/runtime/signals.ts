import type { Server } from './server.js';

/** What a process is to the signal handling; tests give their own. */
export interface ProcessLike {
  on(signal: 'SIGTERM' | 'SIGINT' | 'SIGHUP', listener: () => void): unknown;
  exit(code: number): void;
}

/**
 * SIGTERM and SIGINT end the server in order and exit with 0; a second one, or `shutdown.graceMs` gone by, exits with
 * 1 at once. SIGHUP reads the tokens file again; a faulty one is logged and changes nothing.
 */
export function obeySignals(
  server: Pick<Server, 'close' | 'runtime'>,
  processLike: ProcessLike = process,
): void {
  const { config, logger, authenticator } = server.runtime;
  let ending = false;
  const end = (signal: string) => {
    if (ending) {
      logger.warn({ signal }, 'second signal: exiting now');
      processLike.exit(1);
      return;
    }
    ending = true;
    logger.info({ signal, graceMs: config.shutdown.graceMs }, 'shutting down');
    const grace = setTimeout(() => {
      logger.error({ graceMs: config.shutdown.graceMs }, 'did not end in time: exiting now');
      processLike.exit(1);
    }, config.shutdown.graceMs);
    server.close().then(
      () => {
        clearTimeout(grace);
        logger.info('ended');
        processLike.exit(0);
      },
      (error: unknown) => {
        clearTimeout(grace);
        logger.error({ err: error }, 'could not end cleanly');
        processLike.exit(1);
      },
    );
  };
  processLike.on('SIGTERM', () => end('SIGTERM'));
  processLike.on('SIGINT', () => end('SIGINT'));
  processLike.on('SIGHUP', () => {
    try {
      authenticator.reload();
      logger.info('tokens read again');
    } catch (error) {
      logger.error({ err: error }, 'tokens not read; those known before stay in force');
    }
  });
}
