import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { GRAPHQL_PATH } from './apollo/options.js';

/** The query page as it is sent: everything in one HTML, nothing loaded from elsewhere. */
export interface GraphiqlPage {
  readonly gzipped: Buffer;
  readonly contentSecurityPolicy: string;
  readonly etag: string;
}

export const renderPage = (): GraphiqlPage => {
  const html = renderGraphiQL({ title: 'hopledger', endpoint: GRAPHQL_PATH, subscriptionsProtocol: 'WS' });
  return {
    gzipped: gzipSync(html),
    contentSecurityPolicy: policy(html),
    etag: `"${createHash('sha256').update(html).digest('base64url')}"`,
  };
};

/** Runs the scripts that the page brings, by their hashes, and no others; talks to this server alone. */
const policy = (html: string): string => {
  const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
    ([, text]) =>
      `'sha256-${createHash('sha256')
        .update(text ?? '')
        .digest('base64')}'`,
  );
  return [
    "default-src 'none'",
    `script-src ${scripts.join(' ')}`,
    // The editor makes style elements as it goes, and its workers out of blobs.
    "style-src 'unsafe-inline'",
    'worker-src blob: data:',
    'img-src data:',
    'font-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
};
