/**
 * CPU features have up to three spellings: QEMU's (`taa-no`, `sse4.2`), that of Linux in /proc/cpuinfo (`sse4_2`) and
 * libvirt's (`lahf_lm`). Here all are told in QEMU's.
 *
 * The tables join the three by CPUID bit, and are complete for the releases that they were made from:
 * @see QEMU 11.1.3 `-cpu help` and target/i386/cpu.c (`feature_word_info`, the aliases in `x86_cpu_initfn`, and
 *   `feat2prop`, which makes every `_` a `-`)
 * @see Linux 6.12 arch/x86/include/asm/cpufeatures.h
 * @see libvirt 9.0 src/cpu_map/x86_features.xml, with its aliases of `source='qemu'` and `source='linux'`
 */

/** What `_` to `-` does not get right. */
const IN_QEMU: ReadonlyMap<string, string> = new Map([
  // Linux
  ['avx512-bitalg', 'avx512bitalg'],
  ['avx512-vbmi2', 'avx512vbmi2'],
  ['avx512-vnni', 'avx512vnni'],
  ['cr8-legacy', 'cr8legacy'],
  ['dts', 'ds'],
  ['ibt', 'cet-ibt'],
  ['pausefilter', 'pause-filter'],
  ['sgx-lc', 'sgxlc'],
  ['sse4-1', 'sse4.1'],
  ['sse4-2', 'sse4.2'],
  ['tsc-deadline-timer', 'tsc-deadline'],
  ['tsxldtrk', 'tsx-ldtrk'],
  // libvirt
  ['pclmuldq', 'pclmulqdq'],
  // QEMU's own second names
  ['ffxsr', 'fxsr-opt'],
  ['i64', 'lm'],
  ['sse3', 'pni'],
  ['xd', 'nx'],
]);

/** Where libvirt's name is not QEMU's. */
const IN_LIBVIRT: ReadonlyMap<string, string> = new Map([
  ['cmp-legacy', 'cmp_legacy'],
  ['ds-cpl', 'ds_cpl'],
  ['fxsr-opt', 'fxsr_opt'],
  ['lahf-lm', 'lahf_lm'],
  ['nodeid-msr', 'nodeid_msr'],
  ['pclmulqdq', 'pclmuldq'],
  ['perfctr-core', 'perfctr_core'],
  ['perfctr-nb', 'perfctr_nb'],
  ['tsc-adjust', 'tsc_adjust'],
]);

/**
 * Linux names for the two vendors' ways to the same thing; in QEMU each has its own bit.
 * @see Linux arch/x86/kernel/cpu/common.c `init_speculation_control`
 */
const LINUX_BY_VENDOR: Readonly<Record<string, ReadonlyMap<string, string>>> = {
  GenuineIntel: new Map([
    ['ibpb', 'spec-ctrl'],
    ['ibrs', 'spec-ctrl'],
  ]),
  AuthenticAMD: new Map([
    ['ssbd', 'amd-ssbd'],
    ['stibp', 'amd-stibp'],
  ]),
};

/** What Linux says of the host, or of itself, for which QEMU has no property: no guest gets it, or it is no feature. */
const LINUX_ALONE: ReadonlySet<string> = new Set(
  `acc_power ace ace_en amd_dcm amd_lbr_pmc_freeze amd_lbr_v2 amd_ppin aperfmperf arch_perfmon art bpext brs bts cat_l2
  cat_l3 cdp_l2 cdp_l3 centaur_mcr constant_tsc cpb cppc cpuid cpuid_fault cqm cqm_llc cqm_mbm_local cqm_mbm_total
  cqm_occup_llc cxmmx cyrix_arr debug_swap dtherm enqcmd epb ept ept_ad extd_apicid flexpriority hfi hw_pstate hwp
  hwp_act_window hwp_epp hwp_notify hwp_pkg_req ibrs_enhanced ida intel_ppin irperf k6_mtrr longrun lrti mba mp mwaitx
  nonstop_tsc nonstop_tsc_s3 nopl ospke pconfig pebs perfctr_llc pln proc_feedback pti pts ptsc rapl rdpru rdt_a recovery
  rep_good ring3mwait rng rng_en sdbg sev sev_es sev_snp smca sme svsm tdx_guest tdx_host_platform tme tpr_shadow
  tsc_known_freq tsc_reliable up user_shstk v_spec_ctrl vmmcall vpid x2avic xtopology`.split(/\s+/),
);

