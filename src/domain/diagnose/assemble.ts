import type { FindingKind } from './diagnosis.js';
import type { SourceLine } from './lines.js';
import { readLine } from './read-line.js';
import { cause, type Cause } from './said.js';
import type { Speaker } from './speaker.js';

/** A cause, with what the lines after it add: the layers it was met in, the device, the word for the whole. */
export interface Failure {
  readonly cause: Cause;
  /** `PCIDevice:config`, innermost first. */
  readonly elements: readonly string[];
  readonly section: string | null;
  readonly errno: string | null;
  readonly lines: readonly SourceLine[];
  readonly speaker: Speaker;
  /** Which attempt in the text it belongs to. */
  readonly attempt: number;
}

export interface Assembled {
  readonly failures: readonly Failure[];
  readonly notUnderstood: readonly SourceLine[];
}

/** No attempt has more causes than a few; this keeps the time linear in the text. */
const MOST_OPEN = 50;

/** What can go wrong within the state of one device. */
const WITHIN_A_DEVICE: ReadonlySet<FindingKind> = new Set([
  'config-space',
  'virtio-features',
  'queue-size',
  'state-layout',
  'section-version',
  'kernel-refused',
  'device-state',
  'unknown',
]);

/** Joins lines to failures: the cause comes first, then the layers from the inside out, then the load as a whole. */
export const assemble = (lines: readonly SourceLine[]): Assembled => {
  const assembler = new Assembler();
  for (const line of lines) assembler.take(line);
  return { failures: assembler.failures, notUnderstood: assembler.notUnderstood };
};

interface Growing extends Failure {
  cause: Cause;
  elements: string[];
  section: string | null;
  errno: string | null;
  lines: SourceLine[];
}

class Assembler {
  readonly failures: Growing[] = [];
  readonly notUnderstood: SourceLine[] = [];
  /** Causes of the load at hand, which its further lines are about. */
  #open: Growing[] = [];
  #attempt = 0;

  take(line: SourceLine): void {
    const { said, speaker, words } = readLine(line.text);
    if (said.length === 0) {
      if (speaker === 'nobody') this.notUnderstood.push(line);
      else this.#begin(cause('unknown', { detail: words }), line, speaker);
    }
    for (const one of said) {
      switch (one.says) {
        case 'cause':
          this.#takeCause(one, line, speaker);
          break;
        case 'element':
          this.#takeElement(one.state, one.field, line, speaker);
          break;
        case 'section':
          this.#takeSection(one.section, line, speaker);
          break;
        case 'failed':
          this.#takeEnd(one.errno, line, speaker);
          break;
        case 'boundary':
          this.#open = [];
          this.#attempt += 1;
          break;
        case 'nothing':
          break;
      }
    }
  }

  #begin(found: Cause, line: SourceLine, speaker: Speaker): Growing {
    const failure: Growing = {
      cause: found,
      elements: [],
      section: found.section,
      errno: null,
      lines: [line],
      speaker,
      attempt: this.#attempt,
    };
    this.failures.push(failure);
    this.#open.push(failure);
    if (this.#open.length > MOST_OPEN) this.#open.shift();
    return failure;
  }

  #takeCause(found: Cause, line: SourceLine, speaker: Speaker): void {
    const before = this.#open.find(({ cause: { kind } }) => kind === found.kind);
    // `Section footer error` behind `Missing section footer for …` says it once more.
    if (before !== undefined && saysNoMore(found)) restOn(before, line);
    else this.#begin(found, line, speaker);
  }

  #takeElement(state: string, field: string, line: SourceLine, speaker: Speaker): void {
    const failure = this.#ofTheLoad().at(-1) ?? this.#begin(cause('device-state'), line, speaker);
    failure.elements.push(`${state}:${field}`);
    restOn(failure, line);
  }

  #takeSection(section: string, line: SourceLine, speaker: Speaker): void {
    const concerned = this.#ofTheLoad();
    if (concerned.length === 0) this.#begin(cause('device-state', { section }), line, speaker);
    for (const failure of concerned) {
      if (WITHIN_A_DEVICE.has(failure.cause.kind)) failure.section ??= section;
      restOn(failure, line);
    }
  }

  #takeEnd(errno: string | null, line: SourceLine, speaker: Speaker): void {
    const concerned = this.#ofTheLoad();
    if (concerned.length === 0) this.#begin(cause('load-failed'), line, speaker).errno = errno;
    for (const failure of concerned) {
      failure.errno ??= errno;
      restOn(failure, line);
    }
    this.#open = [];
  }

  /** An error that is not known turns out to be the reason when nothing else is. */
  #ofTheLoad(): readonly Growing[] {
    const refused = this.#open.filter((failure) => failure.cause.severity === 'refused');
    if (refused.length > 0) return refused;
    const unknown = this.#open.findLast((failure) => failure.cause.kind === 'unknown');
    if (unknown === undefined) return [];
    unknown.cause = { ...unknown.cause, severity: 'refused' };
    return [unknown];
  }
}

const restOn = (failure: Growing, line: SourceLine): void => {
  if (failure.lines.at(-1) !== line) failure.lines.push(line);
};

const saysNoMore = ({ section, config, features, cpu, differs, property, detail, given }: Cause): boolean =>
  [section, config, features, cpu, differs, property, detail, given].every((fact) => fact === null);
