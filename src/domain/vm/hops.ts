import type { Effective } from './effective.js';
import type { Evaluated } from './evaluate.js';
import { instantOf } from './instant.js';
import type { Hop } from './vm.js';
import type { HopStatistics } from './events.js';

/** Every hop and restore, both ends joined, with what was answered before it. */
export const hopsOf = (processes: readonly Evaluated[], events: readonly Effective[]): readonly Hop[] => {
  const byId = new Map(processes.map((process) => [process.link.id, process]));
  return processes.flatMap((process) => {
    const { link, view } = process;
    if (link.outcome === null) return [];
    const saved = link.savedStates[0] ?? null;
    const fromId = saved?.process ?? link.parent;
    const from = fromId === null ? undefined : byId.get(fromId);
    const arrived = link.outcome === 'completed' || link.outcome === 'unconfirmed';
    const leaving = arrived && link.origin === 'hop' ? departure(from) : null;
    return {
      id: `hop:${link.id}`,
      via: link.origin === 'restore' ? 'restore' : 'migration',
      outcome: link.outcome,
      from: from === undefined ? null : { process: from.link.id, host: from.view.host, build: from.view.build },
      to: { process: link.id, host: view.host, build: view.build },
      savedState: saved === null ? null : { id: saved.id, certainty: process.ambiguousSave ? 'assumed' : 'certain' },
      gap: link.gap,
      confirmedBy: [
        ...(leaving?.attested === true ? (['source'] as const) : []),
        ...(link.process.arrivals.length > 0 || (link.origin === 'restore' && link.outcome === 'completed') ? (['destination'] as const) : []),
      ],
      startedAt: view.openedAt,
      endedAt: arrived ? arrivedAt(process, leaving?.at ?? null) : view.endedAt,
      statistics: leaving?.statistics ?? null,
      error: link.process.ends.map(({ data }) => (data.type === 'HopFailed' ? data.error : null)).find((error) => error !== null) ?? null,
      carriedIn: process.carriedIn,
      advice: adviceFor(process, events),
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
    statistics: completed.map(({ statistics }) => statistics).find((statistics) => statistics !== null) ?? null,
  };
};

const arrivedAt = ({ link }: Evaluated, leftAt: number | null): string | null => {
  const at = link.process.arrivals[0]?.at ?? leftAt;
  return at === null ? null : new Date(at).toISOString();
};

/** The answer to this very call, known by its cause; there is at most one. */
const adviceFor = ({ link }: Evaluated, events: readonly Effective[]): Hop['advice'] => {
  const cause = link.process.prepared?.id;
  if (cause === undefined) return null;
  const [advice] = events
    .filter(({ data, metadata }) => data.type === 'AdviceGiven' && metadata.causationId === cause)
    .sort((a, b) => instantOf(a.metadata) - instantOf(b.metadata) || (a.id < b.id ? -1 : 1));
  if (advice?.data.type !== 'AdviceGiven') return null;
  return { eventId: advice.id, verdict: advice.data.verdict, answer: advice.data.answer };
};
