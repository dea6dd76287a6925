import type { Evidence } from '../catalogue/behaviour.js';
import type { LaunchConfiguration } from '../qemu/device.js';
import { about, type Finding } from './finding.js';

const MEASURED: Evidence = {
  grade: 'measured',
  note: "KVM to TCG: Unknown savevm section or instance 'kvmclock' 0. TCG to KVM, and between equals: it loads",
};

/** KVM's guests have a paravirtual clock in their state, which TCG has no place for. Of x86; of others nothing is known. */
export const acceleratorFindings = (
  from: LaunchConfiguration | null | undefined,
  { accelerator, machineType }: LaunchConfiguration,
): readonly Finding[] => {
  if (from?.accelerator !== 'kvm' || accelerator !== 'tcg' || !IS_X86.test(machineType)) return [];
  const text = "the guest runs under KVM, and TCG does not take its 'kvmclock'";
  const said = about('accelerator-differs', text);
  return [{ reason: { ...said, carried: 'kvm', offered: 'tcg', evidence: MEASURED }, verdict: 'BLOCKED' }];
};

const IS_X86 = /^(?:pc|q35|isapc|microvm)(?:-|$)/;
