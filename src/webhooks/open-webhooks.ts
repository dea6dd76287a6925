import { hostname } from 'node:os';
import type { Ledger } from '../ledger/port.js';
import type { Runtime } from '../runtime/runtime.module.js';
import type { EndpointDesk } from './commands/endpoint-desk.js';
import { ENDPOINT_STREAM } from './endpoint-log.js';
import { Journal } from './journal.js';
import { openDelivery } from './open-delivery.js';

/** After so much silence of the server that sends webhooks another takes over. */
const WEBHOOK_LEASE_MS = 15_000;

/** Contends for the lease, and sends while this server holds it. */
export const openWebhooks = (runtime: Runtime, ledger: Ledger): EndpointDesk => {
  const { config, logger, shutdown } = runtime;
  const journal = new Journal({
    ledger,
    name: `${hostname()}:${process.pid}`.slice(0, 200),
    ttlMs: WEBHOOK_LEASE_MS,
    sole: config.ledger.engine !== 'eventstoredb',
    wanted: () => hasEndpoints(ledger),
    log: {
      info: (facts, text) => logger.info(facts, text),
      warn: (facts, text) => logger.warn(facts, text),
    },
  });
  shutdown.register('streams', 'webhook journal', () => journal.stop());
  const desk = openDelivery(runtime, ledger, journal);
  journal.start();
  return desk;
};

/** Until somebody registers one, nothing is written for webhooks. */
const hasEndpoints = async (ledger: Ledger): Promise<boolean> => {
  for await (const _event of ledger.readStream(ENDPOINT_STREAM, 0n, 1)) return true;
  return false;
};
