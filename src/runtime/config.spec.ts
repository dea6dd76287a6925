import { afterAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, loadConfig, type ConfigFault, type Environment } from './config.js';
import { loadClientConfig } from './config.client.js';
import { renderConfigurationReference } from './config.reference.js';

const folder = mkdtempSync(join(tmpdir(), 'hopledger-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(content: unknown): string {
  const name = join(folder, 'config.json');
  writeFileSync(name, typeof content === 'string' ? content : JSON.stringify(content));
  return name;
}

function faultsOf(environment: Environment): readonly ConfigFault[] {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  test('needs nothing: the defaults make a local server', () => {
    const config = loadConfig({});
    expect(config.listen).toEqual({ host: '127.0.0.1', port: 4173, names: [], trustedProxies: [] });
    expect(config.data).toEqual({
      directory: './hopledger-data',
      ledgerFile: 'hopledger-data/ledger.db',
      viewsFile: 'hopledger-data/views.db',
    });
    expect(config.hook).toEqual({ blocked: 'refuse', unknown: 'pass', form: 'auto' });
  });

  test('takes the environment over the file, and the file over the defaults', () => {
    const name = file({ listen: { port: 5000, names: ['a'] }, log: { pretty: true } });
    const config = loadConfig({
      HOPLEDGER_CONFIG: name,
      HOPLEDGER_LISTEN_PORT: ' 6000 ',
      HOPLEDGER_LOG_LEVEL: '',
    });
    expect(config.listen.port).toBe(6000);
    expect(config.listen.names).toEqual(['a']);
    expect(config.log).toEqual({ pretty: true, level: 'info' });
  });

  test('denies the address that Azure serves its guests at, until other networks are named', () => {
    expect(loadConfig({}).webhooks.deniedNetworks).toEqual(['168.63.129.16']);
    const own = { HOPLEDGER_WEBHOOKS_DENIED_NETWORKS: '168.63.129.16, 2600:1:2:3::/96' };
    expect(loadConfig(own).webhooks.deniedNetworks).toEqual(['168.63.129.16', '2600:1:2:3::/96']);
    expect(faultsOf({ HOPLEDGER_WEBHOOKS_DENIED_NETWORKS: 'azure' })).toHaveLength(1);
  });

  test('is frozen, all through', () => {
    const config = loadConfig({});
    expect(
      Object.isFrozen(config) && Object.isFrozen(config.listen) && Object.isFrozen(config.listen.names),
    ).toBe(true);
  });

  test('names every fault at once, by the name it was given under', () => {
    const name = file({ hook: { form: 'xml' }, nothing: { here: 1 }, listen: { port: 'x' } });
    expect(
      faultsOf({
        HOPLEDGER_CONFIG: name,
        HOPLEDGER_LISTEN_PORT: '70000',
        HOPLEDGER_LOG_PRETTY: 'yes',
        HOPLEDGER_LISTEN_PROT: '1',
        HOPLEDGER_LISTEN_HOST: '0.0.0.0',
      }),
    ).toEqual([
      { name: `${name}: nothing.here`, problem: 'no such setting' },
      { name: 'HOPLEDGER_LISTEN_PROT', problem: 'no such setting' },
      { name: 'HOPLEDGER_LISTEN_PORT', problem: expect.stringContaining('65535') },
      { name: `${name}: hook.form`, problem: 'must be one of: auto, override, global' },
      { name: 'HOPLEDGER_LOG_PRETTY', problem: 'must be true or false' },
      { name: 'HOPLEDGER_AUTH_TOKENS_FILE', problem: expect.stringContaining('0.0.0.0') },
    ]);
  });

  test('exits like a configuration fault and says it in full', () => {
    const error = new ConfigError([{ name: 'HOPLEDGER_X', problem: 'no such setting' }]);
    expect(error.exitCode).toBe(78);
    expect(error.message).toBe('the configuration is not valid:\n  HOPLEDGER_X: no such setting');
  });

  test.each(['{', '[]', '{"listen":1}'])('refuses the file %s', (content) => {
    expect(faultsOf({ HOPLEDGER_CONFIG: file(content) })).toHaveLength(1);
  });

  test('refuses a file that is not there', () => {
    expect(faultsOf({ HOPLEDGER_CONFIG: join(folder, 'none.json') })[0]?.problem).toContain('ENOENT');
  });

  test.each(['0.0.0.0', '::', '192.168.1.4', 'ledger.example'])(
    'refuses to listen on %s without tokens',
    (host) => {
      expect(faultsOf({ HOPLEDGER_LISTEN_HOST: host })).toEqual([
        { name: 'HOPLEDGER_AUTH_TOKENS_FILE', problem: expect.stringContaining(host) },
      ]);
      expect(faultsOf({ HOPLEDGER_LISTEN_HOST: host, HOPLEDGER_AUTH_TOKENS_FILE: 't.json' })).toEqual([]);
    },
  );

  test.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost'])('listens on %s without tokens', (host) => {
    expect(faultsOf({ HOPLEDGER_LISTEN_HOST: host })).toEqual([]);
  });

  test('refuses a default page over the largest page', () => {
    expect(faultsOf({ HOPLEDGER_GRAPHQL_PAGE_SIZE: '500' })).toHaveLength(1);
  });

  test('says which part of a connection string is wrong, and repeats none of it', () => {
    const faults = faultsOf({
      HOPLEDGER_LEDGER_ENGINE: 'eventstoredb',
      HOPLEDGER_LEDGER_CONNECTION: 'esdb://admin:s3cret@a,b:99999?nodePreference=any',
    });
    expect(faults).toEqual([
      {
        name: 'HOPLEDGER_LEDGER_CONNECTION',
        problem: 'host 2: must be a name or address, and a port up to 65535',
      },
    ]);
  });

  test('refuses the engine eventstoredb without a connection string', () => {
    expect(faultsOf({ HOPLEDGER_LEDGER_ENGINE: 'eventstoredb' })).toEqual([
      { name: 'HOPLEDGER_LEDGER_CONNECTION', problem: expect.stringContaining('esdb://') },
    ]);
  });

  test('is not disturbed by what Kubernetes sets for a Service of this name', () => {
    expect(faultsOf({ HOPLEDGER_PORT: 'tcp://10.0.0.1:80', HOPLEDGER_SERVICE_HOST: '10.0.0.1' })).toEqual([]);
  });

  test('docs/reference/configuration.md lists the settings as they are (npm run generate)', () => {
    expect(readFileSync('docs/reference/configuration.md', 'utf8')).toBe(renderConfigurationReference());
  });
});

test('the client takes its server and token from the environment', () => {
  expect(loadClientConfig({})).toEqual({ url: 'http://127.0.0.1:4173', token: undefined });
  expect(loadClientConfig({ HOPLEDGER_URL: 'http://x', HOPLEDGER_TOKEN: 't' })).toEqual({
    url: 'http://x',
    token: 't',
  });
});
