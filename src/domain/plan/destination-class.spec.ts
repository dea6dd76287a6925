import { describe, expect, it } from '@jest/globals';
import type { Destination } from '../hop/assessment.js';
import { alike } from './destination-class.js';

const at = (host: string, kernel: string | null = null): Destination => ({
  host,
  build: { version: '8.2.0', package: null },
  libvirt: null,
  machineTypes: null,
  kernel,
});
const classes = (...given: Parameters<typeof alike>) => alike(...given).map(({ hosts }) => hosts);

describe('destinations that every verdict treats alike', () => {
  it('are judged as one, under no name', () => {
    const [one, ...others] = alike([at('a'), { ...at('b'), libvirt: '11.3.0' }]);
    expect(one).toMatchObject({ hosts: ['a', 'b'], destination: { host: null, kernel: null } });
    expect(others).toEqual([]);
  });

  it('are told apart by what a host reported of itself', () => {
    expect(classes([at('a'), at('b', '6.12.0'), at('c')])).toEqual([['a', 'c'], ['b']]);
  });

  it('are told apart by the host that the guest was born on, which it knows by name', () => {
    expect(classes([at('a'), at('b'), at('c')], 'b')).toEqual([['a', 'c'], ['b']]);
  });

  it('keep the name of the only one, and a key of its own', () => {
    const [named] = alike([at('a')]);
    const [several] = alike([at('a'), at('b')]);
    expect(named).toMatchObject({ destination: { host: 'a' } });
    expect(named?.key).not.toBe(several?.key);
  });
});
