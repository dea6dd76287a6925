import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyContextConfig } from 'fastify';
import type { Role } from './principal.js';

/** Who may call a route, and how large its body may be. Routes that say nothing need a `reader`. */
export interface RouteRules {
  /**
   * Least role; `public` routes answer without a token too; `metrics` is `public` or `reader` by
   * `auth.publicMetrics`. @defaultValue `reader`
   */
  readonly access?: Role | 'public' | 'metrics';
  /** Which of the `limits.*BodyBytes` applies. @defaultValue the general one */
  readonly body?: 'hook' | 'events';
  /** The body is given as text, whatever its content type. */
  readonly raw?: boolean;
  /** A signature over the body (Standard Webhooks) may stand for a token. Goes with `raw`; at most `limits.bodyBytes`. */
  readonly signed?: boolean;
  /** Not counted against `rateLimit`, and answered while the server shuts down. */
  readonly unlimited?: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    rules?: RouteRules;
  }
}

/** For Nest controllers: `@Route({ access: 'recorder', body: 'hook' })` on the method. */
export function Route(rules: RouteRules): MethodDecorator & ClassDecorator {
  return RouteConfig(routeConfig(rules));
}

/** For plain Fastify routes: `fastify.get(path, { config: routeConfig({ access: 'public' }) }, handler)`. */
export function routeConfig(rules: RouteRules): FastifyContextConfig {
  return { rules };
}
