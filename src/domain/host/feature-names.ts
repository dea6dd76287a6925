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
 * Linux has one name for what Intel and AMD each have bits of their own for, and KVM gives a guest those of both.
 * @see Linux arch/x86/kernel/cpu/common.c (`init_speculation_control`), arch/x86/kvm/cpuid.c (`kvm_set_cpu_caps`)
 */
const LINUX_MEANS: ReadonlyMap<string, readonly string[]> = new Map([
  ['ibpb', ['ibpb', 'spec-ctrl']],
  ['ibrs', ['ibrs', 'spec-ctrl']],
  ['ssbd', ['ssbd', 'amd-ssbd']],
  ['stibp', ['stibp', 'amd-stibp']],
]);

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
 * What a guest has or has not whatever the host's processor: emulated, or set by QEMU for its topology; never given to a
 * guest by KVM; and `invtsc`, which `-cpu host` leaves out where the guest is to be migratable.
 * @see Linux arch/x86/kvm/cpuid.c (`kvm_set_cpu_caps`), QEMU target/i386/kvm/kvm.c (`kvm_arch_get_supported_cpuid`)
 */
const NOT_OF_THE_HOST: ReadonlySet<string> = new Set(
  `arat arch-capabilities hypervisor ht tsc-adjust tsc-deadline x2apic
  acpi cid dca ds ds-cpl dtes64 est extapic ia64 ibs lwp monitor nodeid-msr pbe perfctr-nb pn skinit smx tce tm tm2 wdt
  xtpr invtsc`.split(/\s+/),
);

/**
 * Properties of QEMU's CPU that are no features of one, beside those that begin with `hv-` and `x-`.
 * @see QEMU 11.1.3 `-device max-x86_64-cpu,help`, without the names of `-cpu help`
 */
const NO_FEATURES: ReadonlySet<string> = new Set(
  `check cpuid-0xb enforce fill-mtrr-mask full-cpuid-auto-level host-cache-info host-phys-bits kvm kvm-hint-dedicated
  kvm-pv-enforce-cpuid l3-cache legacy-cache legacy-multi-node lmce migratable pmu start-powered-off tcg-cpuid
  vmware-cpuid-freq xen-vapic`.split(/\s+/),
);

const ofTheHost = (name: string): boolean =>
  !NOT_OF_THE_HOST.has(name) && !NO_FEATURES.has(name) && !/^(?:hv|x)-/.test(name);

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
export const guestFeatures = (names: readonly string[]): ReadonlySet<string> => {
  const byLinux = listedBy(names) === 'linux';
  return new Set(
    names
      .filter((name) => name.trim() !== '' && !LINUX_ALONE.has(name) && !LIBVIRT_ALONE.has(name))
      .flatMap((name) => (byLinux ? LINUX_MEANS.get(name) : undefined) ?? [qemuFeature(name)])
      .filter(ofTheHost),
  );
};

/** Whether a list that does not have the feature says that it is not there. */
export const tellsOf = (name: string, by: ListedBy): boolean =>
  ofTheHost(name) &&
  (by === 'qemu' || !(NOT_IN_CPUINFO.has(name) || name.startsWith('vmx-') || name.startsWith('kvm-')));
