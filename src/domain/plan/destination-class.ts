import type { Destination } from '../hop/assessment.js';

/**
 * The same text for destinations that every verdict treats alike: of one build, with the same facts told of it, and a like
 * host around it.
 */
export const destinationClass = ({ host: _host, libvirt: _libvirt, ...told }: Destination): string =>
  JSON.stringify(told, (_key, value: unknown) =>
    // What a binary said of itself is long, and named by its fingerprint.
    typeof value === 'object' && value !== null && 'fingerprint' in value ? value.fingerprint : value,
  );

/** Destinations of one class, the first in the order given standing for all. */
export interface AlikeDestinations {
  readonly key: string;
  readonly destination: Destination;
  /** Names of the hosts; empty for a build that is on no host. */
  readonly hosts: readonly string[];
}

export const alike = (destinations: readonly Destination[]): readonly AlikeDestinations[] => {
  const classes = new Map<string, { destination: Destination; hosts: string[] }>();
  for (const destination of destinations) {
    const key = destinationClass(destination);
    const known = classes.get(key) ?? { destination, hosts: [] };
    if (destination.host !== null) known.hosts.push(destination.host);
    classes.set(key, known);
  }
  return [...classes].map(([key, found]) => ({ key, ...found }));
};
