import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chromium, type BrowserContext } from 'playwright-core';
import { startServer, type RunningServer } from '../e2e/running-server.js';

const CHROMIUM = '/usr/bin/chromium';
/** So that Chromium asks nobody anything; as root it needs `--no-sandbox`. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

// A machine with Node and npm alone has no browser; .ci/run installs one.
(existsSync(CHROMIUM) ? describe : describe.skip)('GraphiQL in a browser', () => {
  let server: RunningServer;
  let profile: string;
  let browser: BrowserContext;
  beforeAll(async () => {
    server = await startServer();
    profile = await mkdtemp(join(tmpdir(), 'hopledger-chromium-'));
    browser = await chromium.launchPersistentContext(profile, {
      executablePath: CHROMIUM,
      args: QUIET,
      headless: true,
    });
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
    await rm(profile, { recursive: true, force: true });
  });

  it('answers a query and asks nothing of any other host', async () => {
    const page = await browser.newPage();
    const elsewhere: string[] = [];
    page.on('request', (request) => {
      if (!/^(?:data|blob):/.test(request.url()) && !request.url().startsWith(server.url))
        elsewhere.push(request.url());
    });
    const query = '{ catalogue { revision } }';
    await page.goto(`${server.url}/graphiql?query=${encodeURIComponent(query)}`);
    await page.waitForSelector('.graphiql-execute-button', { timeout: 30_000 });
    await page.click('.graphiql-execute-button');
    const { catalogue } = await server.graphql<{ catalogue: { revision: string } }>(query);
    await page.waitForFunction(
      (revision: string) => document.querySelector('.result-window')?.textContent.includes(revision) === true,
      catalogue.revision,
      { timeout: 20_000 },
    );
    expect(elsewhere).toEqual([]);
  }, 300_000);
});
