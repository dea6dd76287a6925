import { describe, expect, it } from '@jest/globals';
import { DAY, machine, Q820, Story, UUID } from '../../../test/domain/story.js';
import { MEASURED } from '../../../test/domain/known-catalogue.js';
import type { HostDirectory } from '../host/directory.js';
import type { HostCpu } from '../host/report.js';
import type { CpuConfiguration, LaunchConfiguration } from '../qemu/device.js';
import { knowing } from '../vm/derive.js';
import { askHop } from './ask.js';
import type { Assessment } from './assessment.js';

const SHARED = ['sse2', 'avx2', 'aes'];
const A: HostCpu = { model: 'Server A', vendor: 'GenuineIntel', features: [...SHARED, 'pcid', 'stibp'] };
const B: HostCpu = { model: 'Server B', vendor: 'GenuineIntel', features: [...SHARED, 'taa-no'] };
const EPYC: HostCpu = { model: 'EPYC', vendor: 'AuthenticAMD', features: [...SHARED] };

const cpu = (mode: string, features: Readonly<Record<string, string>> = {}): CpuConfiguration => ({
  mode,
  model: mode === 'custom' ? 'Skylake-Server' : null,
  features: Object.entries(features).map(([name, policy]) => ({ name, policy })),
});
const off = (...names: readonly string[]): CpuConfiguration =>
  cpu('host-passthrough', Object.fromEntries(names.map((name) => [name, 'disable'])));
const guest = (asked: CpuConfiguration | null, accelerator = 'kvm'): LaunchConfiguration => ({
  ...machine([]),
  cpu: asked,
  accelerator,
});
const reported = (reports: Readonly<Record<string, HostCpu | null>>, at = -100): HostDirectory =>
  new Map(
    Object.entries(reports).map(([host, of]) => {
      const report = {
        host,
        builds: [Q820],
        libvirt: null,
        kernel: null,
        vendor: null,
        machineTypes: null,
        cpu: of,
      };
      return [host, [{ at: DAY + at * 1000, report }]];
    }),
  );

interface Asked {
  readonly hosts?: HostDirectory;
  readonly to?: HostCpu | null;
  readonly host?: string;
  readonly configuration?: LaunchConfiguration | null;
  readonly story?: Story;
}
/** A guest that was cold-booted on hosta, asked to go to another host. */
const assess = (born: LaunchConfiguration, asked: Asked = {}): Assessment => {
  const { hosts = reported({ hosta: A }), to = null, host = 'hostb', configuration = null } = asked;
  const story = asked.story ?? new Story();
  if (asked.story === undefined) story.launched(0, 'hosta', Q820, born);
  const { assessment } = askHop({
    uuid: UUID,
    events: story.events,
    knowledge: knowing(MEASURED, hosts),
    destination: { host, build: Q820, libvirt: null, machineTypes: null, cpu: to },
    configuration,
    via: 'migration',
    savedState: null,
    at: DAY + 1_000_000,
  });
  if (assessment === null) throw new Error('nothing was answered');
  return assessment;
};
const told = ({ verdict, reasons }: Assessment): readonly string[] => [
  verdict,
  ...reasons.map(({ kind }) => kind),
];

