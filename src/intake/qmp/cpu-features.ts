import type { HostCpu } from '../../domain/host/report.js';
import type { CpuFacts } from '../../domain/qemu/build-facts.js';

/** Where Linux and QEMU name a feature differently beyond `_` and `-`. */
const NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    sse4_1: 'sse4.1',
    sse4_2: 'sse4.2',
    tsc_deadline_timer: 'tsc-deadline',
    nonstop_tsc: 'invtsc',
    ibrs: 'spec-ctrl',
    lzcnt: 'abm',
  }),
);

const field = (cpuinfo: string, name: string): string | null => {
  const found = new RegExp(`^${name}\\s*:[ \\t]*(\\S.*)$`, 'm').exec(cpuinfo)?.[1];
  return found === undefined ? null : found.trim().slice(0, 100);
};

/** The first processor of `/proc/cpuinfo`; null where it names none as x86 does. Features as QEMU names them. */
export const cpuOfCpuinfo = (cpuinfo: string): HostCpu | null => {
  const flags = /^flags\s*:(.*)$/m.exec(cpuinfo)?.[1] ?? null;
  return cpuFromFields(flags, field(cpuinfo, 'model name'), field(cpuinfo, 'vendor_id'));
};

/** The same of its fields: the flags separated by blanks, null where there are none. */
export const cpuFromFields = (
  flags: string | null,
  model: string | null,
  vendor: string | null,
): HostCpu | null => {
  if (flags === null) return null;
  const features = flags
    .trim()
    .split(/\s+/)
    .map((flag) => NAMES.get(flag) ?? flag.replaceAll('_', '-'));
  return { model, vendor, features: [...new Set(features)].toSorted() };
};

/** Switches of QEMU's own among the properties of `-cpu host`: no features of a processor. */
const SETTINGS: ReadonlySet<string> = new Set([
  'check',
  'enforce',
  'fill-mtrr-mask',
  'full-cpuid-auto-level',
  'full-width-write',
  'host-phys-bits',
  'kvm',
  'l3-cache',
  'legacy-cache',
  'legacy-multi-node',
  'legacy-instance-id',
  'migratable',
  'pmu',
  'start-powered-off',
  'tcg-cpuid',
  'vmware-cpuid-freq',
  'cpuid-0xb',
]);

/** Other names of features that are listed as well. */
const SYNONYMS: ReadonlySet<string> = new Set(['i64', 'xd', 'sse4_1', 'sse4_2', 'sse3']);

const isFeature = (name: string, all: ReadonlySet<string>): boolean =>
  !SETTINGS.has(name) &&
  !SYNONYMS.has(name) &&
  !name.startsWith('x-') &&
  !(name.includes('_') && all.has(name.replaceAll('_', '-')));

/** Features that QEMU can give a guest with KVM on this host; null without KVM. They say more than `/proc/cpuinfo`. */
export const guestFeatures = ({ host }: CpuFacts): readonly string[] | null => {
  if (host === null) return null;
  const all = new Set(host.on);
  return host.on.filter((name) => isFeature(name, all)).toSorted();
};
