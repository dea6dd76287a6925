import type { Effective } from './effective.js';
import type { Evaluated } from './evaluate.js';
import { holdsGuest } from './link.js';
import { byInstant, isMark, type Mark } from './marks.js';
import type { HostProcess } from './host-process.js';
import type { Hop } from './vm.js';
import type { HopStatistics } from './events.js';

/** Every hop and restore, both ends joined, with what was answered before it. */
export const hopsOf = (processes: readonly Evaluated[], events: readonly Effective[]): readonly Hop[] => {
  const byId = new Map(processes.map((process) => [process.link.id, process]));
  const answers = answersOf(events);
  return processes.flatMap((process) => {
    const { link, view } = process;
    if (link.outcome === null) return [];
    const { restored } = process;
    const saved = restored?.ref ?? null;
    const fromId = saved?.process ?? link.parent;
    const from = fromId === null ? undefined : byId.get(fromId);
    const arrived = holdsGuest(link);
    const leaving = arrived && link.origin === 'hop' ? departure(from) : null;
    return {
      id: `hop:${link.id}`,
      via: link.origin === 'restore' ? 'restore' : 'migration',
      outcome: link.outcome,
      from:
        from === undefined ? null : { process: from.link.id, host: from.view.host, build: from.view.build },
      to: { process: link.id, host: view.host, build: view.build },
      savedState:
        saved === null
          ? null
          : { id: saved.id, certainty: restored?.certain === true ? 'certain' : 'assumed' },
      gap: link.gap,
      confirmedBy: [
        ...(leaving?.attested === true && !link.gap ? (['source'] as const) : []),
        ...(link.process.arrivals.length > 0 || (link.origin === 'restore' && link.outcome === 'completed')
          ? (['destination'] as const)
          : []),
      ],
      startedAt: view.openedAt,
      endedAt: arrived ? arrivedAt(process, leaving?.at ?? null) : view.endedAt,
      statistics: leaving?.statistics ?? null,
      error: errorOf(link.process),
      carriedIn: process.carriedIn,
      advice: answers.get(link.process.prepared?.id ?? '') ?? null,
    };
  });
};

const departure = (
  from: Evaluated | undefined,
): { readonly at: number; readonly attested: boolean; readonly statistics: HopStatistics | null } | null => {
  if (from?.link.end == null) return null;
  const completed = from.link.process.ends.flatMap(({ data }) => (data.type === 'HopCompleted' ? data : []));
  return {
    at: from.link.end.at,
    attested: from.link.end.reason === 'migrated',
    statistics:
      completed.map(({ statistics }) => statistics).find((statistics) => statistics !== null) ?? null,
  };
};

const arrivedAt = ({ link }: Evaluated, leftAt: number | null): string | null => {
  const at = link.process.arrivals[0]?.at ?? leftAt;
  return at === null ? null : new Date(at).toISOString();
};

/** The destination's words. */
const errorOf = ({ ends }: HostProcess): string | null =>
  ends.map((mark) => (isMark(mark, 'HopFailed') ? mark.data.error : null)).find((error) => error !== null) ??
  null;

/**
 * The answer to each call, by the call's event. A repeat changes nothing. Where a host refused by itself, having heard none
 * of what hopledger answered, the refusal is what counts.
 */
const answersOf = (events: readonly Effective[]): ReadonlyMap<string | null, Hop['advice']> =>
  new Map(
    events
      .flatMap((event) => (isMark(event, 'AdviceGiven') ? event : []))
      .sort((a, b) => Number(isRefusal(b)) - Number(isRefusal(a)) || byInstant(a, b))
      .toReversed()
      .map(({ id, data: { verdict, answer }, metadata }) => [
        metadata.causationId,
        { eventId: id, verdict, answer },
      ]),
  );

const isRefusal = ({ data }: Mark<'AdviceGiven'>): boolean => data.answer === 'refused';
