import type { Catalogue } from '../catalogue/catalogue.js';
import { propertyIn } from '../catalogue/device-type-lookup.js';
import { isSettableOn } from '../catalogue/binary.js';
import { isSettable, knobNames, knobsOf, reaches } from '../catalogue/knob.js';
import type { Knob } from '../catalogue/behaviour.js';
import type { Build } from '../qemu/build.js';
import type { Device, GlobalProperty, LaunchConfiguration } from '../qemu/device.js';
import type { Removal } from './assessment.js';

export interface KnownKnobsOnly {
  readonly devices: readonly Device[];
  readonly globals: readonly GlobalProperty[];
  readonly removals: readonly Removal[];
}

/** A configuration without the explicit properties that a build does not know: with one of them QEMU stops at start. */
export const withoutUnknownKnobs = (
  catalogue: Catalogue,
  configuration: LaunchConfiguration,
  build: Build,
): KnownKnobsOnly => {
  const unknownKnobs = (device: Device): readonly Knob[] =>
    catalogue.behaviours.flatMap((behaviour) =>
      knobsOf(behaviour, device).filter((knob) => isSettableOn(catalogue, knob, device, build) === false),
    );
  const removals = configuration.devices.flatMap((device) => {
    const unknown = new Set([
      ...unknownKnobs(device).map(({ property }) => property),
      ...knobsOfOthers(catalogue, device, build),
    ]);
    return Object.keys(device.properties)
      .filter((property) => unknown.has(property))
      .map((property) => ({ alias: device.alias, property }));
  });
  // A global for a driver that no device has is harmless (measured); one that reaches a device is checked like its own.
  const stops = (global: GlobalProperty): boolean =>
    configuration.devices.some((device) =>
      unknownKnobs(device).some((knob) => reaches(global, knob, device)),
    ) || isUnknownToBridge(catalogue, global, build);
  const dropped = new Set(configuration.globals.filter(stops).map(({ property }) => property));
  const all = [...removals, ...[...dropped].map((property) => ({ alias: null, property }))];
  const { devices } = without(configuration, removals);
  return { devices, globals: configuration.globals.filter((global) => !stops(global)), removals: all };
};

/** A knob set on a device that its behaviour is not about: without effect there, and unknown all the same. */
const knobsOfOthers = (
  catalogue: Catalogue,
  { qomType, properties }: Device,
  build: Build,
): readonly string[] => {
  if (qomType === null) return [];
  const knobs = knobNames(catalogue);
  return Object.keys(properties).filter(
    (property) => knobs.has(property) && propertyIn(catalogue, qomType, property, build) === 'absent',
  );
};

/** Every board with PCI has devices of its own: `Property 'mch.x-pcie-err-unc-mask' not found` (measured). */
const isUnknownToBridge = (
  catalogue: Catalogue,
  { driver, property }: GlobalProperty,
  build: Build,
): boolean =>
  driver === PCI_DEVICE &&
  catalogue.behaviours.some(({ knobs }) =>
    knobs.some(
      (knob) =>
        knob.property === property &&
        knob.abstractTypes.includes(driver) &&
        isSettable(knob, build) === false,
    ),
  );
const PCI_DEVICE = 'pci-device';

/** A configuration once removals were carried out. */
export const without = (
  configuration: LaunchConfiguration,
  removals: readonly Removal[],
): LaunchConfiguration => {
  const goes = (alias: string | null, property: string): boolean =>
    removals.some((removal) => removal.alias === alias && removal.property === property);
  return {
    ...configuration,
    devices: configuration.devices.map((device) => ({
      ...device,
      properties: Object.fromEntries(
        Object.entries(device.properties).filter(([property]) => !goes(device.alias, property)),
      ),
    })),
    globals: configuration.globals.filter(({ property }) => !goes(null, property)),
  };
};
