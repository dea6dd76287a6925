/** Who says a line: QEMU itself, a tool that passes its words on, or nobody that the line names. */
export type Speaker = 'qemu' | 'tool' | 'nobody';

export interface Spoken {
  readonly speaker: Speaker;
  /** The line without times and names of programs before it. */
  readonly words: string;
}

/** What may stand before the words, over and over: `2026-… vm1 qemu-system-x86_64: `, `2026-… 52: error : f:1 : error: `. */
const PREFIXES: readonly { readonly prefix: RegExp; readonly speaker: Speaker }[] = [
  // Times, of QEMU and libvirt.
  {
    prefix: /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?:? ?/,
    speaker: 'nobody',
  },
  // libvirtd.log: thread, level, place in the source.
  { prefix: /^\d{1,10}: (?:error|warning|info|debug) : [\w.]{1,100}:\d{1,6} : /, speaker: 'tool' },
  // The journal.
  {
    prefix: /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S{1,255} [\w.@-]{1,64}(?:\[\d{1,10}\])?: /,
    speaker: 'nobody',
  },
  // QEMU, by its binary, with the guest's name before it when so configured.
  { prefix: /^(?:[^\s-]\S{0,254} )?[\w./+-]{0,255}?(?:qemu|kvm)[\w./+-]{0,64}: /, speaker: 'qemu' },
  { prefix: /^\(QMP[^)]{0,80}\) /, speaker: 'qemu' },
  { prefix: /^Error: /, speaker: 'qemu' },
  { prefix: /^error: /, speaker: 'tool' },
];

/** Takes off what stands before the words. */
export const spokenBy = (line: string): Spoken => {
  let words = line.trim();
  let speaker: Speaker = 'nobody';
  // Each prefix at most once in a row of six: more is no message of these programs.
  for (let round = 0; round < 6; round += 1) {
    const found = PREFIXES.find(({ prefix }) => prefix.test(words));
    if (found === undefined) break;
    words = words.replace(found.prefix, '');
    if (found.speaker !== 'nobody') speaker = found.speaker;
  }
  const said = fromJson(words);
  return said === null ? { speaker, words: words.trim() } : { speaker: 'qemu', words: said };
};

/** QMP's answers: `{"error": {"class": …, "desc": …}}`, and `error-desc` of `query-migrate`. */
const fromJson = (words: string): string | null => {
  if (!words.startsWith('{')) return null;
  const [, text] = /"(?:error-)?desc": ?"((?:[^"\\]|\\.){1,4000})"/.exec(words) ?? [];
  if (text === undefined) return null;
  return text.replace(/\\(["\\/])/g, '$1');
};
