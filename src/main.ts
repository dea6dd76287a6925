import { loadConfig } from './runtime/config.js';
import { obeySignals } from './runtime/signals.js';
import { startFailure } from './runtime/start-failure.js';
import { createHopledger } from './start.js';

// What is recorded is nobody else's to read on this machine.
process.umask(0o077);

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
