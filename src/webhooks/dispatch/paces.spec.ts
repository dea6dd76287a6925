import { expect, test } from '@jest/globals';
import { evolveEndpoints, NO_ENDPOINTS } from '../../domain/endpoint/endpoint.js';
import { Paces } from './paces.js';

const endpoints = evolveEndpoints(
  NO_ENDPOINTS,
  {
    type: 'EndpointRegistered',
    endpoint: 'one',
    url: 'https://one.example.org/',
    description: null,
    filter: { types: null, vms: null, hosts: null, behaviours: null, labels: null },
    limits: { concurrency: 1, perSecond: 1 },
    keyId: 'k',
    createdBy: 'test',
  },
  '2026-01-01T00:00:00.000Z',
);
const [one] = endpoints.values();
if (one === undefined) throw new Error('there is no endpoint');

test('nothing is kept of an endpoint that was removed', () => {
  const paces = new Paces();
  expect([paces.take(one, 0), paces.take(one, 0)]).toEqual([0, 1_000]);
  paces.hold(one, 0, 5_000);
  paces.keepOnly(endpoints);
  expect([paces.take(one, 0), paces.heldMs(one, 0)]).toEqual([1_000, 5_000]);
  paces.keepOnly(NO_ENDPOINTS);
  expect([paces.take(one, 0), paces.heldMs(one, 0)]).toEqual([0, 0]);
});
