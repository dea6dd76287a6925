import { describe, expect, it } from '@jest/globals';
import { featureBaseline, type FeatureHost } from './features.js';

const cpuOf = (host: string, features: readonly string[], vendor: string | null = null): FeatureHost => ({
  host,
  cpu: { model: null, vendor, features },
  deviceFeatures: null,
});
const devicesOf = (host: string, device: string, features: readonly string[]): FeatureHost => ({
  host,
  cpu: null,
  deviceFeatures: [{ device, features }],
});
const SHARED = ['sse2', 'avx2', 'aes'];
/** From an Intel server's /proc/cpuinfo, shortened. */
const CPUINFO = [
  'fpu',
  'pni',
  'sse4_1',
  'sse4_2',
  'constant_tsc',
  'rep_good',
  'nopl',
  'cpuid',
  'pti',
  'ibrs',
  'ibpb',
];

describe('the features that hosts have in common', () => {
  it("CPU features of hosts A and B: QEMU's example of pcid, stibp and taa-no", () => {
    const baseline = featureBaseline([
      cpuOf('A', [...SHARED, 'pcid', 'stibp']),
      cpuOf('B', [...SHARED, 'taa-no']),
    ]);
    expect(baseline.cpu).toEqual(['aes', 'avx2', 'sse2']);
    expect(baseline.hosts.map(({ host, cpu }) => [host, cpu?.qemu])).toEqual([
      ['A', '-cpu host,pcid=off,stibp=off'],
      ['B', '-cpu host,taa-no=off'],
    ]);
    expect(baseline.hosts[0]?.cpu?.libvirt).toBe(
      [
        "<cpu mode='host-passthrough'>",
        "  <feature policy='disable' name='pcid'/>",
        "  <feature policy='disable' name='stibp'/>",
        '</cpu>',
      ].join('\n'),
    );
    expect(baseline.warnings).toEqual([]);
  });

  it('three hosts keep what all three have', () => {
    const lists = [
      ['a1', 'b1', 'c1'],
      ['b1', 'c1'],
      ['c1', 'd1'],
    ];
    const { cpu, hosts } = featureBaseline(lists.map((features, i) => cpuOf(`h${i}`, features)));
    expect(cpu).toEqual(['c1']);
    expect(hosts.map((host) => host.cpu?.surplus)).toEqual([['a1', 'b1'], ['b1'], ['d1']]);
  });

  it('equal hosts switch nothing off', () => {
    const { hosts } = featureBaseline([cpuOf('A', SHARED), cpuOf('B', SHARED)]);
    expect(hosts.map(({ cpu }) => cpu?.qemu)).toEqual(['-cpu host', '-cpu host']);
  });

  it('the same feature in the spellings of QEMU, Linux and libvirt is one', () => {
    const spelt = [
      ['sse4.1', 'avx512vnni', 'tsc-scale', 'lahf-lm', 'pclmulqdq', 'md-clear'],
      ['sse4_1', 'avx512_vnni', 'tsc_scale', 'lahf_lm', 'pclmulqdq', 'md_clear'],
      ['sse4.1', 'avx512vnni', 'tsc-scale', 'lahf_lm', 'pclmuldq', 'md-clear'],
    ];
    const { cpu, hosts } = featureBaseline(spelt.map((features, i) => cpuOf(`h${i}`, features)));
    expect(cpu).toEqual(['avx512vnni', 'lahf-lm', 'md-clear', 'pclmulqdq', 'sse4.1', 'tsc-scale']);
    expect(hosts.flatMap((host) => host.cpu?.surplus)).toEqual([]);
  });

  it('libvirt is told its own spelling', () => {
    const { hosts } = featureBaseline([cpuOf('A', ['lahf-lm', 'sse4_2']), cpuOf('B', ['nx'])]);
    expect(hosts[0]?.cpu?.qemu).toBe('-cpu host,lahf-lm=off,sse4.2=off');
    expect(hosts[0]?.cpu?.libvirt).toContain("name='lahf_lm'");
    expect(hosts[0]?.cpu?.libvirt).toContain("name='sse4.2'");
  });

  it('what Linux says of itself is no feature that a guest could be launched without', () => {
    const { cpu, hosts } = featureBaseline([
      cpuOf('A', CPUINFO, 'GenuineIntel'),
      cpuOf('B', ['fpu', 'nopl']),
    ]);
    expect(cpu).toEqual(['fpu']);
    expect(hosts[0]?.cpu?.qemu).toBe(
      '-cpu host,ibpb=off,ibrs=off,pni=off,spec-ctrl=off,sse4.1=off,sse4.2=off',
    );
  });

  it("Linux's one name for what Intel and AMD have bits of their own for switches both off", () => {
    const { hosts } = featureBaseline([cpuOf('A', ['nx', 'nopl', 'stibp']), cpuOf('B', ['nx', 'nopl'])]);
    expect(hosts[0]?.cpu?.qemu).toBe('-cpu host,amd-stibp=off,stibp=off');
  });

  it('what KVM emulates whatever the processor is not switched off', () => {
    const { hosts } = featureBaseline([cpuOf('A', ['nx', 'hypervisor', 'x2apic', 'ht']), cpuOf('B', ['nx'])]);
    expect(hosts[0]?.cpu?.qemu).toBe('-cpu host');
  });

  it('an unknown name is kept as it is', () => {
    const { hosts } = featureBaseline([cpuOf('A', ['nx', 'feature-of-2031']), cpuOf('B', ['nx'])]);
    expect(hosts[0]?.cpu?.qemu).toBe('-cpu host,feature-of-2031=off');
  });

  it('a host that reported no features is left out and named', () => {
    const { cpu, hosts, warnings } = featureBaseline([cpuOf('A', SHARED), cpuOf('B', [])]);
    expect([cpu?.length, hosts[1]?.cpu]).toEqual([3, null]);
    expect(warnings).toEqual(['no CPU features were reported by B: not part of the baseline']);
  });

  it('is warned of where lists or vendors do not compare', () => {
    const { warnings } = featureBaseline([
      cpuOf('A', CPUINFO, 'GenuineIntel'),
      cpuOf('B', ['fpu', 'pni'], 'AuthenticAMD'),
    ]);
    expect(warnings).toEqual([
      expect.stringContaining('/proc/cpuinfo'),
      expect.stringContaining('AuthenticAMD and GenuineIntel'),
    ]);
  });
});

