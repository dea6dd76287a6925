import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Controller, Get, Headers, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { HopledgerError } from '../errors.js';
import type { Config } from '../runtime/config.js';
import { CONFIG } from '../runtime/provided.js';
import { Route } from '../runtime/route.js';
import { renderPage, type GraphiqlPage } from './graphiql-page.js';

/**
 * `GET /graphiql`: a page to try queries on. It holds nothing of the ledger, so it needs no token; the queries made on it
 * do, in the page's own field for headers.
 */
@Controller()
export class GraphiqlController {
  #page: GraphiqlPage | undefined;

  constructor(@Inject(CONFIG) private readonly config: Config) {}

  @Get('graphiql')
  @Route({ access: 'public' })
  async page(
    @Headers('accept-encoding') encodings: string | undefined,
    @Headers('if-none-match') known: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | undefined> {
    if (!this.config.graphql.graphiql) throw new HopledgerError('NOT_FOUND', 'no route GET /graphiql');
    // Rendered when first asked for: it takes a quarter of a second and most servers never need it.
    const { gzipped, contentSecurityPolicy, etag } = (this.#page ??= renderPage());
    const headers = {
      'cache-control': 'no-cache',
      'content-security-policy': contentSecurityPolicy,
      vary: 'accept-encoding',
      etag,
    };
    void reply.headers(headers);
    if (known === etag) {
      void reply.status(304);
      return undefined;
    }
    void reply.header('content-type', 'text/html; charset=utf-8');
    if (!/\bgzip\b/.test(encodings ?? '')) return promisify(gunzip)(gzipped);
    void reply.header('content-encoding', 'gzip');
    return gzipped;
  }
}
