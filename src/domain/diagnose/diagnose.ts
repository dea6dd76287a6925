import type { Catalogue } from '../catalogue/catalogue.js';
import type { Build } from '../qemu/build.js';
import type { Device } from '../qemu/device.js';
import { assemble } from './assemble.js';
import type { Diagnosis } from './diagnosis.js';
import { finder } from './find.js';
import { joinFailures } from './join-failures.js';
import { MAX_CHARS, readLines } from './lines.js';
import { cause } from './said.js';

export interface DiagnoseOptions {
  /** The destination's build, where known: only properties that it has are advised. */
  readonly build?: Build | null;
  /** What the VM is made of, where known: devices in the text are then named by their alias. */
  readonly devices?: readonly Device[];
  /** Of a longer text the end is read. @defaultValue 1,048,576 */
  readonly maxChars?: number;
  /** Number of the text's first line. @defaultValue 1 */
  readonly firstLine?: number;
}

/** A text tells of a few failures; a longer list is made by somebody, or by a loop. */
const MOST_FINDINGS = 200;

/**
 * What a destination's words say of why it did not take a guest: any text, of QEMU 2.x to 11.1, of libvirt, of tools
 * above it. Never throws; what it does not know it gives back as it stands. Time is linear in the text.
 */
export const diagnose = (text: string, catalogue: Catalogue, options: DiagnoseOptions = {}): Diagnosis => {
  const { build = null, devices = [], maxChars = MAX_CHARS, firstLine = 1 } = options;
  const { lines, skippedChars } = readLines(text, maxChars, firstLine);
  const { failures, notUnderstood } = assemble(lines);
  const [first] = notUnderstood;
  // Words of nobody, and no failure that they could stand beside: they are the failure.
  const told =
    failures.length > 0 || first === undefined
      ? failures
      : [
          {
            cause: cause('unknown', { detail: first.text.trim() }),
            elements: [],
            section: null,
            errno: null,
            lines: notUnderstood,
            speaker: 'nobody' as const,
            attempt: 0,
          },
        ];
  const joined = joinFailures(told);
  const find = finder(catalogue, build, devices);
  const left = told === failures ? notUnderstood : [];
  const beyond = joined.slice(MOST_FINDINGS).flatMap((failure) => failure.lines);
  return {
    findings: joined.slice(0, MOST_FINDINGS).map(find),
    notUnderstood: beyond.length === 0 ? left : [...left, ...beyond].sort((a, b) => a.number - b.number),
    lineCount: lines.length,
    skippedChars,
  };
};
