import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HopledgerError } from '../errors.js';
import type { Authenticator } from './authenticator.js';
import { clientCertificate } from './client-certificate.js';
import type { Config } from './config.js';
import { requireRole, type Principal } from './principal.js';
import { boundedSigned, refuseLongSigned } from './signed-bodies.js';

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
  { auth, limits }: Pick<Config, 'auth' | 'limits'>,
): void {
  fastify.decorateRequest('principal', undefined);
  const accessOf = ({ routeOptions }: FastifyRequest) => {
    const rule = routeOptions.config.rules?.access ?? 'reader';
    return rule === 'metrics' ? (auth.publicMetrics ? 'public' : 'reader') : rule;
  };
  /** The signature is over the body, which is not there yet: the second hook decides. */
  const isSigned = ({ headers, routeOptions }: FastifyRequest): boolean =>
    routeOptions.config.rules?.signed === true &&
    authenticator.bySignature &&
    headers.authorization === undefined &&
    headers['webhook-signature'] !== undefined;

  fastify.addHook('onRequest', async (request) => {
    const access = accessOf(request);
    const isOpen = access === 'public' || request.is404;
    // In local mode foreign pages are turned away from open routes as well: there is no other line of defence.
    if (isOpen && authenticator.byToken) return;
    if (isSigned(request)) {
      refuseLongSigned(request.headers['content-length'], limits.bodyBytes);
      return;
    }
    const { authorization, host, origin } = request.headers;
    const certificate = clientCertificate(request.raw.socket);
    request.principal = authenticator.authenticate({ authorization, host, origin, certificate });
    if (!isOpen) requireRole(request.principal, access);
  });
  fastify.addHook('preParsing', async (request, _reply, payload) =>
    request.principal === undefined && isSigned(request) ? boundedSigned(payload, limits.bodyBytes) : payload,
  );
  fastify.addHook('preHandler', async (request) => {
    const access = accessOf(request);
    if (access === 'public' || request.principal !== undefined || !isSigned(request)) return;
    const { headers, body } = request;
    request.principal = authenticator.verify(
      {
        'webhook-id': one(headers['webhook-id']),
        'webhook-timestamp': one(headers['webhook-timestamp']),
        'webhook-signature': one(headers['webhook-signature']),
      },
      typeof body === 'string' ? body : '',
    );
    requireRole(request.principal, access);
  });
}

/** A header given twice says nothing. */
const one = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;