describe('the features of devices that hosts have in common', () => {
  it('a host whose kernel has USO switches it off for one whose kernel has not', () => {
    const { devices, hosts } = featureBaseline([
      devicesOf('new', 'virtio-net/tap', ['host_uso', 'guest_uso4', 'guest_tso4']),
      devicesOf('old', 'virtio-net/tap', ['guest_tso4']),
    ]);
    expect(devices).toEqual([{ device: 'virtio-net/tap', features: ['guest_tso4'] }]);
    expect(hosts[0]?.devices[0]).toMatchObject({
      surplus: ['guest_uso4', 'host_uso'],
      qemu: '-global virtio-net-device.guest_uso4=off -global virtio-net-device.host_uso=off',
      libvirt: expect.stringContaining("<qemu:arg value='virtio-net-device.host_uso=off'/>"),
    });
    expect(hosts[1]?.devices[0]).toMatchObject({ surplus: [], qemu: null });
  });

  it('vhost-vsock without seqpacket on one side', () => {
    const { hosts } = featureBaseline([
      devicesOf('new', 'vhost-vsock', ['seqpacket']),
      devicesOf('old', 'vhost-vsock', []),
    ]);
    expect(hosts[0]?.devices[0]?.qemu).toBe('-global vhost-vsock-device.seqpacket=off');
  });

  it('a device under a free name is compared, and its arguments left to the reader', () => {
    const { hosts } = featureBaseline([
      devicesOf('A', 'vdpa', ['mq', 'ctrl_vq']),
      devicesOf('B', 'vdpa', ['mq']),
    ]);
    expect(hosts[0]?.devices[0]).toEqual({ device: 'vdpa', surplus: ['ctrl_vq'], qemu: null, libvirt: null });
  });

  it('a host that did not report the device is named', () => {
    const { devices, warnings } = featureBaseline([devicesOf('A', 'vdpa', ['mq']), cpuOf('B', SHARED)]);
    expect(devices).toEqual([{ device: 'vdpa', features: ['mq'] }]);
    expect(warnings).toContain('vdpa was not reported by B');
  });
});
