import type { FastifyInstance } from 'fastify';
import type { Config } from './config.js';

/**
 * Which content types are read, and as what: JSON (and `…+json`) as JSON; XML, YAML, plain text and newline-delimited
 * JSON as the text they are. All others are refused. A route with the rule `raw` gets JSON as text too: it reads
 * message by message, and signatures are over the text. Limits are those of the route's rules.
 */
export function acceptBodies(fastify: FastifyInstance, { limits }: Pick<Config, 'limits'>): void {
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeContentTypeParser('application/json');
  for (const type of ['application/json', /^application\/[\w.-]+\+json\b/i]) {
    fastify.addContentTypeParser<string>(type, { parseAs: 'string' }, (request, body, done) => {
      if (request.routeOptions.config.rules?.raw === true) done(null, body);
      else void parseJson(request, body, done);
    });
  }
  fastify.addContentTypeParser(
    /^((application|text)\/(xml|(x-)?yaml)|application\/[\w.-]+\+xml|application\/x-ndjson)\b/i,
    { parseAs: 'string' },
    (_request, body, done) => done(null, body),
  );
  fastify.addHook('onRoute', (route) => {
    const body = route.config?.rules?.body;
    if (body !== undefined) route.bodyLimit = body === 'hook' ? limits.hookBodyBytes : limits.eventsBodyBytes;
  });
}
