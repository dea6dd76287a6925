import type { FastifyInstance } from 'fastify';
import type { Config } from './config.js';

/**
 * Which content types are read, and as what: JSON (and `…+json`, CloudEvents among them) as JSON; XML, plain text and
 * newline-delimited JSON as the text they are. All others are refused. Limits are those of the route's rules.
 */
export function acceptBodies(fastify: FastifyInstance, { limits }: Pick<Config, 'limits'>): void {
  fastify.addContentTypeParser(
    /^application\/[\w.-]+\+json\b/i,
    { parseAs: 'string' },
    fastify.getDefaultJsonParser('error', 'error'),
  );
  fastify.addContentTypeParser(
    /^((application|text)\/xml|application\/[\w.-]+\+xml|application\/x-ndjson)\b/i,
    { parseAs: 'string' },
    (_request, body, done) => done(null, body),
  );
  fastify.addHook('onRoute', (route) => {
    const body = route.config?.rules?.body;
    if (body !== undefined) route.bodyLimit = body === 'hook' ? limits.hookBodyBytes : limits.eventsBodyBytes;
  });
}
