import { ContentHash } from './content-hash.js';
import type { EventLine, ExportLine } from './export-format.js';
import type { LogRules } from './log-rules.js';
import { readLine } from './read-line.js';

type EndLine = Extract<ExportLine, { kind: 'end' }>;

/** One thing wrong, at a line (from 1). */
export interface ExportProblem {
  readonly line: number;
  readonly what: string;
}

/**
 * Reads an export line by line and says what is wrong with which. After a wrong line it goes on with what the next
 * sound one says, so that one fault is told once and a second is found.
 */
export class ExportChecker {
  readonly #rules: LogRules;
  #lines = 0;
  #content = new ContentHash();
  /** Hash of the line before; undefined when that line was unreadable. */
  #previous: string | undefined = '';
  #position = '';
  #recordedAt = '';
  /** Some line before was missing or unreadable, so what it held is not known. */
  #isBroken = false;
  #ended = false;
  #last: EventLine | undefined;

  constructor(rules: LogRules) {
    this.#rules = rules;
  }

  get lines(): number {
    return this.#lines;
  }

  get events(): number {
    return this.#content.events;
  }

  get content(): string {
    return this.#content.value;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The last event line that was sound. */
  get last(): EventLine | undefined {
    return this.#last;
  }

  /**
   * @param bytes - without the line feed
   * @param isWhole - whether it had one
   */
  add(bytes: Uint8Array, isWhole = true): readonly ExportProblem[] {
    this.#lines += 1;
    const problems = this.#ended ? ['stands behind the end of the export'] : this.#check(bytes);
    if (!isWhole && problems.length === 0) problems.push('is cut off: its line feed is missing');
    return problems.map((what) => ({ line: this.#lines, what }));
  }

  finish(): readonly ExportProblem[] {
    if (this.#ended) return [];
    return [{ line: this.#lines + 1, what: `is missing: the export is cut off after event ${this.events}` }];
  }

  #check(bytes: Uint8Array): string[] {
    const read = readLine(bytes);
    if ('fault' in read) {
      this.#skip(read.line);
      return [read.fault];
    }
    const { line } = read;
    const problems = line.kind === 'header' ? this.#header() : this.#bound(line);
    this.#previous = line.hash;
    return problems;
  }

  #header(): string[] {
    return this.#lines === 1 ? [] : ['is a first line again'];
  }

  #bound(line: Exclude<ExportLine, { kind: 'header' }>): string[] {
    const isFirst = this.#lines === 1;
    const follows = !isFirst && line.previous === this.#previous;
    const isFault = !follows && this.#previous !== undefined;
    if (isFault) this.#isBroken = true;
    const judged = line.kind === 'end' ? this.#end(line, follows) : this.#event(line, follows, isFault);
    if (isFirst) return ['is not the first line of an export'];
    return isFault ? [`does not follow the line before it: ${judged.where}`] : judged.problems;
  }

  /** `where` is how it stands to the events before it, for when it does not follow them. */
  #event(line: EventLine, follows: boolean, isFault: boolean): Judged {
    const next = this.events + 1;
    const problems: string[] = [];
    if (follows) {
      if (line.n !== next) problems.push(`is event ${line.n}, where ${next} comes next`);
      if (this.#content.add(line.event) !== line.content)
        problems.push('does not have the content hash that it carries');
      if (line.position <= this.#position)
        problems.push(`is at position ${line.position}, not after ${this.#position}`);
      if (line.recordedAt < this.#recordedAt)
        problems.push(`was recorded at ${line.recordedAt}, before the line before it`);
    }
    const broken = this.#rules.add(line.event, this.#lines, this.#isBroken);
    if (!isFault) problems.push(...broken);
    // The next line is judged by this one, which is sound in itself.
    this.#content = ContentHash.from(line.content, line.n);
    this.#position = line.position;
    this.#recordedAt = line.recordedAt;
    this.#last = line;
    return { problems, where: whereIs(line.n, next) };
  }

  #end(line: EndLine, follows: boolean): Judged {
    this.#ended = true;
    const problems: string[] = [];
    if (follows && line.events !== this.events)
      problems.push(`counts ${line.events} events, where ${this.events} stand before it`);
    if (follows && line.content !== this.content)
      problems.push('does not have the content hash of the events before it');
    const missing = line.events - this.events;
    return {
      problems,
      where:
        missing > 0 ? `events ${this.events + 1} to ${line.events} are missing` : 'it ends another export',
    };
  }

  /** An unreadable line. Where it shows what it was, an event counts as one, so that no later one seems to leave a hole. */
  #skip(line: ExportLine | undefined): void {
    this.#previous = undefined;
    this.#isBroken = true;
    if (line?.kind === 'event') this.#rules.add(line.event, this.#lines, true);
    if (line?.kind === 'end') this.#ended = true;
    else if (this.#lines > 1) this.#content = ContentHash.from(this.content, this.events + 1);
  }
}

interface Judged {
  readonly problems: string[];
  readonly where: string;
}

const whereIs = (n: number, next: number): string => {
  if (n > next) return `it is event ${n}, and ${next} comes next`;
  if (n < next) return `it is event ${n}, which was there already, and ${next} comes next`;
  return `one of the two is of another export`;
};
