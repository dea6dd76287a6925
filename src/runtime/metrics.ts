import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Of an append, as the metrics count it. */
export type AppendOutcome = 'appended' | 'repeated' | 'refused' | 'overloaded' | 'unknown';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** All that `/metrics` shows. A registry of its own, so that two servers in one process do not mix. */
export class Metrics {
  readonly #registry = new Registry();

  /** Events that the ledger has and the views have not applied. */
  readonly viewLagEvents = new Gauge({
    name: 'hopledger_view_lag_events',
    help: 'Events in the ledger that the views have not applied yet',
    registers: [this.#registry],
  });
  readonly viewsRebuilds = new Counter<'outcome'>({
    name: 'hopledger_views_rebuilds_total',
    help: 'Rebuilds of the views beside those that serve, by outcome',
    labelNames: ['outcome'],
    registers: [this.#registry],
  });
  readonly viewsRebuildEvents = new Gauge({
    name: 'hopledger_views_rebuild_events',
    help: 'Events that the rebuild under way has read; 0 when none is',
    registers: [this.#registry],
  });
  readonly ledgerAppends = new Counter<'outcome'>({
    name: 'hopledger_ledger_appends_total',
    help: 'Appends to the ledger by outcome',
    labelNames: ['outcome'],
    registers: [this.#registry],
  });
  readonly hookDecisions = new Counter<'operation' | 'answer'>({
    name: 'hopledger_hook_decisions_total',
    help: 'Answers to the libvirt hook by operation and answer',
    labelNames: ['operation', 'answer'],
    registers: [this.#registry],
  });
  readonly hookDecisionSeconds = new Histogram({
    name: 'hopledger_hook_decision_seconds',
    help: 'Time from a hook call to its answer',
    buckets: SECONDS,
    registers: [this.#registry],
  });
  readonly httpRequests = new Counter<'route' | 'status'>({
    name: 'hopledger_http_requests_total',
    help: 'HTTP requests by route and status',
    labelNames: ['route', 'status'],
    registers: [this.#registry],
  });
  readonly httpRequestSeconds = new Histogram<'route'>({
    name: 'hopledger_http_request_seconds',
    help: 'Duration of HTTP requests by route',
    labelNames: ['route'],
    buckets: SECONDS,
    registers: [this.#registry],
  });

  /** 1 on the one server that sends webhooks. */
  readonly leaseHolding = new Gauge({
    name: 'hopledger_lease_holding',
    help: 'Whether this server holds the lease of webhooks',
    registers: [this.#registry],
  });
  readonly webhookMessages = new Counter({
    name: 'hopledger_webhook_messages_total',
    help: 'Messages that this server issued to the outbox of webhooks',
    registers: [this.#registry],
  });
  readonly webhookDeliveries = new Counter<'outcome'>({
    name: 'hopledger_webhook_deliveries_total',
    help: 'Attempts to deliver a webhook by what came of them',
    labelNames: ['outcome'],
    registers: [this.#registry],
  });
  readonly webhookStoreStandsStill = new Gauge({
    name: 'hopledger_webhook_store_stands_still',
    help: '1 while this server cannot read on in what there is to send: it sends nothing new, and its other figures of webhooks are old',
    registers: [this.#registry],
  });
  readonly webhooksDue = new Gauge({
    name: 'hopledger_webhook_due',
    help: 'Webhooks that could be sent now, at endpoints that are not paused',
    registers: [this.#registry],
  });
  readonly webhookOldestDueSeconds = new Gauge({
    name: 'hopledger_webhook_oldest_due_seconds',
    help: 'For how long the oldest of them has been due; 0 when there is none',
    registers: [this.#registry],
  });

  constructor(version: string) {
    const build = new Gauge({
      name: 'hopledger_build_info',
      help: 'Always 1; the labels say which build runs',
      labelNames: ['version', 'node'],
      registers: [this.#registry],
    });
    build.set({ version, node: process.version }, 1);
    collectDefaultMetrics({ register: this.#registry });
  }

  countAppend(outcome: AppendOutcome): void {
    this.ledgerAppends.inc({ outcome });
  }

  /** @param operation one that libvirt documents, or `unknown`: a label must not grow with what callers send */
  countHookDecision(operation: string, answer: string, seconds: number): void {
    this.hookDecisions.inc({ operation, answer });
    this.hookDecisionSeconds.observe(seconds);
  }

  /** Prometheus' text format. */
  async text(): Promise<{ readonly contentType: string; readonly body: string }> {
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }
}
