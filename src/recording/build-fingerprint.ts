import { createHash } from 'node:crypto';
import { canonical } from '../catalogue/canonical.js';
import type { BuildFacts } from '../domain/qemu/build-facts.js';

type Content = Omit<BuildFacts, 'fingerprint'>;

/** SHA-256 over the content, first 16 hex digits. The order in which a binary lists things says nothing and is kept out. */
export const buildFingerprint = ({ build, target, machineTypes, types, cpuModels }: Content): string => {
  const inAnyOrder = (entries: readonly unknown[]): string => entries.map(canonical).toSorted().join(',');
  const content = [
    canonical(build),
    target,
    inAnyOrder(machineTypes),
    inAnyOrder(
      types.map((type) => ({ ...type, properties: type.properties?.map(canonical).toSorted() ?? null })),
    ),
    inAnyOrder(cpuModels),
  ].join('\n');
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
};
