import { InvalidAppend } from './errors.js';
import type { LedgerLimits } from './limits.js';
import type { Expected, NewEvent, StreamName } from './port.js';

/** An event as it is stored: its bodies are JSON text. */
export interface EventText {
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
}

/** An append that every engine can take as it is. */
export interface CheckedAppend {
  readonly stream: StreamName;
  readonly expected: Expected;
  /** The revision that the first event is to have. */
  readonly firstRevision: number;
  readonly events: readonly EventText[];
  /** Of all bodies, in UTF-8. */
  readonly bytes: number;
}

const NAME = /^[A-Za-z0-9._:-]{1,200}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Checks everything about an append that needs no look at the log, and turns its bodies into text.
 *
 * @throws InvalidAppend
 */
export function checkAppend(
  stream: StreamName,
  expected: Expected,
  events: readonly NewEvent[],
  limits: LedgerLimits,
): CheckedAppend {
  if (!NAME.test(stream)) throw new InvalidAppend(`malformed stream name ${excerpt(stream)}`);
  if (expected !== 'no_stream' && (typeof expected !== 'bigint' || expected < 0n))
    throw new InvalidAppend(
      `${stream}: expected revision ${String(expected)} is neither no_stream nor 0 or above`,
    );
  if (events.length === 0) throw new InvalidAppend(`${stream}: an append without events`);
  if (events.length > limits.maxEventsPerAppend)
    throw new InvalidAppend(
      `${stream}: ${events.length} events in one append, at most ${limits.maxEventsPerAppend} are allowed`,
    );

  const texts: EventText[] = [];
  const ids = new Set<string>();
  let bytes = 0;
  for (const event of events) {
    if (ids.has(event.id)) throw new InvalidAppend(`${stream}: event id ${event.id} twice in one append`);
    ids.add(event.id);
    const text = checkEvent(stream, event);
    const size = Buffer.byteLength(text.data) + Buffer.byteLength(text.metadata);
    if (size > limits.maxEventBytes)
      throw new InvalidAppend(
        `${stream}: event ${event.id} has ${size} bytes, at most ${limits.maxEventBytes} are allowed`,
      );
    bytes += size;
    texts.push(text);
  }
  if (bytes > limits.maxAppendBytes)
    throw new InvalidAppend(
      `${stream}: ${bytes} bytes in one append, at most ${limits.maxAppendBytes} are allowed`,
    );
  return { stream, expected, firstRevision: firstRevisionAfter(expected), events: texts, bytes };
}

/** No log reaches a revision that a double cannot hold, so any larger one may stand for all of them. */
function firstRevisionAfter(expected: Expected): number {
  if (expected === 'no_stream') return 0;
  return Number(expected < BigInt(Number.MAX_SAFE_INTEGER) ? expected + 1n : Number.MAX_SAFE_INTEGER);
}

function checkEvent(stream: StreamName, event: NewEvent): EventText {
  if (!UUID.test(event.id))
    throw new InvalidAppend(`${stream}: event id ${excerpt(event.id)} is no UUID in lower case`);
  if (!NAME.test(event.type))
    throw new InvalidAppend(`${stream}: event ${event.id} has the malformed type ${excerpt(event.type)}`);
  return {
    id: event.id,
    type: event.type,
    data: objectText(stream, event, 'data'),
    metadata: objectText(stream, event, 'metadata'),
  };
}

function objectText(stream: StreamName, event: NewEvent, member: 'data' | 'metadata'): string {
  const value = event[member];
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InvalidAppend(`${stream}: ${member} of event ${event.id} is no JSON object`);
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw new InvalidAppend(`${stream}: ${member} of event ${event.id} cannot be written as JSON`, { cause });
  }
}

/** Of what may be megabytes of someone's mistake. */
function excerpt(text: unknown): string {
  const shown = String(text);
  return JSON.stringify(shown.length > 80 ? `${shown.slice(0, 80)}…` : shown);
}
