import { createHash } from 'node:crypto';
import type { Catalogue } from '../domain/catalogue/catalogue.js';
import { canonical } from './canonical.js';

/** Where an entry stands in its file says nothing; the order within a behaviour does: there the first match wins. */
const inAnyOrder = (entries: readonly unknown[]): string =>
  `[${entries.map(canonical).toSorted().join(',')}]`;

/** SHA-256 over the content, first 16 hex digits. Independent of files, their order, comments and layout. */
export const revisionOf = (content: Omit<Catalogue, 'revision'>): string => {
  const parts: readonly (readonly unknown[])[] = [
    content.behaviours,
    [...content.machineTypes.values()],
    [...content.vendorMachineTypes.values()],
    content.pins,
    content.releases,
    content.probedBuilds,
    [...content.deviceTypes.values()],
    content.knobRanges,
  ];
  return createHash('sha256').update(parts.map(inAnyOrder).join('\n')).digest('hex').slice(0, 16);
};
