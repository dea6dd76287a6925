import type { LaunchConfiguration } from '../qemu/device.js';
import type { Override } from '../qemu/override.js';

/** A configuration with overrides added: on their devices, else as `-global`s that come last. */
export const withOverrides = (
  configuration: LaunchConfiguration,
  overrides: readonly Override[],
): LaunchConfiguration => ({
  ...configuration,
  devices: configuration.devices.map((device) => {
    const own = overrides.filter(({ alias }) => alias === device.alias);
    const set = Object.fromEntries(own.map(({ property, value }) => [property, value]));
    return { ...device, properties: { ...device.properties, ...set } };
  }),
  globals: [
    ...configuration.globals,
    ...overrides
      .filter(({ alias }) => alias === null)
      .map(({ qomType, property, value }) => ({ driver: qomType, property, value })),
  ],
});