/** The same for libvirt's names. */
const LIBVIRT_ALONE: ReadonlySet<string> = new Set(['cmt', 'cvt16', 'mbm_local', 'mbm_total', 'osxsave']);

/** QEMU's names of what /proc/cpuinfo never lists; neither does it list what begins with `vmx-` and `kvm-`. */
const NOT_IN_CPUINFO: ReadonlySet<string> = new Set(
  `amd-no-ssb amd-psfd amx-avx512 amx-bf16-alias amx-complex amx-complex-alias amx-fp16 amx-fp16-alias amx-fp8
  amx-int8-alias amx-movrs amx-tf32 apx-nci-ndd-nf apxf auto-ibrs avx-ifma avx-ne-convert avx-vnni-int16 avx-vnni-int8
  avx10 avx10-128 avx10-256 avx10-512 avx10-vnni-int bhi-ctrl bhi-no cet-ss cmpccxadd core-capability ddpd-u eraps
  fb-clear fbsdp-no fdp-excptn-only fs-gs-base-ns fsrc fsrs full-width-write fzrm gds-no gmet ibpb-brtype ibrs-all
  intel-psfd intel-pt-lip ipred-ctrl its-no lfence-always-serializing lkgs mcdt-no mds-no movrs msr-imm
  no-nested-data-bp null-sel-clr-base pbrsb-no pcommit pks prefetchi prefetchiti pschange-mc-no psdp-no rdctl-no
  rfds-clear rfds-no rrsba-ctrl rsba sbdr-ssdp-no sbpb sgx-aex-notify sgx-debug sgx-edeccssa sgx-exinfo sgx-kss
  sgx-mode64 sgx-provisionkey sgx-tokenkey sgx1 sgx2 sha512 skip-l1dfl-vmentry sm3 sm4 srso-no srso-user-kernel-no
  ssb-no stibp-always-on svme-addr-chk taa-no tsa-l1-no tsa-sq-no tsx-ctrl verw-clear wrmsrns xcrypt xcrypt-en xfd
  xstore xstore-en zero-fcs-fds`.split(/\s+/),
);

/**
 * What a guest has or has not whatever the host's processor: KVM emulates it, or QEMU sets it.
 * @see Linux arch/x86/kvm/cpuid.c (`kvm_set_cpu_caps`), QEMU target/i386/kvm/kvm.c (`kvm_arch_get_supported_cpuid`)
 */
const NOT_OF_THE_HOST: ReadonlySet<string> = new Set([
  'arat',
  'arch-capabilities',
  'hypervisor',
  'ht',
  'tsc-adjust',
  'tsc-deadline',
  'x2apic',
  // QEMU leaves it out of `-cpu host` that is to be migratable; Linux has no name for it.
  'invtsc',
]);

/** Who lists features. `linux`: /proc/cpuinfo, what the processor has; `qemu`: QEMU or libvirt, what a guest can get. */
export type ListedBy = 'linux' | 'qemu';

/** Every x86-64 Linux lists some of its own; nobody else does. */
export const listedBy = (names: readonly string[]): ListedBy =>
  names.some((name) => LINUX_ALONE.has(name)) ? 'linux' : 'qemu';

/** As QEMU spells it. An unknown name stays as it is, but for its case. */
export const qemuFeature = (name: string): string => {
  const plain = name.trim().toLowerCase().replaceAll('_', '-');
  return IN_QEMU.get(plain) ?? plain;
};

/** As libvirt spells it, from QEMU's spelling. */
export const libvirtFeature = (name: string): string => IN_LIBVIRT.get(name) ?? name;

/** What a guest can get of a host's list, in QEMU's spelling. */
export const guestFeatures = (names: readonly string[], vendor: string | null): ReadonlySet<string> => {
  const byVendor = listedBy(names) === 'linux' && vendor !== null ? LINUX_BY_VENDOR[vendor] : undefined;
  return new Set(
    names
      .filter((name) => name.trim() !== '' && !LINUX_ALONE.has(name) && !LIBVIRT_ALONE.has(name))
      .map((name) => byVendor?.get(name) ?? qemuFeature(name))
      .filter((name) => !NOT_OF_THE_HOST.has(name)),
  );
};

/** Whether a list that does not have the feature says that it is not there. */
export const tellsOf = (name: string, by: ListedBy): boolean =>
  !NOT_OF_THE_HOST.has(name) &&
  (by === 'qemu' || !(NOT_IN_CPUINFO.has(name) || name.startsWith('vmx-') || name.startsWith('kvm-')));
