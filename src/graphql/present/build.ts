import { buildLabel, type Build } from '../../domain/qemu/build.js';
import type { CpuConfiguration, Device, LaunchConfiguration } from '../../domain/qemu/device.js';
import type * as G from '../schema.generated.js';

export const presentBuild = (build: Build): G.Build => ({ ...build, label: buildLabel(build) });

export const presentBuildOrNull = (build: Build | null): G.Build | null =>
  build === null ? null : presentBuild(build);

export const presentDevice = ({ properties, ...device }: Device): G.Device => ({
  ...device,
  properties: Object.entries(properties).map(([name, value]) => ({ name, value })),
});

export const presentConfiguration = (
  configuration: LaunchConfiguration | null,
): G.LaunchConfiguration | null =>
  configuration === null
    ? null
    : {
        machineType: configuration.machineType,
        devices: configuration.devices.map(presentDevice),
        globals: configuration.globals,
        cpu: presentCpu(configuration.cpu),
        accelerator: configuration.accelerator,
        exact: configuration.exact === true,
        emulator: configuration.emulator ?? null,
      };

const presentCpu = (cpu: CpuConfiguration | null): G.CpuConfiguration | null => cpu;
