import type { VmEvent } from '../../domain/vm/events.js';
import { isFurtherLine, mayHaveMoreLines, readEventHead, type EventHead } from './events-line.js';
import { meaningOf } from './events-meaning.js';
import { readTimestamp } from './events-timestamp.js';
import { redactOptions } from './option-secrets.js';

/** One event of `virsh event --all --loop --timestamp`. */
export interface VirshEvent {
  /** As printed; an event of several lines keeps them, joined by line feeds. */
  readonly line: string;
  /** Of its first line, from 1. */
  readonly lineNumber: number;
  /** ISO 8601, UTC. virsh's clock: when it printed, some milliseconds after the fact. */
  readonly at: string;
  /** The VM's name; events hold no UUID. */
  readonly domain: string;
  /** Null: nothing to record, and `ignored` says why. */
  readonly event: VmEvent | null;
  readonly ignored: string | null;
}
export interface UnreadableLine {
  readonly lineNumber: number;
  /** The start of the line, without control characters. */
  readonly text: string;
  readonly why: string;
}
export interface VirshEvents {
  readonly events: readonly VirshEvent[];
  /** The first {@link MAX_UNREADABLE}; `unreadableCount` counts on. */
  readonly unreadable: readonly UnreadableLine[];
  readonly unreadableCount: number;
  /** Lines at which virsh ended: events between there and the next line may be missing. */
  readonly interruptions: readonly number[];
}

/** A name has at most 255 bytes; a longer line than this is no event. */
const MAX_LINE = 16_384;
/** libvirt has some 60 fields of a job. */
const MAX_GROUP_LINES = 256;
const MAX_TEXT = 300;
export const MAX_UNREADABLE = 1_000;
const ENDED = /^(?:events received: \d+|event loop (?:interrupted|timed out)|error: Disconnected from .*)$/;

interface Group {
  readonly head: EventHead;
  readonly at: string;
  readonly lineNumber: number;
  readonly lines: string[];
}

/**
 * Reads the output line by line, as it comes. An event of one line is returned by the `push` that brings it; one of
 * several lines (`job-completed`) by the push of the line after it, or by `end`.
 */
export class VirshEventReader {
  readonly #host: string;
  readonly #unreadable: UnreadableLine[] = [];
  readonly #interruptions: number[] = [];
  #unreadableCount = 0;
  #lineNumber = 0;
  #group: Group | null = null;
  /** Further lines of an event without a time: they belong to what is already reported as unreadable. */
  #skippingGroup = false;

  /** @param host - the host that virsh ran on; the output does not name it. */
  constructor(host: string) {
    this.#host = host;
  }

  push(rawLine: string): readonly VirshEvent[] {
    this.#lineNumber += 1;
    const line = rawLine.endsWith('\r') ? rawLine.slice(0, -1) : rawLine;
    if (isFurtherLine(line) && this.#takeFurther(line)) return [];
    const finished = this.#finishGroup();
    this.#skippingGroup = false;
    const event = this.#readFirst(line);
    return event === null ? finished : [...finished, event];
  }

  /** The event still open, if any. */
  end(): readonly VirshEvent[] {
    return this.#finishGroup();
  }

  get summary(): Omit<VirshEvents, 'events'> {
    return {
      unreadable: [...this.#unreadable],
      unreadableCount: this.#unreadableCount,
      interruptions: [...this.#interruptions],
    };
  }

  #takeFurther(line: string): boolean {
    if (this.#skippingGroup) return true;
    if (this.#group === null) return false;
    if (this.#group.lines.length < MAX_GROUP_LINES) this.#group.lines.push(line.slice(0, MAX_LINE));
    return true;
  }

  #readFirst(line: string): VirshEvent | null {
    if (line.trim() === '') return null;
    if (ENDED.test(line)) {
      this.#interruptions.push(this.#lineNumber);
      return null;
    }
    if (line.length > MAX_LINE) return this.#refuse(line, 'longer than any event');
    const stamped = readTimestamp(line);
    if (stamped === null) {
      if (readEventHead(line) === null) return this.#refuse(line, 'not an event');
      this.#skippingGroup = true;
      return this.#refuse(line, 'no time: virsh event must run with --timestamp');
    }
    const head = readEventHead(stamped.rest.replace(/^: /, ''));
    if (head === null) return this.#refuse(line, 'not an event');
    const group: Group = { head, at: stamped.at, lineNumber: this.#lineNumber, lines: [line] };
    if (!mayHaveMoreLines(head)) return this.#understand(group);
    this.#group = group;
    return null;
  }

  #finishGroup(): readonly VirshEvent[] {
    const group = this.#group;
    this.#group = null;
    return group === null ? [] : [this.#understand(group)];
  }

  #understand({ head, at, lineNumber, lines }: Group): VirshEvent {
    const fields = new Map<string, string>();
    for (const line of lines.slice(1)) {
      const [key = '', ...value] = line.trim().split(': ');
      fields.set(key, value.join(': '));
    }
    return {
      line: lines.join('\n'),
      lineNumber,
      at,
      domain: head.domain,
      ...meaningOf(head, fields, this.#host),
    };
  }

  #refuse(line: string, why: string): null {
    this.#unreadableCount += 1;
    if (this.#unreadable.length < MAX_UNREADABLE) {
      this.#unreadable.push({ lineNumber: this.#lineNumber, text: printable(line), why });
    }
    return null;
  }
}

/** Reads a whole output. @param host - the host that virsh ran on. */
export const parseVirshEvents = (text: string, host: string): VirshEvents => {
  const reader = new VirshEventReader(host);
  const events: VirshEvent[] = [];
  for (const line of text.split('\n')) events.push(...reader.push(line));
  events.push(...reader.end());
  return { events, ...reader.summary };
};

/** The start of a line that may hold anything, fit to be shown and stored: no control characters, no secrets. */
export const printable = (line: string): string =>
  redactOptions(
    // eslint-disable-next-line no-control-regex -- control characters are what is taken out
    line.slice(0, MAX_TEXT).replace(/[\u0000-\u001f\u007f-\u009f\ufffd]/g, '?'),
  );
