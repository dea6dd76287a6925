import { existsSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { chromium } from 'playwright-core';
import { TestServer } from './graphql-harness.js';

const BROWSER = ['/usr/lib/chromium/chromium', '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  existsSync,
);
const OFFLINE = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What the page may fetch: itself and what it made itself. */
const OWN = /^(data|blob):|^(http|ws):\/\/127\.0\.0\.1/;

// A machine with Node and npm alone has no browser.
(BROWSER === undefined ? test.skip : test)(
  'the query page follows a subscription, under its policy and with no request elsewhere',
  async () => {
    const server = await TestServer.start();
    const browser = await chromium.launch({ executablePath: BROWSER ?? '', args: OFFLINE });
    try {
      const page = await browser.newPage();
      const elsewhere: string[] = [];
      const violations: string[] = [];
      page.on('request', (request) => {
        if (!OWN.test(request.url())) elsewhere.push(request.url());
      });
      page.on('console', (message) => {
        if (/Content Security Policy/i.test(message.text())) violations.push(message.text());
      });
      const run = async (query: string): Promise<void> => {
        await page.goto(`${server.url}/graphiql?query=${encodeURIComponent(query)}`);
        await page.waitForSelector('.graphiql-execute-button');
        await page.click('.graphiql-execute-button');
      };
      await run('subscription { events(after: "") { type host } }');
      const input = {
        idempotencyKey: 'page',
        uuid: '00000000-0000-4000-8000-000000000001',
        host: 'seen-live',
      };
      await server.ask(
        'mutation ($input: RecordGuestResetInput!) { recordGuestReset(input: $input) { __typename } }',
        { input },
      );
      await page.waitForFunction(
        () => document.querySelector('.result-window')?.textContent.includes('seen-live') === true,
      );
      expect(elsewhere).toEqual([]);
      expect(violations).toEqual([]);
    } finally {
      await browser.close();
      await server.close();
    }
  },
  60_000,
);
