import type { HostProcess } from './host-process.js';
import { holdsGuest, type Link } from './link.js';
import { linkProcess } from './origin.js';
import { withRefusals } from './refusals.js';
import { CLOCKS_AGREE_MS } from './whereabouts.js';

/**
 * Links every process to where its state came from; sources come before what came of them. `processes` in the order
 * they opened, as `processesOf` gives them.
 */
export const linkProcesses = (processes: readonly HostProcess[], uuid: string): readonly Link[] => {
  let links = linkInOrder(processes, uuid);
  // Each round leaves fewer loose ends than the one before, so it comes to an end.
  for (;;) {
    const better = withClocksSetRight(links, uuid);
    if (better === null) return withRefusals(links);
    links = better;
  }
};

const linkInOrder = (processes: readonly HostProcess[], uuid: string): readonly Link[] => {
  const links: Link[] = [];
  const ids = idsOf(processes);
  for (const [index, process] of processes.entries()) {
    links.push(linkProcess(process, ids[index] ?? '', links, uuid));
  }
  return onlyOneArrival(links);
};

/** By host and time of opening; two of the same millisecond are told apart by a number. */
const idsOf = (processes: readonly HostProcess[]): readonly string[] => {
  const taken = new Map<string, number>();
  return processes.map(({ host, openedAt }) => {
    const id = `${host}/${new Date(openedAt).toISOString()}`;
    const count = (taken.get(id) ?? 0) + 1;
    taken.set(id, count);
    return count === 1 ? id : `${id}#${count}`;
  });
};

/** A source is left once: of several incoming processes that claim its departure, the one with the best evidence has it. */
const onlyOneArrival = (links: readonly Link[]): readonly Link[] => {
  const claims = (link: Link): boolean => link.origin === 'hop' && !link.gap && holdsGuest(link);
  const evidence = ({ process, end }: Link): number => {
    if (process.arrivals.length > 0) return 3;
    if (process.activity.length > 0) return 2;
    return end?.reason === 'unknown' ? 0 : 1;
  };
  const arrived = new Map<string, Link>();
  for (const link of links) {
    if (link.parent === null || !claims(link)) continue;
    const other = arrived.get(link.parent);
    if (evidence(link) >= (other === undefined ? 0 : evidence(other))) arrived.set(link.parent, link);
  }
  return links.map((link) => {
    const best = link.parent === null ? undefined : arrived.get(link.parent);
    if (best === undefined || best === link) return link;
    return claims(link) && evidence(link) < 2 ? { ...link, outcome: 'failed' as const } : link;
  });
};

/**
 * After quick bounces, clocks that are apart put a process behind the one it went to. It shows: a departure that
 * nobody received, beside an arrival that could be its own. Exchanged, both find each other. Null: nothing to mend.
 */
const withClocksSetRight = (links: readonly Link[], uuid: string): readonly Link[] | null => {
  const loose = looseEnds(links);
  if (loose === 0) return null;
  for (const [index, departed] of links.entries()) {
    if (!isUnreceived(departed, links)) continue;
    for (const [before, arrived] of links.slice(0, index).entries()) {
      if (departed.process.openedAt - arrived.process.openedAt > CLOCKS_AGREE_MS) continue;
      if (arrived.origin === 'cold-boot' || arrived.process.host === departed.process.host) continue;
      const order = links.map(({ process }) => process);
      const exchanged = [
        ...order.slice(0, before),
        departed.process,
        ...order.slice(before, index),
        ...order.slice(index + 1),
      ];
      const relinked = linkInOrder(exchanged, uuid);
      if (looseEnds(relinked) < loose) return relinked;
    }
  }
  return null;
};

const isUnreceived = (link: Link, links: readonly Link[]): boolean =>
  holdsGuest(link) &&
  link.end?.reason === 'migrated' &&
  !links.some((other) => other.parent === link.id && !other.gap && holdsGuest(other));

const looseEnds = (links: readonly Link[]): number =>
  links.filter(
    (link) => isUnreceived(link, links) || (link.gap && link.origin !== 'restore' && holdsGuest(link)),
  ).length;
