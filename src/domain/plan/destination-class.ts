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

/**
 * Destinations of one class. The one that stands for several is of no host in particular, so that no answer rests on the
 * name of one of them.
 */
export interface AlikeDestinations {
  readonly key: string;
  readonly destination: Destination;
  /** Names of the hosts; empty for a build that is on no host. */
  readonly hosts: readonly string[];
}

/** @param apart a host that a guest knows by name, because it was born there: a class of its own */
export const alike = (destinations: readonly Destination[], apart?: string): readonly AlikeDestinations[] => {
  const classes = new Map<string, { destination: Destination; hosts: string[] }>();
  for (const destination of destinations) {
    const { host } = destination;
    const key = destinationClass(destination) + (host !== null && host === apart ? ' apart' : '');
    const known = classes.get(key) ?? { destination, hosts: [] };
    if (host !== null) known.hosts.push(host);
    classes.set(key, known);
  }
  return [...classes].map(([key, { destination, hosts }]) => ({
    // One host by its name and several alike ask different questions.
    key: hosts.length === 1 ? `${key} ${hosts[0] ?? ''}` : key,
    destination: hosts.length > 1 ? { ...destination, host: null } : destination,
    hosts,
  }));
};
