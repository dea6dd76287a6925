import { matchDevices } from '../vm/match-devices.js';
import { about, type Finding } from './finding.js';
import type { HopQuestion } from './judge.js';

/**
 * Devices that the guest has and an exact configuration has not: the stream brings a section that nobody takes
 * (`Unknown savevm section or instance`, measured). What a running guest's definition leaves out was unplugged unseen.
 */
export const missingDevices = ({ from, configuration }: HopQuestion): readonly Finding[] => {
  if (from == null || configuration.exact !== true) return [];
  const matched = new Set(matchDevices(from.devices, configuration.devices).values());
  return from.devices
    .filter((device) => !matched.has(device))
    .map(({ alias, qomType, address }) => {
      const what = qomType === null ? alias : `${qomType} ${alias}`;
      const where = address === null ? '' : ` at ${address}`;
      const text = `the guest has ${what}${where}, which the destination would not have`;
      return { reason: about('device-missing', text, alias), verdict: 'BLOCKED' };
    });
};
