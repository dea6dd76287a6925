import type { FastifyInstance } from 'fastify';
import { HopledgerError } from '../errors.js';
import type { Config } from './config.js';

/**
 * Which content types are read, and as what: JSON (and `…+json`) as JSON; XML, YAML, plain text and newline-delimited
 * JSON as the text they are. All others are refused. A route with the rule `raw` gets JSON as text too: it reads
 * message by message, and signatures are over the text. Nothing is unpacked: limits, which are those of the route's rules,
 * are those of what is sent.
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
  fastify.addHook('preParsing', async ({ headers }) => {
    const encoding = headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity')
      throw new HopledgerError(
        'UNSUPPORTED_MEDIA_TYPE',
        'the body is packed (content-encoding); send it as it is',
      );
  });
  fastify.addHook('onRoute', (route) => {
    const body = route.config?.rules?.body;
    if (body !== undefined) route.bodyLimit = body === 'hook' ? limits.hookBodyBytes : limits.eventsBodyBytes;
  });
}
