import { describe, expect, it } from '@jest/globals';
import { buildOfEmulator } from './build-of-emulator.js';
import type { HostBuild } from './report.js';

const build = (version: string, emulator: string | null): HostBuild => ({ version, package: null, emulator });
const DISTRIBUTION = build('7.2.22', '/usr/bin/qemu-system-x86_64');
const OWN = build('8.0.0', '/opt/qemu-8.0/bin/qemu-system-x86_64');

describe('the QEMU that a domain is started with', () => {
  it('is the one at the path of its <emulator>, without a doubt', () => {
    expect(buildOfEmulator([DISTRIBUTION, OWN], '/opt/qemu-8.0/bin/qemu-system-x86_64')).toEqual({
      build: OWN,
      doubt: null,
    });
  });

  it('is assumed to be the first of several when no path is known', () => {
    expect(buildOfEmulator([DISTRIBUTION, OWN], null)).toEqual({
      build: DISTRIBUTION,
      doubt: 'it has several QEMUs, of which the first is assumed',
    });
  });

  it('is the only one when nothing says that there is another', () => {
    expect(buildOfEmulator([DISTRIBUTION], undefined)).toEqual({ build: DISTRIBUTION, doubt: null });
    expect(buildOfEmulator([build('7.2.22', null)], '/usr/bin/kvm').doubt).toBeNull();
  });

  it('is doubtful when the path is none of those that the host reported', () => {
    expect(buildOfEmulator([DISTRIBUTION], '/opt/qemu-8.0/bin/qemu-system-x86_64')).toEqual({
      build: DISTRIBUTION,
      doubt: 'it reported no QEMU at /opt/qemu-8.0/bin/qemu-system-x86_64',
    });
  });

  it('is not known of a host that reported none', () => {
    expect(buildOfEmulator([], '/usr/bin/qemu-system-x86_64')).toEqual({ build: null, doubt: null });
  });
});
