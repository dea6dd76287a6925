import type { AllStreamResolvedEvent, ResolvedEvent } from '@eventstore/db-client';
import type { Position, StoredEvent } from '../port.js';
import { ledgerStream, type Namespace } from './namespace.js';
import { toPosition } from './position.js';

/** An event as the server gave it; its recorded time is not settled yet. */
export type ServerEvent = Omit<StoredEvent, 'recordedAt'> & { readonly createdMs: number };

/** Undefined for what is no event: a link whose target is gone. */
export function serverEvent(
  namespace: Namespace,
  { event, commitPosition }: ResolvedEvent | AllStreamResolvedEvent,
): ServerEvent | undefined {
  if (!event) return undefined;
  const { position, streamId, revision, id, type, data, metadata, created } = event;
  return {
    id,
    type,
    data,
    metadata: metadata ?? {},
    stream: ledgerStream(namespace, streamId),
    revision,
    position: positionOf(position, commitPosition),
    createdMs: created.getTime(),
  };
}

export function storedAt({ createdMs: _, ...event }: ServerEvent, recordedAtMs: number): StoredEvent {
  return { ...event, recordedAt: new Date(recordedAtMs).toISOString() };
}

function positionOf(
  position: { readonly commit: bigint; readonly prepare: bigint } | undefined,
  commit: bigint | undefined,
): Position {
  if (position) return toPosition(position);
  if (commit !== undefined) return toPosition({ commit, prepare: commit });
  throw new Error('an event without a position; the server is older than 22.6');
}
