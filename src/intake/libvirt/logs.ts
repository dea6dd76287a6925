import type { VmEvent } from '../../domain/vm/events.js';
import { parseCommandLine } from './command-line.js';
import { splitShellWords } from './command-line-words.js';
import { MAX_UNREADABLE, printable, type UnreadableLine } from './events.js';
import { readLogLine, type LogHeader } from './logs-lines.js';
import { complain, endOf, startOf, type LoggedProcess } from './logs-process.js';

/** A start or an end of a process. */
export interface LogEntry {
  /** From 1; of the `starting up` line for a start. */
  readonly lineNumber: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly event: VmEvent;
  /** Of the command line, lower case; an end has that of the start before it. */
  readonly uuid: string | null;
  readonly name: string | null;
  /** Of a start; null for an end. */
  readonly libvirtVersion: string | null;
  /** What the host calls itself in the line of a start; null for an end. Not always what hopledger calls it. */
  readonly hostname: string | null;
}
export interface LogRemainder {
  /** The first {@link MAX_UNREADABLE}; `unreadableCount` counts on. */
  readonly unreadable: readonly UnreadableLine[];
  readonly unreadableCount: number;
  /** Lines of other kinds: warnings, libvirt's taint notes, character devices, what a rotation cut in two. */
  readonly skippedLines: number;
}
export interface DomainLog extends LogRemainder {
  /** By line. */
  readonly entries: readonly LogEntry[];
}

export interface LoggedVm {
  readonly uuid: string;
  readonly name: string | null;
}

/** A longer line is cut here. libvirt before 6 wrote the whole command line, some tens of kilobytes, as one. */
export const MAX_LOG_LINE = 262_144;
const MAX_COMMAND = 1_048_576;
/** An argument may hold line ends, but each such line costs a look at all before it. */
const MAX_QUOTED_LINES = 100;
const MAX_ORPHANS = 1_000;

interface Pending {
  readonly at: string;
  readonly lineNumber: number;
  readonly header: LogHeader;
  text: string;
  /** Lines taken in because a quote is open. */
  quoted: number;
}
interface Orphan {
  readonly lineNumber: number;
  readonly at: string;
  readonly reason: string;
  readonly text: string;
}

/**
 * Reads libvirt's log of one VM name, line by line, in memory that does not grow with the file. An entry is returned
 * by the `push` that completes it; only ends before the first start (a rotated log) wait for `end`.
 *
 * A start after a start is no fault: when a host dies, nobody writes the end. None is made up.
 */
export class LogReader {
  readonly #host: string;
  readonly #unreadable: UnreadableLine[] = [];
  readonly #orphans: Orphan[] = [];
  readonly #vms = new Map<string, string | null>();
  #unreadableCount = 0;
  #skippedLines = 0;
  #lineNumber = 0;
  #pending: Pending | null = null;
  #process: LoggedProcess | null = null;
  /** Whose log it is by now: of the last start, whether its process lives or not. */
  #last: LoggedVm | null = null;
  #started = false;

  readonly #unnamed: LoggedVm | null;

  /**
   * @param host - as hopledger calls the host that the log is from.
   * @param unnamed - the VM of ends in a file that has no start; null: nobody knows.
   */
  constructor(host: string, unnamed: LoggedVm | null = null) {
    this.#host = host;
    this.#unnamed = unnamed;
  }

