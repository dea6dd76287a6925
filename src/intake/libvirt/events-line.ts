/** The first line of an event as `virsh event` prints it, without its time. */
export interface EventHead {
  /** virsh's name of the event: `lifecycle`, `reboot`, `job-completed`, … */
  readonly kind: string;
  readonly domain: string;
  /** What follows the name: `Started Booted`, `net1`; empty when nothing does. */
  readonly detail: string;
}

const HEAD = /^event '([^']{1,64})' for domain (.*)$/s;

/**
 * Events that go on in further lines. Nearly all indent them with a tab; three do not.
 * @see libvirt `tools/virsh-domain-event.c`
 */
const SEVERAL_LINES: ReadonlySet<string> = new Set([
  'job-completed',
  'tunable',
  'graphics',
  'memory-failure',
  'memory-device-size-change',
  'nic-mac-change',
]);
/** Events that say nothing but whom they happened to. */
const NAME_ONLY: ReadonlySet<string> = new Set([
  'reboot',
  'control-error',
  'pm-wakeup',
  'pm-suspend',
  'pm-suspend-disk',
]);
const UNINDENTED = /^(?:recipient|action|flags|alias|size|oldMAC|newMAC):/;

/** Null when the text is not an event. */
export const readEventHead = (text: string): EventHead | null => {
  const match = HEAD.exec(text);
  if (match === null) return null;
  const [, kind = '', rest = ''] = match;
  const named = rest.startsWith("'") ? quotedName(rest, kind) : bareName(rest);
  return named === null || named.domain === '' ? null : { kind, ...named };
};

export const mayHaveMoreLines = (head: EventHead): boolean => SEVERAL_LINES.has(head.kind);

export const isFurtherLine = (line: string): boolean => line.startsWith('\t') || UNINDENTED.test(line);

type Named = Omit<EventHead, 'kind'>;

/**
 * libvirt forbids only `/` and line ends in a name, so that a name may hold `'` and even `': `. No detail does
 * (`iteration: '1'` has them in the other order), hence the last `': ` ends the name.
 */
const quotedName = (rest: string, kind: string): Named | null => {
  if (NAME_ONLY.has(kind) && rest.endsWith("'")) return { domain: rest.slice(1, -1), detail: '' };
  const colon = rest.lastIndexOf("': ");
  if (colon > 0) return { domain: rest.slice(1, colon), detail: rest.slice(colon + 3) };
  if (rest.endsWith("':")) return { domain: rest.slice(1, -2), detail: '' };
  if (rest.length > 1 && rest.endsWith("'")) return { domain: rest.slice(1, -1), detail: '' };
  // `disk-change` and `tray-change` say ` disk ALIAS: …` right after the name.
  const disk = rest.lastIndexOf("' disk ");
  return disk > 0 ? { domain: rest.slice(1, disk), detail: rest.slice(disk + 2) } : null;
};

/** Older virsh printed names without quotes. */
const bareName = (rest: string): Named => {
  const colon = rest.lastIndexOf(': ');
  if (colon > 0) return { domain: rest.slice(0, colon), detail: rest.slice(colon + 2) };
  return { domain: rest.endsWith(':') ? rest.slice(0, -1) : rest, detail: '' };
};
