import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { TestServer, tokensFile } from './graphql-harness.js';
import { Life } from './graphql-life.js';
import { CliUnderTest } from './cli-process.js';

const REBUILD = 'mutation { rebuildViews { state eventsRead reason } }';
const STATUS = '{ ledger { viewsRebuild { state startedAt endedAt eventsRead reason } } }';

describe('the views built anew on request', () => {
  const made = tokensFile([
    { name: 'recorder', role: 'recorder' },
    { name: 'operator', role: 'operator' },
    { name: 'admin', role: 'admin' },
  ]);
  const as = (name: string) => ({ token: made.tokens[name] ?? '' });
  let server: TestServer;
  const cli = new CliUnderTest();
  beforeAll(async () => {
    server = await TestServer.start({ HOPLEDGER_AUTH_TOKENS_FILE: made.file });
  });
  afterAll(async () => {
    await cli.stopAll();
    await server.close();
    made.remove();
  });

  test('are for an admin alone', async () => {
    const { errors } = await server.ask(REBUILD, {}, as('operator'));
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', needs: 'admin', has: 'operator' });
    expect((await server.ask(STATUS, {}, as('operator'))).data.ledger.viewsRebuild).toBeNull();
  });

  test('show how they get on in the ledger’s status and in the metrics, and then serve', async () => {
    const life = new Life(server, randomUUID(), undefined, made.tokens['recorder']);
    for (let reset = 0; reset < 5; reset += 1) await life.record('recordGuestReset', { host: 'hosta' });
    const begun = await server.ask(REBUILD, {}, as('admin'));
    expect(begun.data.rebuildViews).toEqual({ state: 'RUNNING', eventsRead: 0, reason: null });
    let { data } = await server.ask(STATUS, {}, as('admin'));
    while (data.ledger.viewsRebuild.state === 'RUNNING') {
      await setTimeout(10);
      ({ data } = await server.ask(STATUS, {}, as('admin')));
    }
    expect(data.ledger.viewsRebuild).toMatchObject({ state: 'DONE', eventsRead: 6, reason: null });
    const after = await server.ask('{ fleet { vms } }', {}, as('admin'));
    expect(after.data.fleet.vms).toBe(1);
    const metrics = await fetch(`${server.url}/metrics`, {
      headers: { authorization: `Bearer ${as('admin').token}` },
    });
    expect(await metrics.text()).toContain('hopledger_views_rebuilds_total{outcome="done"} 1');
  });

  test('are begun and waited for on the command line', async () => {
    const env = { HOPLEDGER_URL: server.url, HOPLEDGER_TOKEN: as('admin').token };
    // The views before are kept for a minute; what follows them waits for that.
    const begun = await cli.run(['views', 'rebuild', '--no-wait'], env);
    expect(begun).toMatchObject({ code: 0, out: 'views running: 0 events read\n' });
    const refused = await cli.run(['views', 'rebuild'], { ...env, HOPLEDGER_TOKEN: as('operator').token });
    expect(refused.code).not.toBe(0);
    expect(refused.err).toContain('admin');
  });
});
