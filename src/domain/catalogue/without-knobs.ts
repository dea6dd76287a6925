import type { LaunchConfiguration } from '../qemu/device.js';
import type { Catalogue } from './catalogue.js';

/** A configuration without anything that sets a behaviour explicitly. */
export const withoutKnobs = (
  catalogue: Catalogue,
  configuration: LaunchConfiguration,
): LaunchConfiguration => {
  const knobs = new Set(
    catalogue.behaviours.flatMap((behaviour) => behaviour.knobs.map(({ property }) => property)),
  );
  return {
    ...configuration,
    globals: configuration.globals.filter(({ property }) => !knobs.has(property)),
    devices: configuration.devices.map((device) => ({
      ...device,
      properties: Object.fromEntries(Object.entries(device.properties).filter(([name]) => !knobs.has(name))),
    })),
  };
};