  /** @param rawLine - without its line feed; a carriage return is taken off, what exceeds {@link MAX_LOG_LINE} too. */
  push(rawLine: string): readonly LogEntry[] {
    this.#lineNumber += 1;
    const isCut = rawLine.length > MAX_LOG_LINE;
    const line = rawLine.slice(0, MAX_LOG_LINE).replace(/\r$/, '');
    if (this.#pending !== null) {
      // Within quotes anything may stand, but a line that begins as libvirt's own does tells of a broken start.
      const isNext = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\./.test(line);
      if (!isNext) return this.#takeCommandLine(this.#pending, line, isCut);
      return [...this.#finishStart(this.#pending), ...this.#readLine(line)];
    }
    return this.#readLine(line);
  }

  /** The start still open, and the ends from before the first start, for which the whole file must be known. */
  end(): readonly LogEntry[] {
    const open = this.#pending === null ? [] : this.#finishStart(this.#pending);
    const [only, ...others] = this.#vms;
    const orphans = this.#orphans.splice(0);
    const vm = only === undefined ? this.#unnamed : { uuid: only[0], name: only[1] };
    if (vm !== null && others.length === 0)
      return [...orphans.map((orphan) => this.#ended(orphan, null, vm)), ...open];
    const why = `an end, no start before it, and ${others.length === 0 ? 'no' : 'more than one'} VM in the file`;
    for (const { lineNumber, text } of orphans) this.#refuse(lineNumber, text, why);
    return open;
  }

  get remainder(): LogRemainder {
    return {
      unreadable: this.#unreadable.toSorted((a, b) => a.lineNumber - b.lineNumber),
      unreadableCount: this.#unreadableCount,
      skippedLines: this.#skippedLines,
    };
  }

  #readLine(text: string): readonly LogEntry[] {
    const line = readLogLine(text);
    const lineNumber = this.#lineNumber;
    switch (line.kind) {
      case 'starting':
        this.#pending = { at: line.at, lineNumber, header: line.header, text: '', quoted: 0 };
        return [];
      case 'ended':
        return this.#end({ lineNumber, at: line.at, reason: line.reason, text });
      case 'broken':
        this.#refuse(lineNumber, text, line.why);
        return [];
      case 'complaint':
        if (this.#process !== null) complain(this.#process, line.words);
        break;
      case 'migrating':
        if (this.#process !== null) this.#process.migratedOn = true;
        break;
      case 'other':
        break;
    }
    this.#skippedLines += 1;
    return [];
  }

  #takeCommandLine(pending: Pending, line: string, isCut: boolean): readonly LogEntry[] {
    pending.text += pending.text === '' ? line : `\n${line}`;
    if (!isCut && pending.text.length <= MAX_COMMAND) {
      if (line.endsWith('\\')) return [];
      if (pending.quoted < MAX_QUOTED_LINES && splitShellWords(pending.text).cutOff) {
        pending.quoted += 1;
        return [];
      }
    }
    // A quote never closed makes the parser see the fault; a line cut at a blank would look whole.
    if (isCut) pending.text += '\\';
    return this.#finishStart(pending);
  }

  #finishStart({ at, lineNumber, header, text }: Pending): readonly LogEntry[] {
    this.#pending = null;
    const command = parseCommandLine(text);
    const process: LoggedProcess = { header, command, complaints: [], migratedOn: false };
    const { uuid, name } = command;
    this.#process = process;
    this.#started = true;
    this.#last = uuid === null ? null : { uuid, name };
    if (uuid !== null) this.#vms.set(uuid, name);
    if (uuid === null) {
      const why =
        command.cutOff || text === ''
          ? 'the command line breaks off before its -uuid'
          : 'a command line without -uuid';
      this.#refuse(lineNumber, text.split('\n', 1)[0] ?? '', `a start, but ${why}`);
      return [];
    }
    const { libvirtVersion, hostname } = header;
    return [{ lineNumber, at, event: startOf(process, this.#host), uuid, name, libvirtVersion, hostname }];
  }

  #end(end: Orphan): readonly LogEntry[] {
    const process = this.#process;
    this.#process = null;
    if (this.#last !== null) return [this.#ended(end, process, this.#last)];
    if (this.#started) this.#refuse(end.lineNumber, end.text, 'an end of a process that could not be read');
    else if (this.#orphans.length < MAX_ORPHANS) this.#orphans.push(end);
    else this.#refuse(end.lineNumber, end.text, 'an end, no start before it, among many');
    return [];
  }

  #ended(end: Orphan, process: LoggedProcess | null, vm: LoggedVm): LogEntry {
    const event = endOf(process, end.reason, { host: this.#host, name: vm.name });
    return { lineNumber: end.lineNumber, at: end.at, event, ...vm, libvirtVersion: null, hostname: null };
  }

  #refuse(lineNumber: number, text: string, why: string): void {
    this.#unreadableCount += 1;
    if (this.#unreadable.length < MAX_UNREADABLE)
      this.#unreadable.push({ lineNumber, text: printable(text), why });
  }
}

/** Reads a whole log, or a piece of one. Parameters as of {@link LogReader}. */
export const parseDomainLog = (text: string, host: string, unnamed: LoggedVm | null = null): DomainLog => {
  const reader = new LogReader(host, unnamed);
  const entries: LogEntry[] = [];
  for (let start = 0; start < text.length;) {
    const feed = text.indexOf('\n', start);
    const end = feed < 0 ? text.length : feed;
    entries.push(...reader.push(text.slice(start, end)));
    start = end + 1;
  }
  entries.push(...reader.end());
  return { entries: entries.toSorted((a, b) => a.lineNumber - b.lineNumber), ...reader.remainder };
};
