import { LOAD_FORMS } from './load-forms.js';
import { spokenBy, type Speaker } from './speaker.js';
import { quotedDevice, quotedOption, quotedValue, START_FORMS, type QuotedOption } from './start-forms.js';
import { saysNothing, TOOL_FORMS } from './tool-forms.js';
import type { Cause, Form, Said } from './said.js';

const FORMS: readonly Form[] = [...LOAD_FORMS, ...START_FORMS, ...TOOL_FORMS];

/** Words that are looked for within a line that says something else around them, as wrappers and reports do. */
const WITHIN = [
  'load of migration failed',
  'error while loading state',
  'get_pci_config_device: Bad config data',
  'Features 0x',
  'Unknown savevm section or instance',
  'Unknown section or instance',
  'Unknown ramblock',
  'Size mismatch: ',
  'Machine type received is',
  'State blocked by non-migratable',
  'Missing section footer for',
  "can't apply global",
  "guest CPU doesn't match",
  'Hook script execution failed',
  'unexpectedly closed the monitor',
  'process exited while connecting to monitor',
];

/** What a line says; `said` empty: not understood. */
export interface ReadLine {
  readonly speaker: Speaker;
  /** Without times and names of programs. */
  readonly words: string;
  readonly said: readonly Said[];
}

export const readLine = (line: string): ReadLine => {
  const { speaker, words } = spokenBy(line);
  const said = readWords(words, 0);
  if (said.length > 0) return { speaker, words, said };
  if (saysNothing(words)) return { speaker, words, said: [{ says: 'nothing' }] };
  return { speaker, words, said: readWithin(words) };
};

/** Wrappers in wrappers: more than these are no message of any tool. */
const MAX_DEPTH = 6;

const readWords = (text: string, depth: number): readonly Said[] => {
  const words = text.replace(/^[:;,\s]{1,10}/, '').trimEnd();
  if (words === '' || depth > MAX_DEPTH) return [];
  const quoted = quotedOption(words);
  if (quoted !== null) return readQuoted(quoted, depth);
  for (const { form, read } of FORMS) {
    const match = form.exec(words);
    if (match !== null) return read(match, (more) => readNested(more, depth));
  }
  return [];
};

/** Words within a line may have times and programs before them again. */
const readNested = (text: string | undefined, depth: number): readonly Said[] => {
  const inner = (text ?? '').replace(/^[:;,\s]{1,10}/, '');
  return inner === '' ? [] : readWords(spokenBy(inner).words, depth + 1);
};

const readQuoted = ({ option, argument, words }: QuotedOption, depth: number): readonly Said[] => {
  const said = readWords(words, depth + 1);
  const given = option === '-device' ? quotedDevice(argument) : null;
  return said.map((one) => {
    if (one.says !== 'cause') return one;
    if (one.kind === 'machine-type-unknown' && one.differs?.incoming === null)
      return withMachineType(one, argument);
    const { property } = one;
    return {
      ...one,
      given: given ?? one.given,
      property:
        property?.from === 'unknown' && given !== null
          ? {
              ...property,
              value: quotedValue(argument, property.name) ?? property.value,
              from: 'device' as const,
            }
          : property,
    };
  });
};

/** `-M pc-q35-7.2,accel=tcg: unsupported machine type`. */
const withMachineType = (one: Cause, argument: string): Cause => {
  const [name = ''] = argument.replace(/^type=/, '').split(',');
  return { ...one, differs: { what: 'machine type', incoming: name === '' ? null : name, here: null } };
};

const readWithin = (words: string): readonly Said[] => {
  const places = WITHIN.map((known) => words.indexOf(known)).filter((at) => at > 0);
  if (places.length === 0) return [];
  // What closes the wrapper is no part of the words: `…: Operation not permitted')"`.
  const inner = words.slice(Math.min(...places)).replace(/['")}\]]{1,10}$/, '');
  return readWords(inner, 1);
};
