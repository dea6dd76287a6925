import { harmless } from '../show/harmless.js';
import { when } from '../show/words.js';
import type { Style } from '../style.js';

export interface FeedEvent {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly vm: string | null;
  readonly host: string | null;
  readonly position: string;
  readonly revision: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly actor: string;
  readonly tool: string;
  readonly data: unknown;
}

/** One event in one line: where it stands, when it happened, what, of whom, and who says so. */
export const eventLine = (event: FeedEvent, style: Style): string => {
  const { position, occurredAt, type, stream, vm, host, actor, tool } = event;
  const of = vm ?? stream;
  return [
    style.dim(position),
    when(occurredAt),
    style.bold(type.padEnd(16)),
    harmless(of),
    harmless(host ?? '-'),
    style.dim(harmless(`${actor} (${tool})`)),
  ].join('  ');
};
