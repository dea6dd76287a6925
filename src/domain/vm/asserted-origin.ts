import type { Effective } from './effective.js';
import { holdsGuest, type Link } from './link.js';
import { byInstant, isMark, type Mark } from './marks.js';

/**
 * The process that each assertion of origin speaks of: where the power cycle that ran at the time comes into view.
 * That is before its first process without a known source; a cold boot that was seen needs no assertion.
 * The latest assertion counts.
 */
export const assertedOrigins = (
  links: readonly Link[],
  events: readonly Effective[],
): ReadonlyMap<string, Mark<'OriginAsserted'>> => {
  const found = new Map<string, Mark<'OriginAsserted'>>();
  const byId = new Map(links.map((link) => [link.id, link]));
  const assertions = events.flatMap((mark) => (isMark(mark, 'OriginAsserted') ? mark : [])).sort(byInstant);
  for (const assertion of assertions) {
    const running = links.findLast((link) => holdsGuest(link) && link.process.openedAt <= assertion.at);
    const origin = running === undefined ? undefined : whereKnownFrom(running, byId);
    if (origin !== undefined && origin.origin !== 'cold-boot') found.set(origin.id, assertion);
  }
  return found;
};

const whereKnownFrom = (link: Link, byId: ReadonlyMap<string, Link>): Link => {
  const source = link.gap ? null : (link.parent ?? link.savedStates[0]?.process ?? null);
  const before = source === null ? undefined : byId.get(source);
  return before === undefined ? link : whereKnownFrom(before, byId);
};
