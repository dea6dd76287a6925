import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HopledgerError } from '../errors.js';
import type { Authenticator } from './authenticator.js';
import type { Config } from './config.js';
import { requireRole, type Principal } from './principal.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Undefined on public routes when tokens are in use. Read it through `principalOf`. */
    principal: Principal | undefined;
  }
}

/** @throws HopledgerError UNAUTHENTICATED on a public route when tokens are in use */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal !== undefined) return request.principal;
  throw new HopledgerError('UNAUTHENTICATED', 'this needs a bearer token');
}

/**
 * Decides before the body is read whether a request goes on: who asks, and whether the route's rules let them.
 * A route that is not there answers NOT_FOUND to anyone.
 */
export function guardRoutes(
  fastify: FastifyInstance,
  authenticator: Authenticator,
  { auth }: Pick<Config, 'auth'>,
): void {
  fastify.decorateRequest('principal', undefined);
  fastify.addHook('onRequest', async (request) => {
    const rule = request.routeOptions.config.rules?.access ?? 'reader';
    const access = rule === 'metrics' ? (auth.publicMetrics ? 'public' : 'reader') : rule;
    const isOpen = access === 'public' || request.is404;
    // In local mode foreign pages are turned away from open routes as well: there is no other line of defence.
    if (isOpen && authenticator.byToken) return;
    const { authorization, host, origin } = request.headers;
    request.principal = authenticator.authenticate({ authorization, host, origin });
    if (!isOpen) requireRole(request.principal, access);
  });
}
