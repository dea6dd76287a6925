import { refusedRegisters, type RefusedRegister } from '../diagnose/refused-registers.js';
import type { LatchingEvent } from './carried.js';
import type { Link } from './link.js';
import { byInstant, isMark, type ActivityMark, type Mark } from './marks.js';

/**
 * A destination that would not take the guest read its state, and at times says what it found there: evidence of what
 * the source carried.
 */
export interface Refusal {
  readonly event: LatchingEvent;
  /** When the state was as the destination read it: then, or when it was saved. */
  readonly at: number;
  readonly registers: readonly RefusedRegister[];
}

/** Gives each process what destinations said of the state that it sent, in the order in which it was so. */
export const withRefusals = (links: readonly Link[]): readonly Link[] => {
  const bySource = new Map<string, Refusal[]>();
  const add = (
    process: string,
    { id, at, data: { error } }: Mark<'HopFailed'>,
    savedAt: number | null,
  ): void => {
    const registers = error === null ? [] : refusedRegisters(error);
    if (registers.length === 0) return;
    const refusal = { event: { id, at }, at: savedAt ?? at, registers };
    bySource.set(process, [...(bySource.get(process) ?? []), refusal]);
  };
  for (const link of links) {
    // Its own monitor may have been told why.
    for (const mark of link.process.failedDepartures) add(link.id, mark, null);
    const source = sourceOf(link);
    if (source === null) continue;
    for (const mark of link.process.ends) {
      if (isMark(mark, 'HopFailed')) add(source.process, mark, source.savedAt);
    }
  }
  return bySource.size === 0
    ? links
    : links.map((link) => ({ ...link, refusals: inOrder(bySource.get(link.id) ?? []) }));
};

const inOrder = (refusals: readonly Refusal[]): readonly Refusal[] =>
  [...refusals].sort((a, b) => a.at - b.at || a.event.at - b.event.at || (a.event.id < b.event.id ? -1 : 1));

/** The process whose state was refused, when that is known for sure; `savedAt` null: as it was at the time. */
const sourceOf = (link: Link): { readonly process: string; readonly savedAt: number | null } | null => {
  if (link.outcome !== 'failed' || link.gap) return null;
  if (link.origin === 'hop') return link.parent === null ? null : { process: link.parent, savedAt: null };
  // A refused restore names no saved state, and elsewhere somebody may have brought another.
  const [ref, ...others] = link.savedStates;
  if (ref === undefined || others.length > 0) return null;
  if (ref.told === 'presumed' || ref.host !== link.process.host) return null;
  return { process: ref.process, savedAt: ref.at };
};

/** What happened in a process, with what was said of the state it sent; a saved state was as it is when it was saved. */
export const lifeOf = ({ process, refusals }: Link): readonly (ActivityMark | Refusal)[] => {
  const life: (ActivityMark | Refusal)[] = [...process.activity].sort(byInstant);
  for (const refusal of refusals) {
    const after = life.findIndex(
      (step) =>
        step.at > refusal.at || (step.at === refusal.at && 'data' in step && step.data.type === 'StateSaved'),
    );
    life.splice(after < 0 ? life.length : after, 0, refusal);
  }
  return life;
};
