import type { CpuConfiguration, Device, LaunchConfiguration } from '../../domain/qemu/device.js';

/** `LaunchConfigurationInput` of the API. */
export interface LaunchConfigurationInput {
  readonly machineType: string;
  readonly devices: readonly DeviceInput[];
  readonly globals: LaunchConfiguration['globals'];
  readonly cpu: CpuConfiguration | null;
  readonly accelerator: string | null;
  /** Left out: the devices are all there are. */
  readonly exact?: boolean | undefined;
  /** Left out: not known. */
  readonly emulator?: string | undefined;
}

export interface DeviceInput {
  readonly alias: string;
  readonly qomType: string | null;
  readonly address: string | null;
  readonly properties: readonly { readonly name: string; readonly value: string }[];
}

export const configurationInput = (configuration: LaunchConfiguration): LaunchConfigurationInput => ({
  ...configuration,
  devices: configuration.devices.map(deviceInput),
});

export const deviceInput = ({ properties, ...device }: Device): DeviceInput => ({
  ...device,
  properties: Object.entries(properties).map(([name, value]) => ({ name, value })),
});
