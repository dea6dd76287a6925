import type { EventText } from './checked-append.js';
import type { Outcome } from './outcome.js';

/** The questions about the log that decide whether and where an append goes. */
export interface LogIndex {
  /** Undefined when the stream does not exist. */
  lastRevision(stream: string): number | undefined;
  eventAt(stream: string, revision: number): { readonly id: string; readonly sequence: number } | undefined;
  hasId(id: string): boolean;
}

/**
 * The rule of expected revisions and of retries, as EventStoreDB has it for explicit revisions. `fresh` means: write it
 * at `firstRevision`.
 *
 * Retries are known by the ids at the place where the append would have gone, not by the body. A stale revision with
 * other ids there, or with only some of them, is a wrong revision.
 *
 * @see KurrentDB `IndexWriter.CheckCommit`
 */
export function placeAppend(
  log: LogIndex,
  append: {
    readonly stream: string;
    readonly firstRevision: number;
    readonly events: readonly Pick<EventText, 'id'>[];
  },
): 'fresh' | Outcome {
  const last = log.lastRevision(append.stream);
  const next = last === undefined ? 0 : last + 1;
  if (append.firstRevision < next) {
    const end = findRepeat(log, append);
    if (end) return end;
  }
  if (append.firstRevision !== next) return { kind: 'wrongRevision', actual: last ?? 'none' };

  const known = append.events.find((event) => log.hasId(event.id));
  return known ? { kind: 'duplicateId', id: known.id } : 'fresh';
}

function findRepeat(log: LogIndex, append: Parameters<typeof placeAppend>[1]): Outcome | undefined {
  let revision = append.firstRevision - 1;
  let sequence = 0;
  for (const event of append.events) {
    revision += 1;
    const there = log.eventAt(append.stream, revision);
    if (there?.id !== event.id) return undefined;
    sequence = there.sequence;
  }
  return { kind: 'appended', revision, sequence, repeated: true };
}
