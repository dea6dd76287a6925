import { cause, type Form } from './said.js';

const listOf = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(/[,\s]+/)
    .map((one) => one.trim())
    .filter((one) => one !== '');

/** What libvirt and those above it say, and QEMU at the source: often with the destination's words within. */
export const TOOL_FORMS: readonly Form[] = [
  {
    form: /^(?:operation failed: |internal error: )?job '[^']{1,60}' failed: (.*)$/,
    read: ([, more], rest) => rest(more),
  },
  {
    form: /^(?:operation failed: )?(?:job '[^']{1,60}'|migration (?:in|out) job|migration job):? (?:unexpectedly )?failed$/,
    read: () => [{ says: 'failed', errno: null }],
  },
  {
    form: /^(?:QEMU|qemu) unexpectedly closed the monitor(?: \([^)]{0,200}\))?:?(.*)$/,
    read: ([line, more], rest) => orElse(rest(more), cause('start-failed', { detail: line ?? null })),
  },
  {
    form: /^process exited while connecting to monitor:?(.*)$/,
    read: ([line, more], rest) => orElse(rest(more), cause('start-failed', { detail: line ?? null })),
  },
  {
    form: /^(?:operation failed: )?guest CPU doesn't match specification: (?:extra features: ([\w.,: -]{1,2000}?))?(?:,? ?missing features: ([\w.,: -]{1,2000}))?$/,
    read: ([, extra, missing]) => [
      cause('cpu-differs', { cpu: { extra: listOf(extra), missing: listOf(missing) } }),
    ],
  },
  {
    form: /^(?:the CPU is incompatible with host CPU|guest and host CPU are not compatible|unsupported configuration: guest and host CPU are not compatible): ?(?:Host CPU does not provide required features: ([\w., -]{1,2000}))?(.*)$/,
    read: ([, missing, more]) => [
      cause('cpu-differs', { cpu: { extra: [], missing: listOf(missing) }, detail: more?.trim() || null }),
    ],
  },
  {
    form: /^(?:unsupported configuration: )?Target domain machine type (\S{1,200}) does not match source (\S{1,200})$/,
    read: ([, here, incoming]) => [
      cause('machine-type-differs', {
        differs: { what: 'machine type', incoming: incoming ?? null, here: here ?? null },
      }),
    ],
  },
  {
    form: /^(?:unsupported configuration: )?Emulator '[^']{1,500}' does not support machine type '([^']{1,200})'$/,
    read: ([, name]) => [
      cause('machine-type-unknown', {
        differs: { what: 'machine type', incoming: name ?? null, here: null },
      }),
    ],
  },
  {
    form: /^(?:unsupported configuration: )?(Target \S.* does not match source .*)$/,
    read: ([, words]) => [cause('definition-refused', { detail: words ?? null })],
  },
  {
    form: /^Hook script execution failed: (.*)$/,
    read: ([, words = '']) => [cause('hook-refused', { detail: hookWords(words) })],
  },
  {
    form: /^(?:Requested operation is not valid: )?(?:cannot migrate (?:a )?domain(?: with)?:? )(.*)$/,
    read: ([, words], rest) => orElse(rest(words), cause('not-migratable', { detail: words ?? null })),
  },
  {
    form: /^(?:Unsafe migration: |domain is already being migrated|VFIO (?:device|migration)|disallowing migration blocker|Migration is disabled)(.*)$/i,
    read: ([line]) => [cause('not-migratable', { detail: line ?? null })],
  },
  {
    form: /^Can't migrate the vm that was paused due to previous migration$/,
    read: ([line]) => [cause('source-not-ready', { detail: line ?? null })],
  },
  {
    form: /^(?:operation aborted: |operation failed: )?(?:migration (?:out|in) job: |migration out: |job '[^']{1,60}' )?(?:canceled|cancelled) by client$/,
    read: ([line]) => [cause('source-not-ready', { detail: line ?? null })],
  },
  {
    form: /^(?:unable to connect to |Unable to (?:write to|read from) socket|Failed to connect (?:to )?|Channel error|Connection (?:refused|reset|timed out)|Broken pipe|No route to host|end of file while reading data|failed to connect to the hypervisor|Unable to accept).*$/i,
    read: ([line]) => [cause('connection', { detail: line ?? null })],
  },
  {
    form: /^(?:XML error: |at line \d{1,9}: |\(domain_definition\):\d{1,9}: )(.*)$/,
    read: ([line]) => [cause('definition-refused', { detail: line ?? null })],
  },
  {
    form: /^unsupported configuration: (.*)$/,
    read: ([, words], rest) => orElse(rest(words), cause('definition-refused', { detail: words ?? null })),
  },
  {
    form: /^(?:internal error|operation failed|Requested operation is not valid|invalid argument|argument unsupported|Live migration failed[^:]{0,300}|destination error ?): (.*)$/,
    read: ([, words], rest) => rest(words),
  },
  {
    form: /^(?:starting up libvirt version|starting up|shutting down)\b.*$/,
    read: () => [{ says: 'boundary' }],
  },
];

const orElse = <T>(found: readonly T[], otherwise: T): readonly T[] =>
  found.length > 0 ? found : [otherwise];

/** The script's own message, behind libvirt's words for how it was called. */
const hookWords = (words: string): string => {
  const status = words.indexOf('unexpected exit status ');
  const colon = status < 0 ? -1 : words.indexOf(': ', status);
  return colon < 0 ? words : words.slice(colon + 2);
};

/** Lines of logs and command lines that tell of no failure. */
const NOTHING: readonly RegExp[] = [
  /^(?:warning|info): /,
  /^Domain id=\d{1,10} is tainted: /,
  /^initiating migration$/,
  /^terminating on signal \d/,
  /^char device redirected to /,
  /^RP: Sibling indicated error/,
  /^Use -\S{1,40} help to list supported/,
  /^Failed to (?:start|restore|create|migrate|save) domain\b/,
  /^Make sure that your current VM setup matches/,
  /^(?:LC_ALL|PATH|HOME|USER|LOGNAME|QEMU_AUDIO_DRV|XDG_[A-Z_]{1,40})=/,
  /^\/\S{0,255}(?:qemu|kvm)\S{0,255}(?: |$)/,
  /\\$/,
];

/** An argument of a command line on a line of its own. */
const isArgument = (words: string): boolean => /^-[a-z][\w-]{0,40}(?: \S.*)?$/.test(words);

export const saysNothing = (words: string): boolean =>
  NOTHING.some((form) => form.test(words)) || (isArgument(words) && !words.includes(': '));
