import { describe, expect, test } from '@jest/globals';
import { decideEndpoint, type EndpointCommand } from './decide.js';
import { evolveEndpoints, NO_ENDPOINTS, signingSecrets, type Endpoints } from './endpoint.js';
import type { EndpointFilter } from './events.js';
import { filterMatches } from './filter.js';

const ALL: EndpointFilter = { types: null, vms: null, hosts: null, behaviours: null, labels: null };
const SETTINGS = {
  url: 'https://a/',
  description: null,
  filter: ALL,
  limits: { concurrency: 1, perSecond: 1 },
};
const register: EndpointCommand = {
  type: 'register',
  endpoint: 'a',
  settings: SETTINGS,
  keyId: 'k',
  createdBy: 'alice',
  most: 1,
};

/** Decides and applies each in turn, an hour apart. */
const after = (...commands: readonly EndpointCommand[]): Endpoints =>
  commands.reduce((endpoints, command, hour) => {
    const decision = decideEndpoint(endpoints, command);
    if ('refused' in decision) throw new Error(decision.refused);
    const at = `2026-11-21T${String(hour).padStart(2, '0')}:00:00.000Z`;
    return decision.event === null ? endpoints : evolveEndpoints(endpoints, decision.event, at);
  }, NO_ENDPOINTS);
const rotate = (until: string): EndpointCommand => ({
  type: 'rotate',
  endpoint: 'a',
  keyId: 'k',
  previousUntil: until,
});

describe('endpoints', () => {
  test('there are no more than may be', () => {
    expect(decideEndpoint(after(register), { ...register, endpoint: 'b' })).toEqual({ refused: 'too-many' });
  });

  test('a change leaves what it does not name', () => {
    const changed = after(register, { type: 'change', endpoint: 'a', settings: { description: 'x' } });
    expect(changed.get('a')).toMatchObject({ url: 'https://a/', description: 'x', createdBy: 'alice' });
  });

  test('what was removed is unknown', () => {
    const endpoints = after(register, { type: 'remove', endpoint: 'a' });
    expect(endpoints.size).toBe(0);
    expect(decideEndpoint(endpoints, { type: 'resume', endpoint: 'a' })).toEqual({ refused: 'unknown' });
  });

  test('a pause is quiet once the sender says so, and a test is refused meanwhile', () => {
    const paused = after(register, { type: 'pause', endpoint: 'a', reason: 'operator', url: null });
    expect(paused.get('a')?.paused).toMatchObject({ reason: 'operator', quiet: false });
    const gone = { type: 'pause', endpoint: 'a', reason: 'gone', url: SETTINGS.url } as const;
    expect(decideEndpoint(paused, gone)).toEqual({ event: null });
    expect(decideEndpoint(paused, { type: 'test', endpoint: 'a', message: {} })).toEqual({
      refused: 'paused',
    });
    const { event } = decideEndpoint(paused, { type: 'quiet', endpoint: 'a' }) as { event: never };
    expect(evolveEndpoints(paused, event, 'later').get('a')?.paused?.quiet).toBe(true);
  });

  test('what was said of another URL than it has by now does not pause it', () => {
    const moved = after(register, { type: 'change', endpoint: 'a', settings: { url: 'https://b/' } });
    const gone = (url: string) =>
      decideEndpoint(moved, { type: 'pause', endpoint: 'a', reason: 'gone', url });
    expect(gone('https://a/')).toEqual({ event: null });
    expect(gone('https://b/')).toEqual({
      event: { type: 'EndpointPaused', endpoint: 'a', reason: 'gone' },
    });
  });

  test('secrets before the last rotation sign each until its own time', () => {
    const endpoint = after(register, rotate('2026-11-21T05:00:00.000Z'), rotate('2026-11-21T09:00:00.000Z'));
    const signing = (at: string) => {
      const found = endpoint.get('a');
      return found === undefined ? [] : signingSecrets(found, at).map(({ generation }) => generation);
    };
    expect(signing('2026-11-21T04:00:00.000Z')).toEqual([2, 1, 0]);
    expect(signing('2026-11-21T05:00:00.000Z')).toEqual([2, 1]);
    expect(signing('2026-11-21T10:00:00.000Z')).toEqual([2]);
  });
});

describe('a filter', () => {
  const message = {
    type: 'vm.tainted',
    vm: 'v1',
    hosts: ['hosta'],
    behaviours: ['b1', 'b2'],
    labels: { env: 'prod', team: 'db' },
  };
  const takes = (filter: Partial<EndpointFilter>, given: Partial<typeof message> = {}) =>
    filterMatches({ ...ALL, ...filter }, { ...message, ...given });

  test('takes all when nothing is asked', () => expect(takes({})).toBe(true));
  test('takes one of a list', () => {
    expect(takes({ behaviours: ['b2', 'b9'] })).toBe(true);
    expect(takes({ hosts: ['hostb'] })).toBe(false);
  });
  test('asks that all that is given holds', () => {
    expect(takes({ types: ['vm.tainted'], hosts: ['hosta'], vms: ['v1'] })).toBe(true);
    expect(takes({ types: ['vm.tainted'], hosts: ['hosta'], vms: ['v2'] })).toBe(false);
  });
  test('asks each label name, and of its values one', () => {
    expect(takes({ labels: [{ name: 'env', values: ['test', 'prod'] }] })).toBe(true);
    expect(takes({ labels: [{ name: 'team', values: [] }] })).toBe(true);
    expect(
      takes({
        labels: [
          { name: 'env', values: [] },
          { name: 'rack', values: [] },
        ],
      }),
    ).toBe(false);
    expect(takes({ labels: [{ name: 'toString', values: [] }] })).toBe(false);
  });
});
