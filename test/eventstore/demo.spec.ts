import { expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { openServerUnderTest } from './server-under-test.js';

it('the demo agrees with what was read in the guests, with its ledger in EventStoreDB', async () => {
  const server = await openServerUnderTest();
  const demo = ['run', '--silent', 'demo', '--', '--exit', '--ledger', server.connection];
  // It exits with 0 only when all agrees.
  const { stdout } = await promisify(execFile)('npm', demo, { maxBuffer: 8 * 1024 * 1024 });
  expect(stdout).toMatch(/its ledger in EventStoreDB, namespace hopledger-demo-/);
  expect(stdout).toMatch(/(\d+) of \1 registers agree, (\d+) of \2 whereabouts agree/);
  const namespaces = server.standIn?.log.all.filter(({ stream }) => stream.startsWith('hopledger-demo-'));
  if (namespaces) expect(namespaces.length).toBeGreaterThan(100);
  await server.close();
}, 300_000);
