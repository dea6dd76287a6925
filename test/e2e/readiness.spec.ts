import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseSync } from '@photostructure/sqlite';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { startServer, type RunningServer } from './running-server.js';

const PATH = '/var/lib/hopledger/of-nobodys-business';
const REPORT = 'mutation ($input: ReportHostInput!) { reportHost(input: $input) { __typename } }';

describe('readiness, which anybody may ask', () => {
  let directory: string;
  let server: RunningServer;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'readiness-'));
    server = await startServer({ HOPLEDGER_LEDGER_ENGINE: 'sqlite', HOPLEDGER_DATA_DIRECTORY: directory });
  });
  afterEach(async () => {
    await server.stop();
    rmSync(directory, { recursive: true });
  });

  /** What it says, once that holds a text. */
  const readiness = async (what: string): Promise<string> => {
    for (;;) {
      const text = await (await fetch(`${server.url}/health/ready`)).text();
      if (text.includes(what)) return text;
      await setTimeout(20);
    }
  };

  it('says that the views stand still and a code, and not what the error says', async () => {
    await readiness('"ready"');
    const views = new DatabaseSync(join(directory, 'views.db'), { timeout: 5_000 });
    views.exec(
      `CREATE TRIGGER refuse BEFORE UPDATE ON checkpoint BEGIN SELECT RAISE(ABORT, 'cannot write ${PATH}'); END`,
    );
    views.close();
    const input = { idempotencyKey: 'one', host: 'hv1', builds: [{ version: '8.2.0' }] };
    await server.graphql(REPORT, { input });
    const text = await readiness('stand still');
    expect(JSON.parse(text)).toEqual({
      status: 'not ready',
      reasons: { views: expect.stringMatching(/^the views stand still: SQLITE_[A-Z]+$/) },
    });
  });
});
