import { loadConfig } from './runtime/config.js';
import { obeySignals } from './runtime/signals.js';
import { startFailure } from './runtime/start-failure.js';
import { createHopledger } from './start.js';

try {
  const server = await createHopledger(loadConfig());
  obeySignals(server);
  const url = await server.listen();
  server.runtime.logger.info({ url }, 'listening');
} catch (error) {
  const { text, exitCode } = startFailure(error);
  process.stderr.write(`${text}\n`);
  process.exit(exitCode);
}
