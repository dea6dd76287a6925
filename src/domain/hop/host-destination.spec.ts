import { describe, expect, it } from '@jest/globals';
import type { HostDirectory } from '../host/directory.js';
import type { HostReport } from '../host/report.js';
import { factsOf as factsOfBinary } from '../../../test/qmp/binaries.js';
import type { BuildFacts } from '../qemu/build-facts.js';
import type { Build } from '../qemu/build.js';
import type { Destination } from './assessment.js';
import { hostDestination } from './host-destination.js';

const SID = factsOfBinary('11.1.3');
const factsOf = (fingerprint: string | null | undefined): BuildFacts | null =>
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

const asDestination = (
  reported: HostReport,
  { host = 'hv1', at = 1000, retired = false, build = null as Build | null } = {},
): Destination | null => hostDestination({ hosts: hosts(reported), host, at, retired, build, factsOf });

describe('a host as a destination', () => {
  it('is certain as it reported before, kernel, CPU and device features with it', () => {
    const told = {
      ...report('10.0.2'),
      builds: [{ version: '10.0.2', package: null, facts: SID.fingerprint }],
      kernel: '6.1.0',
      cpu: { model: null, vendor: null, features: ['pcid'] },
      deviceFeatures: [{ device: 'vhost-vsock', features: ['seqpacket'] }],
    };
    expect(asDestination(told)).toEqual({
      host: 'hv1',
      build: { version: '10.0.2', package: null },
      libvirt: '11.0.0',
      machineTypes: null,
      facts: SID,
      kernel: '6.1.0',
      cpu: { model: null, vendor: null, features: ['pcid'] },
      deviceFeatures: [{ device: 'vhost-vsock', features: ['seqpacket'] }],
      doubt: null,
    });
  });

  it.each([
    ['it first reported later', report('10.0.2'), { at: 999 }, 'had not reported'],
    ['it has several QEMUs', report('10.0.2', '8.0.0'), {}, 'several'],
    ['it is retired', report('10.0.2'), { retired: true }, 'retired'],
  ])('is doubtful where %s', (_why, reported, asked, doubt) => {
    const found = asDestination(reported, asked);
    expect(found?.build.version).toBe('10.0.2');
    expect(found?.doubt).toContain(doubt);
  });

  it('is not doubtful for its several QEMUs when one of them is named; the machine types are those of the first', () => {
    const told = { ...report('10.0.2', '8.0.0'), machineTypes: ['pc-q35-10.0'] };
    const build = { version: '8.0.0', package: null };
    expect(asDestination(told, { build })).toMatchObject({ build, machineTypes: null, doubt: null });
    const first = { version: '10.0.2', package: null };
    expect(asDestination(told, { build: first })).toMatchObject({ machineTypes: ['pc-q35-10.0'] });
  });

  it('can be one that is to get the build named', () => {
    const build = { version: '11.1.3', package: null };
    expect(asDestination(report(), { build })).toMatchObject({ build, libvirt: '11.0.0', facts: null });
  });

  it('is none when it never reported, or no build', () => {
    expect(asDestination(report('10.0.2'), { host: 'hv2' })).toBeNull();
    expect(asDestination(report())).toBeNull();
  });
});