describe('the CPU of a guest that is to move', () => {
  it('CPU features of hosts A and B: born with those of A, it is blocked on B, which lacks pcid and stibp', () => {
    const answer = assess(guest(off()), { to: B });
    expect(told(answer)).toEqual(['BLOCKED', 'cpu-feature-missing']);
    expect(answer.reasons[0]).toMatchObject({ carried: 'pcid,stibp', certainty: 'certain' });
    expect(answer.wayOut).toEqual([
      expect.stringContaining('a destination whose CPU'),
      expect.stringContaining('hopledger baseline'),
    ]);
  });

  it('CPU features of hosts A and B: with what they do not share switched off on both sides, it is safe', () => {
    const received = guest(off('taa-no'));
    expect(told(assess(guest(off('pcid', 'stibp')), { to: B, configuration: received }))).toEqual(['SAFE']);
  });

  it('CPU features of hosts A and B: what B has beyond the guest is named, and risky', () => {
    const answer = assess(guest(off('pcid', 'stibp')), { to: B });
    expect(told(answer)).toEqual(['RISKY', 'cpu-differs']);
    expect(answer.reasons[0]?.text).toContain('-cpu host,taa-no=off');
  });

  it('-cpu host between equal hosts is safe', () => {
    expect(told(assess(guest(off()), { to: { ...A, features: [...A.features].reverse() } }))).toEqual([
      'SAFE',
    ]);
  });

  it('it is what the host of the cold boot had then, however many hops and reports ago', () => {
    const story = new Story();
    story.launched(0, 'hosta', Q820, guest(off()));
    story.incoming(10, 'hostc', Q820, guest(off()));
    story.arrived(11, 'hostc');
    story.left(11, 'hosta');
    const later = reported({ hosta: A, hostc: B });
    const hosts = new Map([
      ...later,
      ['hosta', [...(later.get('hosta') ?? []), ...(reported({ hosta: B }, 5).get('hosta') ?? [])]],
    ]);
    expect(told(assess(guest(off()), { story, hosts, to: B }))).toEqual(['BLOCKED', 'cpu-feature-missing']);
    expect(told(assess(guest(off()), { story, hosts, to: A }))).toEqual(['SAFE']);
  });

  it('another vendor’s CPU blocks -cpu host', () => {
    expect(told(assess(guest(off()), { to: EPYC }))).toEqual(['BLOCKED', 'cpu-vendor-differs']);
  });

  it('-cpu host is risky where either side did not report its features', () => {
    expect(told(assess(guest(off())))).toEqual(['RISKY', 'cpu-unknown']);
    expect(told(assess(guest(off()), { hosts: reported({}), to: B }))).toEqual(['RISKY', 'cpu-unknown']);
    const models = assess(guest(off()), {
      hosts: reported({ hosta: { ...A, features: [] } }),
      to: { ...B, features: [] },
    });
    expect(models.reasons[0]?.text).toContain('Server A on hosta, Server B on the destination');
  });

  it('-cpu host stays safe on the host of the cold boot, reported or not', () => {
    expect(told(assess(guest(off()), { hosts: reported({}), host: 'hosta' }))).toEqual(['SAFE']);
  });

  it('a report from after the cold boot, or lists of two kinds, prove nothing', () => {
    const late = assess(guest(off()), { hosts: reported({ hosta: A }, 50), to: B });
    expect(told(late)).toEqual(['RISKY', 'cpu-differs']);
    const cpuinfo = { ...B, features: ['sse2', 'nopl', 'constant_tsc'] };
    expect(told(assess(guest(off()), { to: cpuinfo }))).toEqual(['RISKY', 'cpu-differs']);
  });

  it('a guest whose cold boot was not seen is risky with -cpu host, and not otherwise', () => {
    const adopted = (configuration: LaunchConfiguration): Story => {
      const story = new Story();
      story.tell(0, {
        type: 'VmAdopted',
        host: 'hosta',
        name: 'vm1',
        build: Q820,
        configuration,
        kernel: null,
      });
      return story;
    };
    expect(told(assess(guest(off()), { story: adopted(guest(off())), to: A }))).toContain('cpu-unknown');
    expect(told(assess(guest(null), { story: adopted(guest(cpu('custom'))), to: A }))[0]).toBe('SAFE');
  });

  it('a feature asked for by name is blocked where the host lacks it, under whatever model', () => {
    const asked = cpu('custom', { pcid: 'require', stibp: 'force', 'taa-no': 'optional', sse4_2: 'disable' });
    const answer = assess(guest(asked), { to: B });
    expect(told(answer)).toEqual(['BLOCKED', 'cpu-feature-missing']);
    expect(answer.reasons[0]?.carried).toBe('pcid,stibp');
  });

  it('what KVM emulates, properties that are no features, and what /proc/cpuinfo never lists, are not missed', () => {
    const asked = cpu('custom', { hypervisor: 'require', x2apic: 'require', 'host-cache-info': 'require' });
    expect(told(assess(guest(asked), { to: B }))).toEqual(['SAFE']);
    const cpuinfo = { ...B, features: ['sse2', 'nopl'] };
    expect(told(assess(guest(cpu('custom', { 'taa-no': 'require' })), { to: cpuinfo }))).toEqual(['SAFE']);
  });

  it('named models on hosts that report no CPU are no news', () => {
    const fleet = { hosts: reported({}), to: null };
    expect(told(assess(guest(cpu('custom', { pcid: 'require' })), fleet))).toEqual(['SAFE']);
    expect(told(assess(guest(null), fleet))).toEqual(['SAFE']);
  });

  it('host-model is compared where both hosts reported, and stays safe where not', () => {
    expect(told(assess(guest(cpu('host-model')), { to: B }))).toEqual(['RISKY', 'cpu-differs']);
    expect(told(assess(guest(cpu('host-model')), { to: A }))).toEqual(['SAFE']);
    expect(told(assess(guest(cpu('host-model'))))).toEqual(['SAFE', 'cpu-not-compared']);
  });

  it('under TCG the hosts’ CPUs do not matter', () => {
    expect(told(assess(guest(off(), 'tcg'), { to: EPYC }))).toEqual(['SAFE']);
  });

  it('is no question on the way back to where it runs', () => {
    const answer = assess(guest(off()), { to: { ...A } });
    expect(answer.returnHop).toBe('SAFE');
  });
});

describe('the accelerator', () => {
  it('KVM to TCG is refused for the kvmclock in the state', () => {
    const answer = assess(guest(null), { configuration: guest(null, 'tcg') });
    expect(told(answer)).toEqual(['BLOCKED', 'accelerator-differs']);
    expect(answer.reasons[0]?.evidence?.grade).toBe('measured');
    expect(answer.wayOut).toEqual([expect.stringContaining('under KVM')]);
  });

  it('TCG to KVM loads, and the way back would not', () => {
    const answer = assess(guest(null, 'tcg'), { configuration: guest(null, 'kvm') });
    expect([told(answer), answer.returnHop]).toEqual([['SAFE'], 'BLOCKED']);
  });
});
