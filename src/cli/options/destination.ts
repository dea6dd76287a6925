import { usageFailure } from '../failure.js';
import type { BuildInput } from './texts.js';

/** `DestinationInput` of the API. */
export interface DestinationInput {
  readonly host: string | null;
  readonly build: BuildInput | null;
}

/** @throws CliFailure (usage) when neither is given */
export const destinationOf = (
  host: string | undefined,
  buildGiven: BuildInput | undefined,
  hostOption: string,
): DestinationInput => {
  if (host === undefined && buildGiven === undefined) {
    throw usageFailure(`say where: ${hostOption} HOST, --build VERSION[:PACKAGE], or both`);
  }
  return { host: host ?? null, build: buildGiven ?? null };
};
