import type { Build } from './build.js';

/**
 * What one QEMU binary answered over QMP about itself: the same on every host that runs it, whatever its processor.
 * It outranks all that the version suggests.
 */
export interface BuildFacts {
  /** SHA-256 over the content below, first 16 hex digits: the same answers have the same fingerprint. */
  readonly fingerprint: string;
  readonly build: Build;
  /** `x86_64` */
  readonly target: string;
  readonly machineTypes: readonly MachineTypeFacts[];
  /** All types derived from `device`. */
  readonly types: readonly TypeFacts[];
  readonly cpuModels: readonly CpuModelFacts[];
}

export interface MachineTypeFacts {
  readonly name: string;
  /** `q35` on the newest `pc-q35`; null for most. */
  readonly alias: string | null;
  readonly deprecated: boolean;
  /** Null: a binary older than 9.1 does not tell. */
  readonly compatProps: CompatProps | null;
}

/** The properties that a machine type sets, in the order in which they are applied: those of another one first. */
export interface CompatProps {
  /** A machine type of the same binary whose list this one begins with; null: all are listed here. */
  readonly like: string | null;
  readonly then: readonly CompatProp[];
}

export interface CompatProp {
  readonly qomType: string;
  readonly property: string;
  readonly value: string;
}

export interface TypeFacts {
  readonly name: string;
  /** Null for `device` itself. */
  readonly parent: string | null;
  /** The virtio device that a virtio proxy creates. */
  readonly inner: string | null;
  readonly abstract: boolean;
  /** Beside those that all types below an ancestor share, which are told there. Null: not asked, or no answer. */
  readonly properties: readonly PropertyFacts[] | null;
}

export interface PropertyFacts {
  readonly name: string;
  /** `bool`, `uint32`, `OnOffAuto`. */
  readonly type: string;
  /** In QEMU's text, before any machine type: `on`, `256`. Null: not told. */
  readonly default: string | null;
}

export interface CpuModelFacts {
  readonly name: string;
  /** `EPYC` → `EPYC-v1`. */
  readonly aliasOf: string | null;
  readonly migrationSafe: boolean | null;
}

/** What a binary makes of the processor of the host that it was asked on. */
export interface CpuFacts {
  /** What the rest holds for: TCG lacks other features than KVM does. */
  readonly accelerator: 'kvm' | 'tcg';
  /** Models that it cannot give in full there, with the features that are wanting. */
  readonly wanting: readonly { readonly model: string; readonly features: readonly string[] }[];
  /** Features of `-cpu host` as QEMU names them; null: no KVM there, or not told. */
  readonly host: { readonly on: readonly string[]; readonly off: readonly string[] } | null;
}
