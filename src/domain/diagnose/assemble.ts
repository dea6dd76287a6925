import type { SourceLine } from './lines.js';
import { readLine } from './read-line.js';
import { cause, type Cause } from './said.js';

/** A cause with what the lines after it add: the layers it was met in, the device, the word for the whole. */
export interface Failure {
  readonly cause: Cause;
  /** `PCIDevice:config`, innermost first. */
  readonly elements: readonly { readonly state: string; readonly field: string }[];
  readonly section: string | null;
  readonly errno: string | null;
  readonly lines: readonly SourceLine[];
}

export interface Assembled {
  readonly failures: readonly Failure[];
  readonly notUnderstood: readonly SourceLine[];
}

type Open = { -readonly [K in keyof Failure]: Failure[K] extends readonly (infer T)[] ? T[] : Failure[K] };

/** Joins lines to failures: the cause comes first, then the layers from the inside out, then the load as a whole. */
export const assemble = (lines: readonly SourceLine[]): Assembled => {
  const failures: Open[] = [];
  const notUnderstood: SourceLine[] = [];
  const words: SourceLine[] = [];
  /** Causes of the attempt at hand that its closing words will be about. */
  let open: Open[] = [];

  const begin = (found: Cause, line: SourceLine): Open => {
    const failure: Open = { cause: found, elements: [], section: found.section, errno: null, lines: [line] };
    failures.push(failure);
    open.push(failure);
    return failure;
  };
  const rest = (failure: Open, line: SourceLine): void => {
    if (failure.lines.at(-1) !== line) failure.lines.push(line);
  };
  const takeCause = (found: Cause, line: SourceLine): void => {
    const same = open.find((failure) => failure.cause.kind === found.kind && saysNoMore(found));
    if (same !== undefined) rest(same, line);
    else begin(found, line);
  };
  const takeElement = (element: Failure['elements'][number], line: SourceLine): void => {
    const failure = open.at(-1) ?? begin(cause('device-state'), line);
    failure.elements.push(element);
    rest(failure, line);
  };
  const takeSection = (section: string, line: SourceLine): void => {
    const unplaced = open.filter((failure) => failure.section === null && mayLieIn(failure.cause));
    if (open.length === 0) begin(cause('device-state', { section }), line);
    for (const failure of unplaced) failure.section = section;
    for (const failure of open) rest(failure, line);
  };
  const takeEnd = (errno: string | null, line: SourceLine): void => {
    const concerned = open.filter(({ cause: { severity } }) => severity === 'refused');
    if (concerned.length === 0) begin(cause('load-failed'), line).errno = errno;
    for (const failure of concerned) {
      failure.errno ??= errno;
      rest(failure, line);
    }
    open = [];
  };

  for (const line of lines) {
    const { said, speaker, words: spoken } = readLine(line.text);
    if (said.length === 0) {
      if (speaker === 'nobody') (failures.length === 0 ? words : notUnderstood).push(line);
      else begin(cause('unknown', { detail: spoken }), line);
    }
    // Since 11.x one line names the whole first: what it names comes in the order in which it was met.
    for (const one of inOrderMet(said)) {
      switch (one.says) {
        case 'cause':
          takeCause(one, line);
          break;
        case 'element':
          takeElement(one, line);
          break;
        case 'section':
          takeSection(one.section, line);
          break;
        case 'failed':
          takeEnd(one.errno, line);
          break;
        case 'boundary':
          open = [];
          break;
        case 'nothing':
          break;
      }
    }
  }
  return { failures, notUnderstood: [...words, ...notUnderstood].sort((a, b) => a.number - b.number) };
};
