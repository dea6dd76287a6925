import { describe, expect, it } from '@jest/globals';
import { MEASURED } from '../../../test/domain/known-catalogue.js';
import { AER_MASK, aerOn, machine, NIC, PORT, Q1113, Q800, Q820 } from '../../../test/domain/story.js';
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

  it('it is warned of an alias, a machine type that ends, and the host’s own CPU', () => {
    expect(kinds(launch(Q820, machine([], 'q35')))).toContain('unversioned-machine-type');
    expect(kinds(launch(Q1113, machine([], 'pc-q35-7.2')))).toContain('deprecated-machine-type');
    const passedThrough = { ...machine([]), cpu: { mode: 'host-passthrough', model: null, features: [] } };
    expect(kinds(launch(Q820, passedThrough))).toContain('host-cpu');
  });
});
