import { featuresOf, type CpuFeatures } from '../host/cpu-features.js';
import { qemuFeature, tellsOf } from '../host/feature-names.js';
import type { CpuConfiguration, LaunchConfiguration } from '../qemu/device.js';
import type { Destination } from './assessment.js';
import { about, type Finding } from './finding.js';
import type { Birth, GuestCpu } from './guest-cpu.js';

/** What there is to know of a guest's CPU and the one it would come to. */
export interface CpuQuestion {
  /** Left out or null: nothing says what CPU the guest has. */
  readonly guestCpu?: GuestCpu | null | undefined;
  readonly from?: LaunchConfiguration | null | undefined;
  readonly configuration: LaunchConfiguration;
  readonly destination: Destination;
}

/**
 * A guest keeps the CPU of its cold boot: what it found there it goes on using. Under TCG the host's CPU does not
 * matter. Of the features that come with a named model nothing is known here.
 * @see QEMU docs/devel/migration/compatibility.rst; docs/system/cpu-models-x86.rst.inc, "Host passthrough"
 */
export const cpuFindings = (question: CpuQuestion): readonly Finding[] => {
  const { guestCpu, from, configuration } = question;
  const accelerators = [from?.accelerator, configuration.accelerator];
  if (guestCpu == null || accelerators.includes('tcg')) return [];
  const { mode } = guestCpu.asked;
  // QEMU's own accelerator is TCG: only KVM makes `max` the host's.
  if (mode === 'host-passthrough' || (mode === 'maximum' && accelerators.includes('kvm')))
    return passedThrough(guestCpu, question);
  return [
    ...askedFor(guestCpu.asked, question),
    ...(mode === 'host-model' ? modelled(guestCpu, question) : []),
  ];
};

const ON = ['require', 'force', 'on'];
const OFF = ['disable', 'forbid', 'off'];

const named = ({ features }: CpuConfiguration, policies: readonly string[]): readonly string[] =>
  features.filter(({ policy }) => policies.includes(policy)).map(({ name }) => qemuFeature(name));

/** What certainly is not there. */
const lacking = (names: Iterable<string>, there: CpuFeatures): readonly string[] =>
  [...new Set(names)].filter((name) => !there.names.has(name) && tellsOf(name, there.by)).sort();

const askedFor = (asked: CpuConfiguration, { destination }: CpuQuestion): readonly Finding[] => {
  const there = featuresOf(destination.cpu);
  return there === null ? [] : missing(lacking(named(asked, ON), there), null);
};

/** `doubt`: why the guest may not have them, or the destination may; null: it is certain. */
const missing = (names: readonly string[], doubt: string | null): readonly Finding[] => {
  if (names.length === 0) return [];
  const said = `the destination lacks CPU features that the guest was born with: ${names.join(', ')}`;
  const carried = names.join(',');
  if (doubt === null)
    return [
      {
        reason: { ...about('cpu-feature-missing', said), carried, certainty: 'certain' },
        verdict: 'BLOCKED',
      },
    ];
  const reason = about('cpu-differs', `${said}, by the reports; ${doubt}`);
  return [{ reason: { ...reason, carried, certainty: 'assumed' }, verdict: 'RISKY' }];
};

/** libvirt takes what it finds on the host of birth, less what it does not know or thinks unsafe: never certain. */
const modelled = ({ birth }: GuestCpu, { destination }: CpuQuestion): readonly Finding[] => {
  const [had, there] = [featuresOf(birth?.cpu), featuresOf(destination.cpu)];
  if (had !== null && there !== null) {
    const doubt = 'which of its features host-model gave the guest is not known';
    return missing(lacking(had.names, there), doubt);
  }
  const text = 'host-model: without the CPU features of both hosts nothing says what the guest would miss';
  return [{ reason: about('cpu-not-compared', text), verdict: 'SAFE' }];
};

const passedThrough = (guest: GuestCpu, question: CpuQuestion): readonly Finding[] => {
  const { birth } = guest;
  const { destination } = question;
  if (birth === null) return [unknown('the cold boot was not seen, so nothing says which CPU the guest has')];
  const { vendor: born = null, model = null } = birth.cpu ?? {};
  const { vendor = null, model: otherModel = null } = destination.cpu ?? {};
  if (born !== null && vendor !== null && born !== vendor) {
    const text = `the guest was born with the CPU of a ${born}, and the destination is a ${vendor}`;
    const reason = { ...about('cpu-vendor-differs', text), carried: born, offered: vendor };
    return [{ reason, verdict: 'BLOCKED' }];
  }
  const had = featuresOf(birth.cpu);
  const there = featuresOf(destination.cpu);
  if (had !== null && there !== null) return compared(guest, birth, { had, there }, question);
  if (birth.host === destination.host) return [];
  if (model !== null && otherModel !== null && model !== otherModel)
    return [unknown(`the CPUs differ: ${model} on ${birth.host}, ${otherModel} on the destination`)];
  const silent = [...(had === null ? [birth.host] : []), ...(there === null ? ['the destination'] : [])];
  return [unknown(`the CPU features of ${silent.join(' and ')} were not reported`)];
};

const unknown = (why: string): Finding => ({
  reason: about('cpu-unknown', `-cpu host: this sometimes works, and ${why}`),
  verdict: 'RISKY',
});

const compared = (
  { asked }: GuestCpu,
  birth: Birth,
  { had, there }: { readonly had: CpuFeatures; readonly there: CpuFeatures },
  { configuration }: CpuQuestion,
): readonly Finding[] => {
  const kept = without(had, named(asked, OFF));
  const guest = { by: kept.by, names: new Set([...kept.names, ...named(asked, ON)]) };
  const received = configuration.cpu ?? asked;
  if (received.mode !== asked.mode) {
    const text = `the guest was born with ${asked.mode}, and would be received with ${received.model ?? received.mode}`;
    return [{ reason: about('cpu-differs', text), verdict: 'RISKY' }];
  }
  const offered = without(there, named(received, OFF));
  // QEMU's list and Linux's differ on the same host, and a report from after the cold boot may be of another CPU.
  const doubt =
    had.by !== there.by
      ? 'the two hosts list their features in different ways'
      : birth.certainty === 'assumed'
        ? `${birth.host} had not reported its CPU yet when the guest was born`
        : null;
  const gone = lacking(guest.names, offered);
  if (gone.length > 0) return missing(gone, doubt);
  const more = lacking(offered.names, guest);
  if (more.length === 0) return [];
  const off = more.map((name) => `${name}=off`).join(',');
  const text = `the destination has CPU features that the guest was born without: launch it with -cpu host,${off}`;
  return [{ reason: { ...about('cpu-differs', text), offered: more.join(',') }, verdict: 'RISKY' }];
};

const without = ({ by, names }: CpuFeatures, off: readonly string[]): CpuFeatures => ({
  by,
  names: new Set([...names].filter((name) => !off.includes(name))),
});
