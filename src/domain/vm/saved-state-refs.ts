import type { HostProcess } from './host-process.js';
import { holdsGuest, type Link, type SavedStateRef } from './link.js';
import { isMark } from './marks.js';
import { CLOCKS_AGREE_MS } from './whereabouts.js';

/** The states saved from a process, in order. Several reports of one save are one. */
export const savedStatesOf = ({
  id: process,
  process: { host, activity, ends },
  end,
}: Link): readonly SavedStateRef[] => {
  const ref = (name: string | null, at: number): SavedStateRef => ({
    id: name ?? `${host}/${new Date(at).toISOString()}`,
    at,
    process,
    host,
    told: name === null ? 'unnamed' : 'named',
  });
  const running = activity.flatMap((mark) =>
    isMark(mark, 'StateSaved') ? ref(mark.data.savedState, mark.at) : [],
  );
  if (end?.reason !== 'saved') return latestOfEach(running);
  const names = ends.map((mark) => (isMark(mark, 'StateSaved') ? mark.data.savedState : null));
  return latestOfEach([...running, ref(names.find((name) => name !== null) ?? null, end.at)]);
};

/** A state saved under the name of an older one has taken its place. `refs` from the oldest on. */
const latestOfEach = (refs: readonly SavedStateRef[]): readonly SavedStateRef[] =>
  refs.filter(({ id }, index) => refs.findLastIndex((other) => other.id === id) === index);

/**
 * libvirt before 10.5 gives no reason for an end: what is restored on the same host afterwards may have been saved then.
 */
const presumedSave = (link: Link, host: string): readonly SavedStateRef[] =>
  link.end?.reason === 'unknown' && link.process.host === host && holdsGuest(link)
    ? [
        {
          id: `${host}/${new Date(link.end.at).toISOString()}`,
          at: link.end.at,
          process: link.id,
          host,
          told: 'presumed',
        },
      ]
    : [];

/** The saved states that a restore can have loaded, likeliest first: the one it names, else any before it. */
export const restorableBy = (
  process: HostProcess,
  earlier: readonly Link[],
  uuid: string,
): readonly SavedStateRef[] => {
  const restored = process.starts.flatMap((mark) => (isMark(mark, 'StateRestored') ? mark.data : []));
  // A clone's state is in another VM's history.
  if (restored.some(({ fromVm }) => fromVm !== null && fromVm.toLowerCase() !== uuid.toLowerCase()))
    return [];
  const named = restored.map(({ savedState }) => savedState).find((name) => name !== null) ?? null;
  const before = earlier
    .flatMap((link) => [...savedStatesOf(link), ...presumedSave(link, process.host)])
    .filter(({ at }) => at <= process.openedAt + CLOCKS_AGREE_MS)
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  const standing = latestOfEach(before).toReversed();
  return named === null ? standing : standing.filter(({ id }) => id === named);
};
