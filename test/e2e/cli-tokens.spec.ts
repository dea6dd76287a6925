import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CliUnderTest } from './cli-process.js';

const folder = mkdtempSync(join(tmpdir(), 'hopledger-cli-tokens-'));
const cli = new CliUnderTest();
const tokens = join(folder, 'tokens.json');
let url = '';

const create = async (name: string, ...more: string[]): Promise<string> => {
  const { code, out } = await cli.run(['token', 'create', name, '--file', tokens, ...more]);
  expect(code).toBe(0);
  return out.trim();
};

let reader = '';
let recorder = '';
beforeAll(async () => {
  reader = await create('alice', '--role', 'reader');
  recorder = await create('host-a', '--role', 'recorder', '--host', 'hosta');
  ({ url } = await cli.serve({
    HOPLEDGER_DATA_DIRECTORY: join(folder, 'data'),
    HOPLEDGER_AUTH_TOKENS_FILE: tokens,
  }));
}, 300_000);
afterAll(async () => {
  await cli.stopAll();
  rmSync(folder, { recursive: true, force: true });
});

describe('tokens', () => {
  test('are kept as hashes in a file for its owner alone', () => {
    expect(statSync(tokens).mode & 0o777).toBe(0o600);
    expect(reader).toMatch(/^hpl_/);
    expect(readFileSync(tokens, 'utf8')).not.toContain(reader);
  });

  test('have a name each', async () => {
    expect(await cli.run(['token', 'create', 'alice', '--role', 'admin', '--file', tokens])).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('has a token named alice'),
    });
  });

  test('are needed, from the environment or from a file', async () => {
    expect(await cli.run(['vms'], { HOPLEDGER_URL: url })).toMatchObject({
      code: 1,
      err: expect.stringContaining('UNAUTHENTICATED'),
    });
    expect(await cli.run(['vms', '--json'], { HOPLEDGER_URL: url, HOPLEDGER_TOKEN: reader })).toMatchObject({
      code: 0,
      out: '[]\n',
    });
    const file = join(folder, 'reader.token');
    writeFileSync(file, `${reader}\n`);
    expect(await cli.run(['vms', '--json', '--url', url, '--token-file', file])).toMatchObject({
      code: 0,
      out: '[]\n',
    });
  });

  test("the client's file is not the server's", async () => {
    expect(await cli.run(['vms', '--url', url, '--token-file', tokens])).toMatchObject({
      code: 1,
      err: expect.stringContaining('tokens file of the server'),
    });
  });

  test('let each do what its role may, for its own host', async () => {
    const reset = (token: string, host: string) =>
      cli.run(['record', 'reset', '33333333-2222-4333-8444-000000000001', '--host', host], {
        HOPLEDGER_URL: url,
        HOPLEDGER_TOKEN: token,
      });
    expect(await reset(reader, 'hosta')).toMatchObject({
      code: 1,
      err: expect.stringContaining('FORBIDDEN'),
    });
    expect(await reset(recorder, 'hostb')).toMatchObject({
      code: 1,
      err: expect.stringContaining('FORBIDDEN'),
    });
    expect(await reset(recorder, 'hosta')).toMatchObject({ code: 0 });
  });

  test('open the live feed as well', async () => {
    const following = (token: string) =>
      cli.start(['events', '--follow', '--after', ''], { HOPLEDGER_URL: url, HOPLEDGER_TOKEN: token });
    const good = following(reader);
    await good.until('GuestReset');
    good.child.kill('SIGTERM');
    await good.finished;
    expect(await following('hpl_wrong').finished).toMatchObject({
      code: 1,
      err: expect.stringContaining('UNAUTHENTICATED'),
    });
  });

  test('are taken back', async () => {
    expect(await cli.run(['token', 'revoke', 'alice', '--file', tokens])).toMatchObject({
      code: 0,
      out: 'revoked: alice\n',
    });
    expect(await cli.run(['token', 'revoke', 'alice', '--file', tokens])).toMatchObject({ code: 1 });
    expect(readFileSync(tokens, 'utf8')).not.toContain('alice');
  });
});
