import { describe, expect, it } from '@jest/globals';
import { binaryOf } from '../../../test/qmp/binaries.js';
import { cpuOfCpuinfo, guestFeatures } from './cpu-features.js';

const CPUINFO = `processor\t: 0
vendor_id\t: GenuineIntel
cpu family\t: 6
model name\t: Intel(R) Xeon(R) Gold 6230 CPU @ 2.10GHz
flags\t\t: fpu vme sse4_1 sse4_2 tsc_deadline_timer nonstop_tsc lahf_lm avx512_vnni arch_capabilities pcid
bugs\t\t: spectre_v1

processor\t: 1
vendor_id\t: GenuineIntel
`;

describe('the processor of a host', () => {
  it('is read from /proc/cpuinfo, features as QEMU names them', () => {
    expect(cpuOfCpuinfo(CPUINFO)).toEqual({
      model: 'Intel(R) Xeon(R) Gold 6230 CPU @ 2.10GHz',
      vendor: 'GenuineIntel',
      features: [
        'arch-capabilities',
        'avx512-vnni',
        'fpu',
        'invtsc',
        'lahf-lm',
        'pcid',
        'sse4.1',
        'sse4.2',
        'tsc-deadline',
        'vme',
      ],
    });
  });

  it('is not known where the file says it in other words', () => {
    expect(cpuOfCpuinfo('processor\t: 0\nFeatures\t: fp asimd\n')).toBeNull();
    expect(cpuOfCpuinfo('')).toBeNull();
  });

  it('gives guests what QEMU says, without its own switches and second names', () => {
    const { cpu } = binaryOf('11.1.3');
    const features = guestFeatures(cpu) ?? [];
    expect(features).toEqual(expect.arrayContaining(['cx16', 'nx', 'lahf-lm']));
    expect(features.filter((name) => /^(check|migratable|xd|x-.*|lahf_lm)$/.test(name))).toEqual([]);
    expect(guestFeatures({ ...cpu, host: null })).toBeNull();
  });
});
