import type { LaunchConfiguration } from '../qemu/device.js';
import type { Catalogue } from './catalogue.js';
import { isCovered, lineageOf } from './remembered.js';

/** A configuration without anything that sets a behaviour explicitly, and without experimental properties. */
export const withoutKnobs = (
  catalogue: Catalogue,
  configuration: LaunchConfiguration,
): LaunchConfiguration => {
  const goes = (lineage: readonly string[], property: string): boolean =>
    property.startsWith('x-') || isCovered(catalogue, lineage, property, configuration.machineType);
  return {
    ...configuration,
    globals: configuration.globals.filter(
      // An abstract driver stands for itself alone: what derives from it may be anything.
      ({ driver, property }) => !goes(lineageOf(catalogue, driver), property),
    ),
    devices: configuration.devices.map((device) => {
      const lineage = device.qomType === null ? [] : lineageOf(catalogue, device.qomType);
      return {
        ...device,
        properties: Object.fromEntries(
          Object.entries(device.properties).filter(([name]) => !goes(lineage, name)),
        ),
      };
    }),
  };
};
