import { beforeEach, describe, expect, test } from '@jest/globals';
import type { LookupAddress } from 'node:dns';
import type { Resolve } from './guarded-connector.js';
import { Lookups } from './lookups.js';

const ADDRESSES: readonly LookupAddress[] = [{ address: '192.0.2.1', family: 4 }];

let lookups: Lookups;
let underWay: Map<string, Parameters<Resolve>[1]>;
let answered: string[];

beforeEach(() => {
  underWay = new Map();
  answered = [];
  lookups = new Lookups((host, answer) => underWay.set(host, answer));
});

const ask = (...hosts: readonly string[]): void => {
  for (const host of hosts)
    lookups.of(host, (error, addresses) =>
      answered.push(`${host}: ${error?.message ?? addresses[0]?.address}`),
    );
};
const end = (host: string, error: Error | null = null): void => {
  const answer = underWay.get(host);
  underWay.delete(host);
  answer?.(error, error === null ? ADDRESSES : []);
};
const fail = (host: string): void => end(host, new Error('EAI_AGAIN'));
const hosts = (): readonly string[] => [...underWay.keys()];

describe('look-ups of names', () => {
  test('are two at once, the others in their turn', () => {
    ask('a', 'b', 'c', 'd');
    expect(hosts()).toEqual(['a', 'b']);
    end('b');
    expect(hosts()).toEqual(['a', 'c']);
    end('a');
    end('c');
    end('d');
    expect(answered).toEqual(['b: 192.0.2.1', 'a: 192.0.2.1', 'c: 192.0.2.1', 'd: 192.0.2.1']);
  });

  test('of one name are one, and all that asked for it meanwhile get its answer', () => {
    ask('a', 'a', 'a', 'b');
    expect(hosts()).toEqual(['a', 'b']);
    fail('a');
    expect(answered).toEqual(['a: EAI_AGAIN', 'a: EAI_AGAIN', 'a: EAI_AGAIN']);
    ask('a');
    expect(hosts()).toEqual(['b', 'a']);
  });

  test('of names that failed last time are one at a time, and keep no other waiting', () => {
    ask('a', 'b');
    fail('a');
    fail('b');
    ask('a', 'b', 'c', 'd');
    expect(hosts()).toEqual(['a', 'c']);
    end('c');
    expect(hosts()).toEqual(['a', 'd']);
    end('a');
    expect(hosts()).toEqual(['d', 'b']);
    end('b');
    ask('a', 'b');
    end('d');
    expect(hosts()).toEqual(['a', 'b']);
  });
});
