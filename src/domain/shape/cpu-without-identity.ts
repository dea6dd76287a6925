import { featuresOf } from '../host/cpu-features.js';
import type { Birth, GuestCpu } from '../hop/guest-cpu.js';
import { cpuInOrder } from './configuration-text.js';

/** Stands for the name of a host of which all that counts is known. */
const WHEREVER = 'the host it was born on';

const PASSED_THROUGH: ReadonlySet<string> = new Set(['host-passthrough', 'maximum']);

/** Whether a guest's CPU hangs on the host that it was born on. */
export const takesFromHost = (mode: string | undefined): boolean =>
  mode === 'host-model' || (mode !== undefined && PASSED_THROUGH.has(mode));

/**
 * Of where a guest was born, what a verdict about its CPU can hang on. The host's name is left out where its CPU is known
 * feature by feature: then only the features count.
 */
export const birthWithoutIdentity = (mode: string, { host, cpu, certainty }: Birth): Birth | null => {
  if (!takesFromHost(mode)) return null;
  const known =
    cpu === null ? null : { model: cpu.model, vendor: cpu.vendor ?? null, features: cpu.features };
  const isTold = featuresOf(known) !== null && certainty === 'certain';
  const isNamed = PASSED_THROUGH.has(mode) && !isTold;
  return { host: isNamed ? host : WHEREVER, cpu: known, certainty };
};

export const cpuWithoutIdentity = ({ asked, birth }: GuestCpu): GuestCpu => ({
  asked: cpuInOrder(asked),
  birth: birth === null ? null : birthWithoutIdentity(asked.mode, birth),
});
