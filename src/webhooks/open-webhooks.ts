import { hostname } from 'node:os';
import { START, type Ledger, type Position } from '../ledger/port.js';
import type { HostRegistry } from '../recording/host-registry.js';
import type { VmReader } from '../recording/vm-reader.js';
import { faultCode } from '../runtime/fault-code.js';
import type { Runtime } from '../runtime/runtime.module.js';
import { Histories } from '../views/histories.js';
import type { Views } from '../views/views.js';
import type { EndpointDesk } from './commands/endpoint-desk.js';
import { ENDPOINT_STREAM } from './endpoint-log.js';
import type { IssueSources } from './issue-stretch.js';
import { Issuer } from './issuer.js';
import { Journal, type JournalLog } from './journal.js';
import { MAX_BODY_BYTES } from './message.js';
import { openDelivery } from './open-delivery.js';
import { viewsReached } from './views-reached.js';

/** What messages are made from. */
export interface WebhookSources {
  readonly ledger: Ledger;
  readonly hosts: HostRegistry;
  readonly reader: VmReader;
  readonly views: Views;
}

/** Events of VM histories held in memory, over all VMs, once there is an endpoint. */
const HISTORY_EVENTS = 20_000;
/** Until the views reach an event whose VMs they are asked for. */
const VIEWS_WAIT_MS = 30_000;

/** Contends for the lease; while this server holds it, issues messages and sends them. */
export const openWebhooks = (runtime: Runtime, sources: WebhookSources): EndpointDesk => {
  const { config, logger, metrics, readiness, shutdown } = runtime;
  const { ledger } = sources;
  const log: JournalLog = {
    info: (facts, text) => logger.info(facts, text),
    warn: (facts, text) => logger.warn(facts, text),
  };
  const journal = new Journal({
    ledger,
    name: `${hostname()}:${process.pid}`.slice(0, 200),
    ttlMs: config.webhooks.leaseTtlMs,
    sole: config.ledger.engine !== 'eventstoredb',
    wanted: async () => (await firstEndpoint(ledger)) !== null,
    limits: { maxEventBytes: config.ledger.maxEventBytes },
    log,
  });
  journal.onHolding((holding) => metrics.leaseHolding.set(holding ? 1 : 0));
  const issuer = new Issuer({
    ledger,
    journal,
    sources: issueSources(sources, config.ledger.maxEventBytes, log),
    begin: async () => (await firstEndpoint(ledger)) ?? START,
    log,
    issued: (messages) => metrics.webhookMessages.inc(messages),
  });
  readiness.remark('webhook issuer', () =>
    issuer.fault === null ? undefined : `nothing new is told of: ${faultCode(issuer.fault)}`,
  );
  shutdown.register('streams', 'webhook journal', () => journal.stop());
  shutdown.register('streams', 'webhook issuer', () => issuer.stop());
  const desk = openDelivery(runtime, ledger, journal);
  issuer.start();
  journal.start();
  return desk;
};

const issueSources = (
  { ledger, hosts, reader, views }: WebhookSources,
  maxEventBytes: number,
  log: JournalLog,
): IssueSources => {
  const reached = (position: Position, signal: AbortSignal) =>
    viewsReached(views, position, { timeoutMs: VIEWS_WAIT_MS, signal });
  return {
    histories: new Histories(ledger, HISTORY_EVENTS),
    hosts,
    knowledge: (upTo) => reader.knowledge(upTo),
    vmsOfHost: async (host, position, signal) => {
      await reached(position, signal);
      return views.vmsOfHost(host);
    },
    tainted: async (position, signal) => {
      await reached(position, signal);
      return views.fleet().byBehaviour;
    },
    maxBodyBytes: Math.min(MAX_BODY_BYTES, Math.floor(maxEventBytes * 0.7)),
    failed: (stream, position, error) =>
      log.warn({ stream, position, error: String(error) }, 'webhooks: an event could not be told of'),
  };
};

/** Where the first endpoint was registered; until then nothing is written for webhooks. */
const firstEndpoint = async (ledger: Ledger): Promise<Position | null> => {
  for await (const { position } of ledger.readStream(ENDPOINT_STREAM, 0n, 1)) return position;
  return null;
};
