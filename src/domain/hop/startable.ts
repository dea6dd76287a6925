import type { Catalogue } from '../catalogue/catalogue.js';
import { ancestorsOf, deviceTypeIn, propertyIn } from '../catalogue/device-type-lookup.js';
import { buildLabel, type Build } from '../qemu/build.js';
import type { Device, GlobalProperty, LaunchConfiguration } from '../qemu/device.js';
import { about, type Finding } from './finding.js';

/**
 * What keeps a build from starting with a configuration beside its machine type and the catalogue's knobs: a device
 * model that it does not have, a property that it does not know.
 * @see QEMU system/qdev-monitor.c: either stops it
 */
export const startFindings = (
  catalogue: Catalogue,
  { devices, globals }: Pick<LaunchConfiguration, 'devices' | 'globals'>,
  build: Build,
): readonly Finding[] =>
  devices.flatMap((device) => {
    const { qomType, alias } = device;
    if (qomType === null) return [];
    if (deviceTypeIn(catalogue, qomType, build) === 'absent') {
      const text = `${alias}: ${buildLabel(build)} has no device model ${qomType}`;
      return [stops('device-type-missing', text, alias)];
    }
    return unknownProperties(catalogue, device, qomType, globals, build).map((property) => {
      const text = `${alias}: ${buildLabel(build)} does not know ${qomType}.${property} and would not start with it`;
      return stops('property-missing', text, alias);
    });
  });

const stops = (kind: 'device-type-missing' | 'property-missing', text: string, alias: string): Finding => ({
  reason: about(kind, text, alias),
  verdict: 'BLOCKED',
  stopsStart: true,
});

const unknownProperties = (
  catalogue: Catalogue,
  { properties }: Device,
  qomType: string,
  globals: readonly GlobalProperty[],
  build: Build,
): readonly string[] => {
  const lineage = [qomType, ...ancestorsOf(catalogue, qomType)];
  const reaching = globals.filter(({ driver }) => lineage.includes(driver)).map(({ property }) => property);
  return [...new Set([...Object.keys(properties), ...reaching])].filter(
    (property) => propertyIn(catalogue, qomType, property, build) === 'absent',
  );
};
