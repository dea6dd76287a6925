import { cause, type Form } from './said.js';

/** What QEMU says of its own command line: it does not start, so it takes no state. */
export const START_FORMS: readonly Form[] = [
  {
    // A global, said of the device that it was applied to: `-global pci-device.…` may name `mch` or `i440FX`.
    form: /^(warning: )?can't apply global ([^\s=]{1,100})\.([^\s.=]{1,100})=(\S{0,300}): (?:Property '([^'.]{1,100})\.[^']{1,100}' not found|(.*))$/,
    read: ([, warning, driver = '', name = '', value = '', onType, other]) => [
      cause(other === undefined ? 'property-unknown' : 'property-value', {
        // A warning is all there is for a device that is plugged later.
        ...(warning !== undefined && { severity: 'info' as const }),
        property: { driver, name, value, onType: onType ?? null, from: 'global' },
        detail: other ?? null,
      }),
    ],
  },
  {
    form: /^Property '([^'.]{1,100})\.([^']{1,100})' not found$/,
    read: ([, driver = '', name = '']) => [
      cause('property-unknown', {
        property: { driver, name, value: null, onType: driver, from: 'unknown' },
      }),
    ],
  },
  {
    form: /^Property '([^'.]{1,100})\.([^']{1,100})' doesn't take value '([^']{0,300})'.*$/,
    read: ([line = '', driver = '', name = '', value = '']) => [
      cause('property-value', {
        property: { driver, name, value, onType: driver, from: 'unknown' },
        detail: line,
      }),
    ],
  },
  {
    form: /^(?:Invalid parameter '|Invalid [\w-]{1,60} \(= |Parameter '[^']{1,100}' (?:expects|is missing)).*$/,
    read: ([line]) => [cause('property-value', { detail: line ?? null })],
  },
  {
    form: /^'([^']{1,100})' is not a valid device model name$/,
    read: ([, qomType = '']) => [
      cause('device-model-unknown', {
        given: { qomType, alias: null },
        differs: { what: 'device model', incoming: qomType, here: null },
      }),
    ],
  },
  {
    form: /^unsupported machine type(?::? "([^"]{1,200})")?(?: \(.*)?$/i,
    read: ([, name]) => [
      cause('machine-type-unknown', {
        differs: { what: 'machine type', incoming: name ?? null, here: null },
      }),
    ],
  },
  {
    form: /^(?:unable to find CPU model '|invalid CPU model|CPU model '|Host doesn't support requested feature).*$/i,
    read: ([line]) => [cause('cpu-differs', { severity: 'does-not-start', detail: line ?? null })],
  },
  {
    form: /^(?:warning: )?(?:host|TCG) doesn't support requested feature: (.*)$/i,
    read: ([, feature = '']) => [
      cause('cpu-differs', { severity: 'info', cpu: { extra: [], missing: [feature] } }),
    ],
  },
  {
    form: /^(?:\S{1,40} )?Attempt to add PCI capability .* overlaps existing capability .*$/,
    read: ([line]) => [cause('pci-capability-overlap', { detail: line ?? null })],
  },
  {
    form: /^(?:[Cc]annot set up guest memory|Could not access KVM kernel module|failed to initialize (?:kvm|KVM)|failed to find romfile|Could not open|Failed to get .*lock|Could not set up host forwarding|could not configure \/dev\/net\/tun|No (?:machine|accelerator)|invalid accelerator).*$/,
    read: ([line]) => [cause('start-failed', { detail: line ?? null })],
  },
  {
    form: /^(?:error: failed to set MSR|kvm_(?:init_)?vcpu|kvm_put_msrs|kvm_arch_|KVM: entry failed|kvm run failed|Failed to (?:set|put) (?:registers|MSR)).*$/i,
    read: ([line]) => [cause('kernel-refused', { detail: line ?? null })],
  },
];

/** `-device pcie-root-port,id=rp1,…: words`: the option that is complained of, and the words. */
export interface QuotedOption {
  readonly option: string;
  readonly argument: string;
  readonly words: string;
}

/** No value holds a colon with a blank behind it: QEMU's own have none, and libvirt writes its JSON without blanks. */
export const quotedOption = (words: string): QuotedOption | null => {
  if (!words.startsWith('-')) return null;
  const blank = words.indexOf(' ');
  const colon = blank < 0 ? -1 : words.indexOf(': ', blank);
  if (colon < 0) return null;
  return {
    option: words.slice(0, blank),
    argument: words.slice(blank + 1, colon),
    words: words.slice(colon + 2),
  };
};

/** QOM type and id of `-device`, in either of its forms. */
export const quotedDevice = (argument: string): { qomType: string; alias: string | null } | null => {
  if (argument.startsWith('{')) {
    const qomType = /"driver":"([^"]{1,100})"/.exec(argument)?.[1];
    return qomType === undefined
      ? null
      : { qomType, alias: /"id":"([^"]{1,200})"/.exec(argument)?.[1] ?? null };
  }
  const [first = '', ...others] = argument.split(',');
  const qomType = first.replace(/^driver=/, '');
  const id = others.find((part) => part.startsWith('id='));
  return /^[\w.-]{1,100}$/.test(qomType) ? { qomType, alias: id?.slice('id='.length) ?? null } : null;
};

/** The value that a quoted `-device` gives a property. */
export const quotedValue = (argument: string, property: string): string | null => {
  const part = argument.split(',').find((one) => one.startsWith(`${property}=`));
  if (part !== undefined) return part.slice(property.length + 1);
  const at = argument.indexOf(`"${property}":`);
  if (at < 0) return null;
  const [, text = null] = /^"?([^",}]{1,300})/.exec(argument.slice(at + property.length + 3)) ?? [];
  return text;
};
