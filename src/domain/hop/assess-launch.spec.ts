import { describe, expect, it } from '@jest/globals';
import { BUNDLED, MEASURED } from '../../../test/domain/known-catalogue.js';
import {
  AER_MASK,
  aerOn,
  device,
  machine,
  NIC,
  PORT,
  Q1002,
  Q1113,
  Q800,
  Q820,
} from '../../../test/domain/story.js';
import type { Build } from '../qemu/build.js';
import type { LaunchConfiguration } from '../qemu/device.js';
import { assessLaunch, type LaunchAdvice } from './assess-launch.js';

const launch = (
  build: Build,
  configuration: LaunchConfiguration,
  machineTypes: readonly string[] | null = null,
): LaunchAdvice => assessLaunch(MEASURED, { host: 'a', build, libvirt: null, machineTypes }, configuration);
const kinds = ({ warnings }: LaunchAdvice): readonly string[] => warnings.map(({ kind }) => kind);

describe('before a guest is born', () => {
  it('nothing is said of a clean one', () => {
    expect(launch(Q820, machine())).toMatchObject({
      verdict: 'SAFE',
      warnings: [],
      taints: [],
      leftovers: [],
    });
  });

  it('it is warned of the taint that it will carry, device by device', () => {
    const advice = launch(Q800, machine());
    expect([advice.verdict, kinds(advice)]).toEqual(['RISKY', ['born-tainted', 'born-tainted']]);
    expect(advice.taints.map(({ alias, value }) => [alias, value])).toEqual([
      ['pci.1', 'on'],
      ['net0', 'on'],
    ]);
  });

  it('it is warned of an override that was left in the definition', () => {
    const advice = launch(Q820, machine([aerOn(PORT), NIC]));
    expect(kinds(advice)).toEqual(['born-tainted', 'leftover']);
    expect(advice.leftovers).toEqual([
      { alias: 'pci.1', behaviour: 'pcie-err-unc-mask', property: AER_MASK, text: 'on', from: 'device' },
    ]);
  });

  it('it is warned of a leftover among the globals', () => {
    const global = machine([NIC], 'pc-q35-7.2', [{ driver: 'pci-device', property: AER_MASK, value: 'on' }]);
    expect(launch(Q820, global).leftovers).toMatchObject([{ alias: 'net0', from: 'global' }]);
  });

  it('it is blocked without its machine type', () => {
    expect(launch(Q800, machine([], 'pc-q35-8.2'))).toMatchObject({ verdict: 'BLOCKED' });
    expect(launch(Q820, machine([], 'pc-q35-7.2'), ['pc-q35-8.2'])).toMatchObject({ verdict: 'BLOCKED' });
  });

  it('it is warned of an alias instead of a versioned machine type', () => {
    for (const alias of ['q35', 'pc', 'virt'])
      expect(kinds(launch(Q820, machine([], alias)))).toContain('unversioned-machine-type');
    expect(kinds(launch(Q820, machine([])))).toEqual([]);
  });

  it('it is warned of a machine type that its QEMU calls deprecated', () => {
    expect(launch(Q1113, machine([], 'pc-q35-7.2')).warnings).toMatchObject([
      { kind: 'deprecated-machine-type', text: expect.stringContaining('deprecated from') },
    ]);
  });

  it('it is warned of a machine type that is gone in one of the next two series, or already, on whatever build', () => {
    const told = (machineType: string) =>
      launch(Q820, machine([], machineType)).warnings.map(({ text }) => text);
    expect(told('pc-q35-4.2')).toEqual([expect.stringContaining('is gone in 10.2')]);
    expect(told('pc-q35-5.2')).toEqual([expect.stringContaining('will be gone in 11.2')]);
    expect(told('pc-q35-6.0')).toEqual([expect.stringContaining('will be gone in 12.0')]);
    expect(told('pc-q35-6.1')).toEqual([]);
  });

  it('it is warned of the host’s own CPU', () => {
    const passedThrough = { ...machine([]), cpu: { mode: 'host-passthrough', model: null, features: [] } };
    expect(kinds(launch(Q820, passedThrough))).toEqual(['host-cpu']);
  });
});

describe('what the kernel lacks that the machine type uses', () => {
  const on = (kernel: string | null, machineType = 'pc-q35-8.2'): LaunchAdvice =>
    assessLaunch(
      BUNDLED,
      { host: 'a', build: Q1002, libvirt: null, machineTypes: null, kernel },
      machine([device('net0', 'virtio-net-pci')], machineType),
    );
  const gaps = ({ warnings }: LaunchAdvice): readonly string[] =>
    warnings.filter(({ kind }) => kind === 'kernel-gap').map(({ text }) => text);

  it('UDP segmentation offload needs Linux 6.2', () => {
    const advice = on('5.14.0-427.el9.x86_64');
    expect(advice.verdict).toBe('RISKY');
    expect(gaps(advice)).toContain(
      'net0: pc-q35-8.2 has virtio-net-uso on, the kernel 5.14.0-427.el9.x86_64 makes it off',
    );
    expect(kinds(advice)).not.toContain('born-tainted');
    expect(gaps(on('6.8.0'))).toEqual([]);
  });

  it('MSR_SMI_COUNT needs Linux 4.15, and a machine type before 2.12 does not use it', () => {
    expect(gaps(on('4.14.1', 'pc-q35-7.2'))).toContain(
      'machine: pc-q35-7.2 has kvm-smi-count kept, the kernel 4.14.1 makes it ignored',
    );
    expect(gaps(on('4.14.1', 'pc-q35-2.11'))).toEqual([]);
  });

  it('a machine type that does not use it, and a kernel that was not reported, are no gap', () => {
    expect(gaps(on('5.14.0', 'pc-q35-7.2'))).toEqual([]);
    expect(gaps(on(null))).toEqual([]);
  });
});
