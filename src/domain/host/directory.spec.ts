import { describe, expect, it } from '@jest/globals';
import { hostAt, NO_HOSTS, type HostDirectory } from './directory.js';
import type { HostReport } from './report.js';

const report = (kernel: string): HostReport => ({
  host: 'a',
  builds: [],
  libvirt: null,
  kernel,
  vendor: null,
  machineTypes: null,
  cpu: null,
});
const hosts: HostDirectory = new Map([
  [
    'a',
    [
      { at: 100, report: report('6.1') },
      { at: 200, report: report('6.12') },
    ],
  ],
]);

describe('what a host said of itself', () => {
  it.each([
    [100, '6.1'],
    [199, '6.1'],
    [200, '6.12'],
    [9_999, '6.12'],
  ])('as of %i is the report before', (at, kernel) => {
    expect(hostAt(hosts, 'a', at)).toEqual({ report: report(kernel), certainty: 'certain' });
  });

  it('is assumed before its first report: it may have been upgraded since', () => {
    expect(hostAt(hosts, 'a', 99)).toEqual({ report: report('6.1'), certainty: 'assumed' });
  });

  it('is nothing for a host that never reported', () => {
    expect(hostAt(hosts, 'b', 100)).toBeNull();
    expect(hostAt(NO_HOSTS, 'a', 100)).toBeNull();
  });
});
