import 'reflect-metadata';
import rateLimit from '@fastify/rate-limit';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HopledgerError } from '../errors.js';
import { guardRoutes } from './auth.js';
import { acceptBodies } from './bodies.js';
import { ErrorFilter } from './error-filter.js';
import { NestLogger } from './logging.js';
import { openRequests, recordRequests } from './request-hooks.js';
import { requestId } from './request-id.js';
import { RuntimeModule, type Runtime } from './runtime.module.js';
import { tlsOptions } from './tls.js';

/** A server that is set up and does not listen yet. */
export interface Server {
  readonly app: NestFastifyApplication;
  readonly runtime: Runtime;
  /** @returns the URL to reach it, with the port in use. */
  listen(): Promise<string>;
  /** Ends what is under way in order (see `Shutdown`); resolves when all is closed. Safe to call twice. */
  close(): Promise<void>;
}

@Module({})
class Root {}

/**
 * Puts `module` behind the guards that every request passes: request id, security headers, authentication, rate
 * limit, body limits, one form of errors. `module` may inject all that `RuntimeModule` provides.
 */
export async function createServer(module: Type | DynamicModule, runtime: Runtime): Promise<Server> {
  const { config, logger, readiness } = runtime;
  const errors = new ErrorFilter(logger);
  const { trustedProxies } = config.listen;
  const https = tlsOptions(config);
  const adapter = new FastifyAdapter({
    ...(https === null ? {} : { https }),
    logger: false,
    genReqId: requestId,
    requestIdHeader: false,
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    bodyLimit: config.limits.bodyBytes,
    // Against clients that send their request a byte at a time.
    requestTimeout: config.limits.requestMs,
    // A URL that the router cannot read never reaches the hooks.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) =>
      errors.answer(error, request, reply),
  });
  const fastify: FastifyInstance = adapter.getInstance();
  openRequests(fastify, runtime);
  guardRoutes(fastify, runtime.authenticator, config);
  recordRequests(fastify, runtime);
  acceptBodies(fastify, config);
  if (config.rateLimit.requests > 0) await limitRates(fastify, config.rateLimit);

  const root: DynamicModule = { module: Root, imports: [RuntimeModule.with(runtime), module] };
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: new NestLogger(logger),
    // Nest's own parsers would read web forms too, which any page can post.
    bodyParser: false,
    abortOnError: false,
  });
  app.useGlobalFilters(errors);

  return {
    app,
    runtime,
    async listen() {
      const { host, port } = config.listen;
      await app.listen(port, host);
      return urlOf(app, https === null ? 'http' : 'https', host);
    },
    async close() {
      readiness.stop();
      await app.close();
    },
  };
}

async function limitRates(
  fastify: FastifyInstance,
  { requests, windowMs }: Runtime['config']['rateLimit'],
): Promise<void> {
  await fastify.register(rateLimit, {
    max: requests,
    timeWindow: windowMs,
    keyGenerator: ({ principal, ip }) => (principal === undefined ? `ip ${ip}` : `name ${principal.name}`),
    allowList: (request) => request.routeOptions.config.rules?.unlimited === true,
    errorResponseBuilder: (_request, { max, ttl }) =>
      new HopledgerError('RATE_LIMITED', `over ${max} requests in ${windowMs} ms`, {
        limit: max,
        retryAfterMs: ttl,
      }),
  });
}

function urlOf(app: NestFastifyApplication, scheme: string, host: string): string {
  const address: unknown = app.getHttpServer().address();
  const port = typeof address === 'object' && address !== null && 'port' in address ? address.port : '';
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
}
