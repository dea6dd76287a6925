import type { FastifyInstance } from 'fastify';
import { HopledgerError } from '../errors.js';
import type { Runtime } from './runtime.module.js';

/** The request's id again, under a name that no proxy gives an answer of its own: by it the host kit knows hopledger. */
const OWN_HEADER = 'hopledger-request';

/** Sent with every answer. A page sets its own `content-security-policy` over this one. */
const HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
};

/** Before anything else of a request: its id and headers on the answer, and no new work while ending. */
export function openRequests(fastify: FastifyInstance, { readiness }: Runtime): void {
  fastify.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'x-request-id': request.id, [OWN_HEADER]: request.id, ...HEADERS });
    if (readiness.stopping && request.routeOptions.config.rules?.unlimited !== true) {
      throw new HopledgerError('SHUTTING_DOWN', 'the server is shutting down');
    }
  });
  // A connection kept alive after its last answer would keep the server from closing until it times out.
  fastify.addHook('onSend', async (_request, reply) => {
    if (readiness.stopping) reply.header('connection', 'close');
  });
}

/** One log line and one count for each request. The path without its query: queries hold what callers look for. */
export function recordRequests(fastify: FastifyInstance, { logger, metrics }: Runtime): void {
  fastify.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? '(none)';
    const ms = Math.round(reply.elapsedTime * 10) / 10;
    metrics.httpRequests.inc({ route, status: reply.statusCode });
    metrics.httpRequestSeconds.observe({ route }, reply.elapsedTime / 1000);
    // Probes and scrapes come every few seconds for ever.
    const level = request.routeOptions.config.rules?.unlimited === true ? 'debug' : 'info';
    logger[level](
      {
        requestId: request.id,
        method: request.method,
        route,
        status: reply.statusCode,
        ms,
        principal: request.principal?.name,
      },
      'request',
    );
  });
}
