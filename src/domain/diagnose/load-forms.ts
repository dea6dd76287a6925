import { cause, type Form } from './said.js';

const hex = (text: string | undefined): number => Number.parseInt(text ?? '0', 16);
const big = (text: string | undefined): bigint => BigInt(`0x${text ?? '0'}`);

const differs = (what: string, incoming: string | undefined, here: string | undefined) => ({
  what,
  incoming: incoming ?? null,
  here: here ?? null,
});

/**
 * What a destination says of a state that it does not take: QEMU 2.x to 11.1.
 * @see QEMU migration/savevm.c, vmstate.c, ram.c, hw/pci/pci.c, hw/virtio/virtio.c
 */
export const LOAD_FORMS: readonly Form[] = [
  {
    form: /^get_pci_config_device: Bad config data: i=0x([\da-f]{1,8}) read: ([\da-f]{1,8}) device: ([\da-f]{1,8}) cmask: ?([\da-f]{1,8}) wmask: ?([\da-f]{1,8}) w1cmask: ?([\da-f]{1,8})(.*)$/i,
    read: ([, offset, incoming, here, compared, writable, clearedByOne, more], rest) => [
      cause('config-space', {
        config: {
          offset: hex(offset),
          incoming: hex(incoming),
          here: hex(here),
          compared: hex(compared),
          writable: hex(writable),
          clearedByOne: hex(clearedByOne),
        },
      }),
      ...rest(more),
    ],
  },
  {
    form: /^Features 0x([\da-f]{1,64}) unsupported\. Allowed features: 0x([\da-f]{1,64})(.*)$/i,
    read: ([, incoming, allowed, more], rest) => [
      cause('virtio-features', { features: { incoming: big(incoming), allowed: big(allowed) } }),
      ...rest(more),
    ],
  },
  {
    form: /^VQ (\d{1,6}) vring\.num (0x[\da-f]{1,8}|\d{1,10}) exceeds allocated max (0x[\da-f]{1,8}|\d{1,10})(.*)$/i,
    read: ([, queue, incoming, here, more], rest) => [
      cause('queue-size', {
        differs: differs(`entries of queue ${queue ?? ''}`, decimal(incoming), decimal(here)),
      }),
      ...rest(more),
    ],
  },
  {
    form: /^VQ (\d{1,6}) ((?:size|address) .*)$/,
    read: ([line]) => [cause('state-layout', { detail: line ?? null })],
  },
  {
    form: /^Invalid (?:value|number of virtqueues|device status|length|ring|flags)\b.*$/i,
    read: ([line]) => [cause('state-layout', { detail: line ?? null })],
  },
  {
    form: /^(?:[\da-f]{1,16} != [\da-f]{1,16}|Input validation failed: .*|virtio-net: (?:saved image|curr_queue).*)$/,
    read: ([line]) => [cause('state-layout', { detail: line ?? null })],
  },
  {
    form: /^VM subsection '([^']{1,200})' in '([^']{1,200})' does not exist(.*)$/,
    read: ([, part, state, more], rest) => [
      cause('state-layout', {
        detail: `the stream has the subsection ${part ?? ''} of ${state ?? ''}, which is not known here`,
      }),
      ...rest(more),
    ],
  },
  {
    form: /^(\S{1,200}): incoming version_id (\d{1,10}) is too (?:new|old) for local (?:minimum )?version_id +(\d{1,10})(.*)$/,
    read: ([, state, incoming, here, more], rest) => [
      cause('section-version', { differs: differs(`version of ${state ?? ''}`, incoming, here) }),
      ...rest(more),
    ],
  },
  {
    form: /^(?:savevm: )?unsupported version (\d{1,10}) for '([^']{1,200})' v(\d{1,10})(.*)$/i,
    read: ([, incoming, section, here, more], rest) => [
      cause('section-version', {
        section: section ?? null,
        differs: differs(`version of ${section ?? ''}`, incoming, here),
      }),
      ...rest(more),
    ],
  },
  {
    form: /^Unknown (?:savevm )?section or instance '([^']{1,300})' (\d{1,10})\b.*$/,
    read: ([, section]) => [cause('section-unknown', { section: section ?? null })],
  },
  {
    form: /^Missing section footer for (\S{1,300})$/,
    read: ([, section]) => [cause('section-footer', { section: section ?? null })],
  },
  {
    form: /^Mismatched section id in footer for (\S{1,300}) .*$/,
    read: ([, section]) => [cause('section-footer', { section: section ?? null })],
  },
  // 11.x says so beside the line that names the section.
  { form: /^Section footer error\b.*$/, read: () => [cause('section-footer')] },
  {
    form: /^Machine type received is '([^']{1,200})' and local is '([^']{1,200})'(.*)$/,
    read: ([, incoming, here, more], rest) => [
      cause('machine-type-differs', { differs: differs('machine type', incoming, here) }),
      ...rest(more),
    ],
  },
  {
    form: /^(?:Received )?UUID (?:received )?is ([\da-f-]{36}) and local is ([\da-f-]{36})$/i,
    read: ([, incoming, here]) => [
      cause('definition-refused', { severity: 'refused', differs: differs('UUID', incoming, here) }),
    ],
  },
  {
    form: /^(?:Size mismatch|Length mismatch|Size too large): ([^\s:]\S{0,300}): (?:0x)?([\da-f]{1,16})(?: in)? (?:!=|>) (?:0x)?([\da-f]{1,16})(.*)$/i,
    read: ([, block, incoming, here, more], rest) => [
      cause('ram-size', {
        section: block ?? null,
        differs: differs(`size of ${block ?? ''}`, bytesOf(incoming), bytesOf(here)),
      }),
      ...rest(more),
    ],
  },
  {
    form: /^Mismatched (?:RAM page size|GPAs for block) (.*)$/,
    read: ([line]) => [cause('ram-size', { detail: line ?? null })],
  },
  {
    form: /^Unknown ramblock "([^"]{1,300})", cannot accept migration(.*)$/,
    read: ([, block, more], rest) => [cause('ram-block-unknown', { section: block ?? null }), ...rest(more)],
  },
  { form: /^Configuration section missing$/i, read: () => [cause('configuration-missing')] },
  {
    form: /^Capability (\S{1,100}) is (\w{1,20}), but received capability is (\w{1,20})$/,
    read: ([, name, here, incoming]) => [
      cause('capability-differs', { differs: differs(`migration capability ${name ?? ''}`, incoming, here) }),
    ],
  },
  {
    form: /^Received unknown capability (\S{1,100})$/,
    read: ([, name]) => [
      cause('capability-differs', {
        differs: differs(`migration capability ${name ?? ''}`, 'on', 'not known'),
      }),
    ],
  },
  {
    form: /^(?:Not a migration stream|SaveVM v2 format is obsolete.*|Unsupported migration stream version.*|Unknown savevm section type .*|Unknown savevm section \d{1,10}|Unknown section type .*|Unknown combination of migration flags.*|Illegal RAM offset.*|Received (?:an? )?unexpected .*|Unexpected end of (?:section|migration stream).*|(?:Unable to|Failed to) read .*)$/,
    read: ([line]) => [cause('stream-broken', { detail: line ?? null })],
  },
  {
    form: /^(?:State blocked by non-migratable device|Device|Migration is blocked by device) '([^']{1,300})'(?: is (?:not migratable|unmigratable))?$/,
    read: ([, section]) => [cause('not-migratable', { section: section ?? null })],
  },
  {
    form: /^Failed to load element of type ([^:]{1,200}) for ([\w./-]{1,200})(.*)$/,
    read: ([, state, field, more], rest) => [
      ...rest(more),
      { says: 'element', state: state ?? '', field: field ?? '' },
    ],
  },
  {
    form: /^Failed to load ([^\s:]{1,200}):([\w./[\]-]{1,200})(.*)$/,
    read: ([, state, field, more], rest) => [
      ...rest(more),
      { says: 'element', state: state ?? '', field: field ?? '' },
    ],
  },
  {
    form: /^error while loading state for instance 0x[\da-f]{1,16} of device '([^']{1,300})'(.*)$/,
    read: ([, section, more], rest) => [...rest(more), { says: 'section', section: section ?? '' }],
  },
  {
    form: /^error while loading state section id \d{1,10} ?\(([^)]{1,300})\)(.*)$/,
    read: ([, section, more], rest) => [...rest(more), { says: 'section', section: section ?? '' }],
  },
  {
    // The word for errno, and since 11.x the cause behind it.
    form: /^load of migration failed(?:: ([^:]{1,80}))?(.*)$/,
    read: ([, errno, more], rest) => [...rest(more), { says: 'failed', errno: errno?.trim() ?? null }],
  },
];

/** `0x400` and `1024` are one number. */
const decimal = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : String(Number(text));

/** `0x4000000` as QEMU's own `-m` would have it, where that is a whole number. */
const bytesOf = (text: string | undefined): string | undefined => {
  if (text === undefined) return undefined;
  const bytes = big(text);
  const units = ['', 'K', 'M', 'G', 'T'];
  let [amount, unit] = [bytes, 0];
  while (amount > 0n && amount % 1024n === 0n && unit < units.length - 1)
    [amount, unit] = [amount / 1024n, unit + 1];
  return unit === 0 ? `0x${bytes.toString(16)}` : `${amount}${units[unit] ?? ''} (0x${bytes.toString(16)})`;
};
