import type { Catalogue } from '../catalogue/catalogue.js';
import { binaryText } from '../catalogue/binary.js';
import { ancestorsOf, propertyIn } from '../catalogue/device-type-lookup.js';
import type { ProcessOffer } from '../catalogue/offered.js';
import { pinnedValue } from '../catalogue/pin-lookup.js';
import { rememberedOverride, rememberedSettings, sameText } from '../catalogue/remembered.js';
import { buildLabel, type Build } from '../qemu/build.js';
import type { Device } from '../qemu/device.js';
import type { CarriedValue } from '../vm/carried.js';
import type { Reason } from './assessment.js';
import type { Finding } from './finding.js';

/**
 * A property that was set by hand when the device was made. What QEMU does with another value is not in the catalogue,
 * so the destination is to be given the same one.
 */
export const judgeRemembered = (
  catalogue: Catalogue,
  value: CarriedValue,
  property: string,
  device: Device,
  offer: ProcessOffer,
  build: Build,
): readonly Finding[] => {
  const offered = offeredText(catalogue, property, device, offer, build);
  if (value.value === null || (offered !== null && sameText(offered, value.value))) return [];
  const because = (kind: Reason['kind'], text: string): Reason => ({
    kind,
    text: `${device.alias}: ${text}`,
    behaviour: value.behaviour,
    alias: device.alias,
    carried: value.value,
    offered,
    certainty: value.certainty,
    evidence: null,
    latchedBy: value.because.eventId,
  });
  const given = `was given ${property}=${value.value} when it was made`;
  const override = rememberedOverride(device, property, value.value);
  if (override === null || propertyIn(catalogue, override.qomType, property, build) === 'absent') {
    const text = `${given}, which ${buildLabel(build)} does not know; whether it takes the state is not known`;
    return [{ reason: because('acceptance-unknown', text), verdict: 'UNKNOWN' }];
  }
  return [{ reason: because('needs-override', given), verdict: 'NEEDS_OVERRIDES', override }];
};

/** Null: the device's own default, which the catalogue does not know. */
const offeredText = (
  catalogue: Catalogue,
  property: string,
  device: Device,
  { machineType, globals }: ProcessOffer,
  build: Build,
): string | null => {
  const set = rememberedSettings(catalogue, device, globals, machineType).find(
    (setting) => setting.property === property,
  );
  if (set !== undefined) return set.text;
  if (device.qomType === null || machineType === null) return null;
  const told = binaryText(catalogue, build, machineType, device.qomType, property);
  if (told !== null) return told;
  const qomTypes = [device.qomType, ...ancestorsOf(catalogue, device.qomType)];
  return pinnedValue(catalogue, { qomTypes, property, machineType, version: build.version })?.value ?? null;
};
