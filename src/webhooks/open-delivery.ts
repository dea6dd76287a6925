import { join } from 'node:path';
import type { Ledger } from '../ledger/port.js';
import { faultCode } from '../runtime/fault-code.js';
import type { Runtime } from '../runtime/runtime.module.js';
import { VERSION } from '../runtime/version.js';
import { BacklogGauges } from './backlog-gauges.js';
import { EndpointDesk } from './commands/endpoint-desk.js';
import { Dispatcher } from './dispatch/dispatcher.js';
import { RecordedNotes } from './dispatch/notes.js';
import { EndpointLog } from './endpoint-log.js';
import type { Journal } from './journal.js';
import { KeyFile } from './master-key.js';
import { AddressGuard } from './send/address-guard.js';
import { HttpSender } from './send/sender.js';
import { WebhookProjector } from './store/webhook-projector.js';
import { WebhookStore } from './store/webhook-store.js';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Beyond the time that a request may take: until a pause has gone through the ledger and back. */
const QUIET_MARGIN_MS = 5_000;

/** Starts to deliver what the journal holds, and to take commands about endpoints. */
export const openDelivery = (runtime: Runtime, ledger: Ledger, journal: Journal): EndpointDesk => {
  const { config, metrics, readiness, shutdown } = runtime;
  const { allowedNetworks, deniedNetworks, allowInsecure, timeoutMs, retentionDays, maxEndpoints } =
    config.webhooks;
  const log = {
    info: (text: string) => runtime.logger.info(text),
    warn: (text: string) => runtime.logger.warn(text),
  };
  const store = new WebhookStore({
    path: config.ledger.engine === 'memory' ? ':memory:' : join(config.data.directory, 'webhooks.db'),
    retentionMs: retentionDays * DAY_MS,
  });
  const projector = new WebhookProjector({
    ledger,
    store,
    log,
    standsStill: (isSo) => metrics.webhookStoreStandsStill.set(isSo ? 1 : 0),
  });
  readiness.remark('webhooks', () =>
    projector.fault === null ? undefined : `nothing new is sent: ${faultCode(projector.fault)}`,
  );
  const endpoints = new EndpointLog(ledger);
  const guard = new AddressGuard({ allowed: allowedNetworks, denied: deniedNetworks });
  const sender = new HttpSender({ guard, timeoutMs, version: VERSION, allowInsecure });
  const keys = keyFile(config);
  const dispatcher = new Dispatcher({
    store,
    journal,
    ledger,
    sender,
    keys,
    notes: new RecordedNotes(endpoints, store),
    log,
    counted: (outcome) => metrics.webhookDeliveries.inc({ outcome }),
  });
  const gauges = new BacklogGauges(store, log, (due, oldestMs) => {
    metrics.webhooksDue.set(due);
    metrics.webhookOldestDueSeconds.set(oldestMs / 1000);
  });
  gauges.start();
  shutdown.register('views', 'webhook store', async () => {
    gauges.stop();
    await projector.stop();
    store.close();
  });
  // Ends before the journal does: what was just sent is still to be recorded.
  shutdown.register('streams', 'webhook dispatcher', async () => {
    await dispatcher.stop();
    await sender.close();
  });
  projector.start();
  dispatcher.start();
  return new EndpointDesk({
    log: endpoints,
    store,
    keys,
    urls: { guard, allowInsecure },
    maxEndpoints,
    waitMs: config.views.waitMs,
    quietMs: timeoutMs + QUIET_MARGIN_MS,
    wake: () => journal.wake(),
  });
};

/** Servers that share a ledger must share the key; one that has it alone makes its own. */
const keyFile = ({ ledger, data, webhooks }: Runtime['config']): KeyFile => {
  const own = ledger.engine === 'memory' ? null : join(data.directory, 'webhooks.key');
  return new KeyFile({ path: webhooks.keyFile ?? own, mayCreate: ledger.engine === 'sqlite' });
};
