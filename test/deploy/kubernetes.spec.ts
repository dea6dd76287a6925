import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { loadConfig } from '../../src/runtime/config.js';
import {
  documents,
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
import { manifestFaults } from './schemas.js';

const FOLDER = 'deploy/kubernetes';
const [kustomization = {}] = yaml(`${FOLDER}/kustomization.yaml`);
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml');
const resources = files.flatMap((name) => yaml(`${FOLDER}/${name}`));
const ofKind = (kind: string): Thing[] => resources.filter((resource) => resource['kind'] === kind);
const [set = {}] = ofKind('StatefulSet');
const pod = find(set, 'spec.template.spec');
const [container = {}] = list(pod, 'containers');
const labels = find(set, 'spec.template.metadata.labels');
const port = Number(find(container, 'ports.0.containerPort'));

/** Whether there is one whose kustomize knows what is used here. Debian 12's, of 1.20, does not. */
const KUBECTL = ((): boolean => {
  const { status, stdout } = spawnSync('kubectl', ['version', '--client', '--output=json'], {
    encoding: 'utf8',
  });
  return status === 0 && parseInt(word(JSON.parse(stdout), 'clientVersion.minor')) >= 30;
})();

describe('the manifests', () => {
  it('are listed, each file once', () => {
    expect(list(kustomization, 'resources').toSorted()).toEqual(files.toSorted());
  });

  it('hold no secret', () => {
    expect(ofKind('Secret')).toEqual([]);
    const literals = words(kustomization, 'configMapGenerator.0.literals');
    expect(literals.filter((literal) => /CONNECTION|PASSWORD|TOKEN=/.test(literal))).toEqual([]);
    for (const variable of list(container, 'env'))
      expect(members(variable, 'valueFrom')).toEqual(['secretKeyRef']);
  });

  it('name only secrets that the guide says how to make', () => {
    const secrets = [
      ...list(container, 'env').map((variable) => find(variable, 'valueFrom.secretKeyRef.name')),
      ...list(pod, 'volumes').flatMap((volume) => find(volume, 'secret.secretName') ?? []),
    ];
    const guide = text(`${FOLDER}/README.md`);
    expect(secrets).toHaveLength(4);
    for (const name of secrets) expect(guide).toContain(`create secret generic ${String(name)} `);
  });

  (KUBECTL ? it : it.skip)('are taken by kubectl kustomize (1.30 or later; no test where it is not)', () => {
    const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', FOLDER], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const built = documents(stdout);
    expect(built.map(({ kind }) => kind).toSorted()).toEqual(
      [...resources.map(({ kind }) => kind), 'ConfigMap'].toSorted(),
    );
    expect(built.flatMap(manifestFaults)).toEqual([]);
  });
});

describe('the server', () => {
  const environment = Object.fromEntries(
    words(kustomization, 'configMapGenerator.0.literals').map(
      (literal) => literal.split('=') as [string, string],
    ),
  );

  it('has settings that it takes, with the connection from the secret', () => {
    expect(find(container, 'envFrom.0.configMapRef.name')).toBe(
      find(kustomization, 'configMapGenerator.0.name'),
    );
    const all = [
      ...Object.keys(environment),
      ...list(container, 'env').map((variable) => word(variable, 'name')),
    ];
    expect(all.filter((name) => !VARIABLES.includes(name))).toEqual([]);
    const [, connection = ''] = /`connection` holds `([^`]+)`/.exec(text(`${FOLDER}/README.md`)) ?? [];
    const config = loadConfig({
      ...environment,
      HOPLEDGER_LEDGER_CONNECTION: connection.replaceAll('HOST', 'node').replace('USER', 'hopledger'),
    });
    expect(config).toMatchObject({ ledger: { engine: 'eventstoredb' }, listen: { port } });
  });

  it('finds the key of webhooks where it is mounted, or starts without', () => {
    const volume = list(pod, 'volumes').find((one) => one['name'] === 'webhooks');
    const mount = list(container, 'volumeMounts').find((one) => one['name'] === 'webhooks');
    expect(environment['HOPLEDGER_WEBHOOKS_KEY_FILE']).toBe(`${word(mount, 'mountPath')}/webhooks.key`);
    expect(volume).toMatchObject({ secret: { optional: true, defaultMode: 0o440 } });
  });

  it('is probed at paths and a port that it has', () => {
    for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe'])
      expect([PROBED, find(container, `${probe}.httpGet.port`)]).toEqual([
        expect.arrayContaining([find(container, `${probe}.httpGet.path`)]),
        find(container, 'ports.0.name'),
      ]);
    expect(find(container, 'readinessProbe.httpGet.path')).toBe('/health/ready');
    expect(find(container, 'livenessProbe.httpGet.path')).toBe('/health/live');
  });

  it('may take as long to stop as it says it takes', () => {
    const pause = Number(find(container, 'lifecycle.preStop.exec.command.1'));
    const graceMs = loadConfig({}).shutdown.graceMs;
    expect(Number(find(pod, 'terminationGracePeriodSeconds'))).toBeGreaterThan(pause + graceMs / 1000);
  });

  it('is not root, and has a root file system that it cannot write to', () => {
    expect(find(pod, 'securityContext')).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(find(container, 'securityContext')).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(find(pod, 'automountServiceAccountToken')).toBe(false);
  });

  it('has a volume for every path that its settings name, and mounts only volumes that there are', () => {
    const mounts = list(container, 'volumeMounts');
    const paths = mounts.map((mount) => word(mount, 'mountPath'));
    for (const path of [
      environment['HOPLEDGER_DATA_DIRECTORY'],
      environment['HOPLEDGER_AUTH_TOKENS_FILE'],
      '/tmp',
    ])
      expect(paths.some((mounted) => path === mounted || path?.startsWith(`${mounted}/`))).toBe(true);
    const volumes = [
      ...list(pod, 'volumes').map((volume) => volume['name']),
      ...list(set, 'spec.volumeClaimTemplates').map((claim) => find(claim, 'metadata.name')),
    ];
    expect(mounts.map((mount) => mount['name']).toSorted()).toEqual(volumes.toSorted());
  });

  it('has an image of one version, the one that the kustomization renames', () => {
    expect(container['image']).toMatch(PINNED);
    const [renamed = {}] = list(kustomization, 'images');
    expect(container['image']).toBe(`${word(renamed, 'name')}:${word(renamed, 'newTag')}`);
    const { version } = JSON.parse(text('package.json')) as { version: string };
    expect(renamed['newTag']).toBe(version);
  });
});

describe('what stands around it', () => {
  it('selects its pods, by labels that they have', () => {
    const selectors = [
      find(set, 'spec.selector.matchLabels'),
      ...ofKind('Service').map((service) => find(service, 'spec.selector')),
      ...ofKind('PodDisruptionBudget').map((budget) => find(budget, 'spec.selector.matchLabels')),
      ...ofKind('NetworkPolicy').map((policy) => find(policy, 'spec.podSelector.matchLabels')),
      ...list(pod, 'topologySpreadConstraints').map((rule) => find(rule, 'labelSelector.matchLabels')),
    ];
    expect(selectors).toHaveLength(6);
    for (const selector of selectors) expect(labels).toMatchObject(selector as object);
  });

  it('leads to its port', () => {
    for (const service of ofKind('Service'))
      expect(find(service, 'spec.ports.0.targetPort')).toBe(find(container, 'ports.0.name'));
    expect(ofKind('Service').map((service) => find(service, 'metadata.name'))).toContain(
      find(set, 'spec.serviceName'),
    );
    expect(find(ofKind('NetworkPolicy')[0], 'spec.ingress.0.ports.0.port')).toBe(port);
    expect(find(ofKind('NetworkPolicy')[0], 'spec.policyTypes')).toEqual(['Ingress', 'Egress']);
  });

  it('leaves one replica when nodes are drained, and lets one go', () => {
    const least = Number(find(ofKind('PodDisruptionBudget')[0], 'spec.minAvailable'));
    expect(least).toBeGreaterThanOrEqual(1);
    expect(Number(find(set, 'spec.replicas'))).toBeGreaterThan(least);
  });

  it('is a namespace that admits nothing with privileges', () => {
    expect(find(ofKind('Namespace')[0], 'metadata.labels')).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
    });
  });
});
