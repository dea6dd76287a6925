import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { digestsOf } from './catalogue/digests.js';
import { loadCatalogue } from './catalogue/load.js';
import type { Catalogue } from './domain/catalogue/catalogue.js';
import { UnclaimedFollower } from './intake/libvirt/unclaimed-follower.js';
import { UnclaimedLines } from './intake/libvirt/unclaimed-lines.js';
import { DEFAULT_LIMITS } from './ledger/limits.js';
import { openLedger, type LedgerOptions } from './ledger/open.js';
import type { Ledger } from './ledger/port.js';
import { CatalogueLog } from './recording/catalogue-log.js';
import { DomainNames } from './recording/domain-names.js';
import { HostRegistry } from './recording/host-registry.js';
import { Recorder } from './recording/recorder.js';
import { reportContext } from './recording/report-context.js';
import { VmReader } from './recording/vm-reader.js';
import type { Config } from './runtime/config.js';
import { VERSION } from './runtime/version.js';
import { metered } from './runtime/metered-ledger.js';
import { faultCode } from './runtime/fault-code.js';
import type { Runtime } from './runtime/runtime.module.js';
import { LedgerWatch } from './views/ledger-watch.js';
import { ProjectedViews } from './views/projected-views.js';
import type { Views } from './views/views.js';
import type { EndpointDesk } from './webhooks/commands/endpoint-desk.js';
import { openWebhooks } from './webhooks/open-webhooks.js';

/** All that lives as long as the server: the ledger, and what is computed from it. */
export interface Store {
  readonly ledger: Ledger;
  readonly catalogue: Catalogue;
  readonly hosts: HostRegistry;
  readonly recorder: Recorder;
  readonly reader: VmReader;
  readonly names: DomainNames;
  readonly unclaimed: UnclaimedLines;
  readonly revisions: CatalogueLog;
  readonly views: Views;
  readonly projected: ProjectedViews;
  readonly webhooks: EndpointDesk;
}

/**
 * Opens the ledger and starts the projector. Registers with the runtime what to ask for readiness and what to
 * close, in which order.
 */
export const openStore = async (runtime: Runtime): Promise<Store> => {
  const { config, logger, metrics, readiness, shutdown } = runtime;
  const { directory } = config.data;
  const onDisk = config.ledger.engine !== 'memory';
  if (onDisk) await mkdir(directory, { recursive: true });
  const ledger = metered(await openLedger(ledgerOptions(config)), metrics);
  shutdown.register('ledger', 'ledger', () => ledger.close());

  const facts = loadCatalogue();
  const revisions = new CatalogueLog(ledger);
  const own = reportContext({ actor: 'hopledger', tool: 'hopledger' });
  const revised = await revisions.record(digestsOf(facts), own);
  if (revised !== null)
    logger.info({ revision: revised.revision, previous: revised.previous }, 'catalogue revised');
  const hosts = new HostRegistry(ledger);
  // Hosts add to it what their binaries say, whenever they report.
  const catalogue = { ...facts, binaries: hosts.builds.binaries() };
  for (const unreadable of await hosts.load()) logger.error(unreadable, 'a host report could not be read');
  const recorder = new Recorder(ledger);
  const reader = new VmReader(ledger, hosts, catalogue, config.tiers);

  const path = onDisk ? join(directory, 'views.db') : ':memory:';
  const log = { info: (text: string) => logger.info(text), warn: (text: string) => logger.warn(text) };
  const projected = new ProjectedViews({
    path,
    catalogueRevision: catalogue.revision,
    release: VERSION,
    ledger,
    hosts,
    catalogue,
    log,
    rebuilt: (outcome) => metrics.viewsRebuilds.inc({ outcome }),
  });
  const { views } = projected;
  projected.start();
  shutdown.register('views', 'views', () => projected.stop());
  const watch = new LedgerWatch({
    lag: () => views.lag(),
    measured: (lag) => {
      const { rebuild } = projected;
      metrics.viewsRebuildEvents.set(rebuild?.state === 'running' ? rebuild.eventsRead : 0);
      metrics.viewLagEvents.set(lag);
    },
    failed: (err) => logger.warn({ err }, 'the view lag could not be measured'),
  });
  watch.start();
  shutdown.register('views', 'watch', () => watch.stop());
  readiness.register('ledger', () => watch.silence);

  const names = new DomainNames(views);
  const unclaimed = new UnclaimedLines(ledger, recorder, names);
  const follower = new UnclaimedFollower({ ledger, views, lines: unclaimed, context: own, log: logger });
  shutdown.register('views', 'unclaimed lines', () => follower.stop());
  let caughtUp = false;
  void projected.caughtUp.then(() => {
    follower.start();
    return follower.caughtUp.then(() => (caughtUp = true));
  });
  readiness.register('views', () => {
    if (!caughtUp) return 'the views are being built from the ledger';
    const { fault } = projected;
    if (fault !== null) return `the views stand still: ${faultCode(fault)}`;
    const { behind } = watch;
    return behind > config.views.readyLagEvents ? `the views are ${behind} events behind` : undefined;
  });
  const webhooks = openWebhooks(runtime, { ledger, hosts, reader, views });
  return {
    ledger,
    catalogue,
    hosts,
    recorder,
    reader,
    names,
    unclaimed,
    revisions,
    views,
    projected,
    webhooks,
  };
};

const ledgerOptions = ({ data, ledger }: Config): LedgerOptions => {
  const { engine, connection = '', namespace, maxWaiting, maxBatch, maxEventBytes } = ledger;
  const limits = { maxWaitingAppends: maxWaiting, maxGroupAppends: maxBatch, maxEventBytes };
  // The largest event is an append too. EventStoreDB has its own bound, which this server does not set.
  const own = { ...limits, maxAppendBytes: Math.max(DEFAULT_LIMITS.maxAppendBytes, maxEventBytes) };
  switch (engine) {
    case 'memory':
      return { engine, limits: own };
    case 'sqlite':
      return { engine, path: data.ledgerFile, limits: own };
    case 'eventstoredb':
      return { engine, connection, namespace, limits };
  }
};
