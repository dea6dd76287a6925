import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/runtime/config.js';
import { KeyFile } from '../../src/webhooks/master-key.js';
import {
  find,
  list,
  members,
  PINNED,
  PROBED,
  text,
  VARIABLES,
  word,
  words,
  yaml,
  type Thing,
} from './deploy-files.js';

const FOLDER = 'deploy/compose';
const [compose = {}] = yaml(`${FOLDER}/compose.yaml`);
const services = Object.entries(find(compose, 'services') as Record<string, Thing>);
const service = (name: string): unknown => find(compose, `services.${name}`);
const NODES = services.map(([name]) => name).filter((name) => /^node\d$/.test(name));
const REPLICAS = services.map(([name]) => name).filter((name) => /^hopledger\d$/.test(name));

/** What `up.sh` writes where the password is `secret`. */
const connection = (): string =>
  (/"connection": "([^"]+)"/.exec(text(`${FOLDER}/up.sh`))?.[1] ?? '').replace('%s', 'secret');

/** The command of this machine; empty without one that knows the Compose Specification as a whole. Debian 12 has only 1.29. */
const COMPOSE =
  [['docker', 'compose'], ['docker-compose']].find(([command = '', ...before]) => {
    const { status, stdout } = spawnSync(command, [...before, 'version', '--short'], { encoding: 'utf8' });
    return status === 0 && /^v?([2-9]|\d\d)\./.test(stdout);
  }) ?? [];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hopledger-compose-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the compose file', () => {
  it('has three nodes, two hopledgers and a proxy', () => {
    expect([NODES, REPLICAS]).toEqual([
      ['node1', 'node2', 'node3'],
      ['hopledger1', 'hopledger2'],
    ]);
    expect(service('proxy')).toBeDefined();
  });

  it.each(services.map(([name]) => name))('%s has an image of one version', (name) => {
    expect(find(service(name), 'image')).toMatch(PINNED);
  });

  it('makes a key for webhooks that servers take, once', () => {
    const script = word(service('tokens'), 'command.0').replaceAll('/etc/hopledger', folder);
    const path = join(folder, 'webhooks.key');
    const made = () => {
      writeFileSync(join(folder, 'tokens.json'), '[]');
      expect(spawnSync('sh', ['-c', script], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
      return new KeyFile({ path, mayCreate: false }).need().id;
    };
    expect(made()).toBe(made());
    expect(find(service('hopledger1'), 'environment.HOPLEDGER_WEBHOOKS_KEY_FILE')).toBe(
      '/etc/hopledger/webhooks.key',
    );
  });

  it('uses what it declares, and declares what it uses', () => {
    const used = { networks: new Set<string>(), volumes: new Set<string>(), secrets: new Set<string>() };
    for (const [, one] of services) {
      const networks = find(one, 'networks');
      for (const name of Array.isArray(networks) ? (networks as string[]) : members(one, 'networks'))
        used.networks.add(name);
      for (const name of words(one, 'secrets')) used.secrets.add(name);
      for (const volume of words(one, 'volumes')) {
        const [source = ''] = volume.split(':');
        if (source.startsWith('./')) expect(existsSync(join(FOLDER, source))).toBe(true);
        else used.volumes.add(source);
      }
    }
    for (const [kind, names] of Object.entries(used))
      expect(members(compose, kind).toSorted()).toEqual([...names].toSorted());
  });

  it('waits for services that there are, in a way that they can satisfy', () => {
    for (const [, one] of services)
      for (const [name, { condition }] of Object.entries(
        (find(one, 'depends_on') ?? {}) as Record<string, Thing>,
      )) {
        expect(service(name)).toBeDefined();
        if (condition === 'service_healthy') expect(find(service(name), 'healthcheck.test')).toBeDefined();
        else expect(find(service(name), 'restart')).toBeUndefined(); // it ends, and stays so
      }
  });

  it('holds no secret: passwords are references', () => {
    for (const [, one] of services)
      for (const [name, value] of Object.entries((find(one, 'environment') ?? {}) as Record<string, string>))
        if (/PASSWORD|SECRET|KEY$|CONNECTION/.test(name)) expect(value).toMatch(/^\$\{[A-Z_]+:\?/);
    const written = text(`${FOLDER}/up.sh`);
    for (const [, name] of text(`${FOLDER}/compose.yaml`).matchAll(/\$\{([A-Z_]+)/g))
      expect(written).toContain(`${name ?? ''}=%s`);
    expect(text(`${FOLDER}/.gitignore`).split('\n')).toEqual(
      expect.arrayContaining(['.env', 'secrets/', 'ca.crt']),
    );
  });

  const [command, ...before] = COMPOSE;
  (command === undefined ? it.skip : it)(
    'is taken by docker compose (2 or later; no test where it is not)',
    () => {
      const env = { ...process.env, EVENTSTORE_ADMIN_PASSWORD: 'x', EVENTSTORE_OPS_PASSWORD: 'x' };
      const { status, stderr } = spawnSync(
        command ?? '',
        [...before, '-f', `${FOLDER}/compose.yaml`, 'config', '--quiet'],
        { env, encoding: 'utf8' },
      );
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    },
  );
});

describe('the nodes', () => {
  const addresses = NODES.map((name) => String(find(service(name), 'networks.ledger.ipv4_address')));

  it('form one cluster of three over TLS', () => {
    NODES.forEach((name, index) => {
      const environment = find(service(name), 'environment') as Record<string, string>;
      expect(environment).toMatchObject({
        EVENTSTORE_CLUSTER_SIZE: String(NODES.length),
        EVENTSTORE_REPLICATION_IP: addresses[index],
        EVENTSTORE_GOSSIP_SEED: addresses
          .filter((_, other) => other !== index)
          .map((address) => `${address}:2113`)
          .join(','),
        EVENTSTORE_ADVERTISE_HOST_TO_CLIENT_AS: name,
      });
      expect(environment).not.toHaveProperty('EVENTSTORE_INSECURE');
    });
  });

  it('have certificates for the names and addresses that they go by', () => {
    const script = text(`${FOLDER}/make-certificates.sh`);
    NODES.forEach((name, index) =>
      expect(script).toContain(`\nmake /${name} ${addresses[index] ?? ''} ${name}\n`),
    );
    for (const [, certificate] of NODES.entries())
      expect(list(service(certificate), 'volumes')).toContain(`${certificate}-certificate:/certs/node:ro`);
  });

  it("keep the authority's key from everyone else", () => {
    const holders = services.filter(([, one]) =>
      words(one, 'volumes').some((volume) => volume.startsWith('authority-key:')),
    );
    expect(holders.map(([name]) => name)).toEqual(['certificates']);
  });
});

describe('the hopledgers', () => {
  it.each(REPLICAS)('%s has settings that the server takes, with the connection from the secret', (name) => {
    const environment = find(service(name), 'environment') as Record<string, string>;
    expect(Object.keys(environment).filter((variable) => !VARIABLES.includes(variable))).toEqual([]);
    expect(environment['HOPLEDGER_CONFIG']).toBe('/run/secrets/hopledger.json');
    const file = join(folder, 'hopledger.json');
    writeFileSync(file, JSON.stringify({ ledger: { connection: connection() } }));
    const config = loadConfig({ ...environment, HOPLEDGER_CONFIG: file });
    expect(config.ledger).toMatchObject({ engine: 'eventstoredb' });
    expect(config.listen.port).toBe(4173);
  });

  it('know the nodes, and the authority where it is mounted', () => {
    expect(connection()).toBe(
      `esdb://admin:secret@${NODES.map((name) => `${name}:2113`).join(',')}?tlsCAFile=/certs/ca/ca.crt`,
    );
    for (const name of REPLICAS) expect(list(service(name), 'volumes')).toContain('authority:/certs/ca:ro');
  });

  it.each(REPLICAS)('%s is not root, and writes to its volume and /tmp only', (name) => {
    expect(service(name)).toMatchObject({ user: '1000:1000', read_only: true, cap_drop: ['ALL'] });
    const writable = words(service(name), 'volumes').filter((volume) => !volume.endsWith(':ro'));
    expect(writable).toEqual([`views${name.at(-1) ?? ''}:/var/lib/hopledger`]);
  });

  it('are asked for their health where they answer', () => {
    for (const name of REPLICAS) {
      const [, path] =
        /127\.0\.0\.1:4173(\/[\w/]+)/.exec(JSON.stringify(find(service(name), 'healthcheck.test'))) ?? [];
      expect(PROBED).toContain(path);
    }
  });
});

describe('the proxy', () => {
  const configuration = text(`${FOLDER}/haproxy.cfg`);

  it('has every replica, at the port where it listens, and asks whether it is ready', () => {
    const servers = [...configuration.matchAll(/^ +server (\S+) (\S+):(\d+)$/gm)].map(
      ([, ...words]) => words,
    );
    expect(servers).toEqual(REPLICAS.map((name) => [name, name, '4173']));
    expect(PROBED).toContain(/uri (\S+)/.exec(configuration)?.[1]);
  });

  it('is believed about who calls', () => {
    const [{ subnet } = { subnet: '' }] = list(compose, 'networks.front.ipam.config') as { subnet: string }[];
    for (const name of REPLICAS)
      expect(find(service(name), 'environment.HOPLEDGER_LISTEN_TRUSTED_PROXIES')).toBe(subnet);
  });

  it('is reached from this machine only, over TLS', () => {
    expect(list(service('proxy'), 'ports')).toEqual(['127.0.0.1:8443:8443']);
    expect(configuration).toMatch(/bind :8443 ssl crt \/certs\/proxy\.pem/);
    expect(text(`${FOLDER}/make-certificates.sh`)).toContain('> /proxy/proxy.pem');
  });
});

describe('the scripts', () => {
  it.each(['up.sh', 'make-certificates.sh'])('%s is one that its shell can read', (name) => {
    const path = join(FOLDER, name);
    const shell = /^#!(\S+)/.exec(readFileSync(path, 'utf8'))?.[1] ?? '';
    if (spawnSync(shell, ['-c', 'true']).status !== 0) return;
    expect(spawnSync(shell, ['-n', path], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });
});
