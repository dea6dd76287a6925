import { describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { yaml, type Thing } from './deploy-files.js';
import { composeFaults, manifestFaults, namedAtWill } from './schemas.js';

const [compose = {}] = yaml('deploy/compose/compose.yaml');
const KUBERNETES = 'deploy/kubernetes';
const manifests = readdirSync(KUBERNETES)
  .filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml')
  .flatMap((name) => yaml(`${KUBERNETES}/${name}`).map((manifest) => [name, manifest] as const));

describe('the compose file, by the schema of the Compose Specification', () => {
  it('has nothing but fields that there are, of the types that they have', () => {
    expect(composeFaults(compose)).toEqual([]);
  });

  it('would be refused with any field misspelt, but for names that it gives itself', () => {
    // What begins with x- is compose's own extension: nobody reads it where it stands.
    const read = Object.fromEntries(Object.entries(compose).filter(([name]) => !name.startsWith('x-')));
    expect(namedAtWill(composeFaults, read)).toEqual([
      'depends_on',
      'environment',
      'networks',
      'options',
      'secrets',
      'services',
      'volumes',
    ]);
  });

  it.each<[string, Thing]>([
    ['a service without a form', { services: { proxy: 'haproxy' } }],
    ['retries that are no number', { services: { proxy: { healthcheck: { retries: true } } } }],
    ['a port that is in no list', { services: { proxy: { ports: '8443:8443' } } }],
  ])('would be refused with %s', (_, wrong) => {
    expect(composeFaults(wrong)).not.toEqual([]);
  });
});

describe('the manifests, by the types of Kubernetes 1.30', () => {
  it.each(manifests)(
    '%s has nothing but fields that there are, of the types that they have',
    (_, manifest) => {
      expect(manifestFaults(manifest)).toEqual([]);
    },
  );

  it('would be refused with any field misspelt, but for labels and resources', () => {
    const found = new Set(manifests.flatMap(([, manifest]) => namedAtWill(manifestFaults, manifest)));
    expect([...found].toSorted()).toEqual(['labels', 'limits', 'matchLabels', 'requests', 'selector']);
  });

  it.each<[string, Thing]>([
    ['a kind that is none', { apiVersion: 'v1', kind: 'Servise' }],
    ['a kind of another version', { apiVersion: 'apps/v1beta1', kind: 'StatefulSet' }],
    [
      'a quantity that is none',
      {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        spec: { volumeClaimTemplates: [{ spec: { resources: { requests: { storage: '5 GB' } } } }] },
      },
    ],
    ['a number in quotes', { apiVersion: 'apps/v1', kind: 'StatefulSet', spec: { replicas: '2' } }],
  ])('would be refused with %s', (_, wrong) => {
    expect(manifestFaults(wrong)).not.toEqual([]);
  });
});
