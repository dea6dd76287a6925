import type { LaunchConfiguration } from '../qemu/device.js';
import type { Catalogue } from './catalogue.js';
import { knobNames } from './knob.js';

/** A configuration without anything that sets a behaviour explicitly, and without experimental properties. */
export const withoutKnobs = (
  catalogue: Catalogue,
  configuration: LaunchConfiguration,
): LaunchConfiguration => {
  const knobs = knobNames(catalogue);
  const goes = (property: string): boolean => knobs.has(property) || property.startsWith('x-');
  return {
    ...configuration,
    globals: configuration.globals.filter(({ property }) => !goes(property)),
    devices: configuration.devices.map((device) => ({
      ...device,
      properties: Object.fromEntries(Object.entries(device.properties).filter(([name]) => !goes(name))),
    })),
  };
};
