import { describe, expect, it } from '@jest/globals';
import type { HostDirectory } from '../../domain/host/directory.js';
import type { HostReport } from '../../domain/host/report.js';
import { factsOf as factsOfBinary } from '../../../test/qmp/binaries.js';
import type { BuildFacts } from '../../domain/qemu/build-facts.js';
import { hookDestination } from './hook-destination.js';

const SID = factsOfBinary('11.1.3');
const factsOf = (fingerprint: string | null): BuildFacts | null =>
  fingerprint === SID.fingerprint ? SID : null;

const report = (...versions: readonly string[]): HostReport => ({
  host: 'hv1',
  builds: versions.map((version) => ({ version, package: null })),
  libvirt: '11.0.0',
  kernel: null,
  vendor: null,
  machineTypes: null,
  cpu: null,
});
const hosts = (reported: HostReport): HostDirectory => new Map([['hv1', [{ at: 1000, report: reported }]]]);

describe('the host that a hook speaks for', () => {
  it('is certain as it reported before, kernel, CPU and device features with it', () => {
    const told = {
      ...report('10.0.2'),
      builds: [{ version: '10.0.2', package: null, facts: SID.fingerprint }],
      kernel: '6.1.0',
      cpu: { model: null, vendor: null, features: ['pcid'] },
      deviceFeatures: [{ device: 'vhost-vsock', features: ['seqpacket'] }],
    };
    expect(hookDestination(hosts(told), 'hv1', 1000, false, factsOf)).toEqual({
      destination: {
        host: 'hv1',
        build: { version: '10.0.2', package: null },
        libvirt: '11.0.0',
        machineTypes: null,
        facts: SID,
        kernel: '6.1.0',
        cpu: { model: null, vendor: null, features: ['pcid'] },
        deviceFeatures: [{ device: 'vhost-vsock', features: ['seqpacket'] }],
      },
      doubt: null,
    });
  });

  it.each([
    ['it first reported later', report('10.0.2'), 999, false, 'had not reported'],
    ['it has several QEMUs', report('10.0.2', '8.0.0'), 1000, false, 'several'],
    ['it is retired', report('10.0.2'), 1000, true, 'retired'],
  ])('is doubtful where %s', (_why, reported, at, isRetired, doubt) => {
    const found = hookDestination(hosts(reported), 'hv1', at, isRetired, factsOf);
    expect(found?.destination.build.version).toBe('10.0.2');
    expect(found?.doubt).toContain(doubt);
  });

  it('is none when it never reported, or no build', () => {
    expect(hookDestination(hosts(report('10.0.2')), 'hv2', 1000, false, factsOf)).toBeNull();
    expect(hookDestination(hosts(report()), 'hv1', 1000, false, factsOf)).toBeNull();
  });
});
