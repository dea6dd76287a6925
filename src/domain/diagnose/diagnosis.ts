import type { SourceLine } from './lines.js';

/** What the words of a failed hop mean, as far as they say it. */
export interface Diagnosis {
  /** In the order of the text; the same finding again counts in `times`. */
  readonly findings: readonly Finding[];
  /** Lines that neither a finding rests on nor are known to say nothing of a failure. */
  readonly notUnderstood: readonly SourceLine[];
  /** Lines that are not blank. */
  readonly lineCount: number;
  /** Characters before the part that was read: the end of a long text counts. */
  readonly skippedChars: number;
}

/** `does-not-start`: no process was there to take the state. `refused`: it would not take it. `info`: neither. */
export type Severity = 'does-not-start' | 'refused' | 'info';

export type FindingKind =
  | 'config-space'
  | 'virtio-features'
  | 'queue-size'
  | 'state-layout'
  | 'section-unknown'
  | 'section-version'
  | 'section-footer'
  | 'machine-type-differs'
  | 'machine-type-unknown'
  | 'ram-size'
  | 'ram-block-unknown'
  | 'device-state'
  | 'load-failed'
  | 'not-migratable'
  | 'property-unknown'
  | 'property-value'
  | 'device-model-unknown'
  | 'cpu-differs'
  | 'capability-differs'
  | 'configuration-missing'
  | 'stream-broken'
  | 'connection'
  | 'hook-refused'
  | 'definition-refused'
  | 'kernel-refused'
  | 'source-not-ready'
  | 'start-failed'
  | 'pci-capability-overlap'
  | 'unknown';

export interface Finding {
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** One sentence. */
  readonly summary: string;
  readonly device: NamedDevice | null;
  readonly register: RegisterDifference | null;
  readonly features: FeatureDifference | null;
  readonly cpu: CpuDifference | null;
  /** One thing that the two ends have differently. */
  readonly differs: Difference | null;
  /** The property that was given, for errors about one. */
  readonly property: NamedProperty | null;
  /** QEMU's word for the failure as a whole (`Invalid argument`); it says little. */
  readonly errno: string | null;
  /** What else is said: a hook's message, an unknown error. */
  readonly detail: string | null;
  readonly claims: readonly Claim[];
  /** What the catalogue knows to show so. */
  readonly explanations: readonly Explanation[];
  /** Properties that are known to show so when the two ends have them differently. */
  readonly suspects: readonly Suspect[];
  readonly nextSteps: readonly NextStep[];
  readonly lines: readonly SourceLine[];
  readonly times: number;
}

/** What is certain of a finding, and what only follows from how QEMU lays things out. */
export interface Claim {
  readonly certainty: 'certain' | 'inferred';
  readonly text: string;
}

/** A device as the migration stream names it. */
export interface NamedDevice {
  /** As written: `0000:00:02.0:00.0/e1000e`, `0000:00:05.0/vga.vram`. */
  readonly section: string;
  /** `0000:00:02.0:00.0`: domain, root bus, then slot and function from the root bus down; null where there is none. */
  readonly path: string | null;
  /** `0000:00:02.0` for a device on a root bus; null behind a bridge, whose bus number the stream does not say. */
  readonly address: string | null;
  /** Address or path of the port that it sits behind. */
  readonly behind: string | null;
  /** The name of the device's state (`virtio-net`, `ioh-3240-express-root-port`), not always its QOM type. */
  readonly stateName: string | null;
  /** QOM types that save their state under this name; more than one where the text does not tell. */
  readonly qomTypes: readonly string[];
  /** QEMU's id, where the text says it or the VM's own devices are known. */
  readonly alias: string | null;
}

export interface RegisterDifference {
  /** Of the byte, in PCI config space. */
  readonly offset: number;
  /** `PCI_ERR_UNCOR_MASK`; null when nothing says what is there. */
  readonly name: string | null;
  /** `AER capability at 0x100`, `header`. */
  readonly structure: string | null;
  /** Byte of the register, from 0. */
  readonly byte: number;
  readonly certainty: 'certain' | 'inferred';
  /** The byte in the stream, and the destination's own. */
  readonly incoming: number;
  readonly here: number;
  /** Bits that were compared and differ, by their number in the register. */
  readonly bits: readonly RegisterBit[];
}
export interface RegisterBit {
  readonly bit: number;
  readonly name: string | null;
  readonly incoming: boolean;
}

export interface FeatureDifference {
  /** `0x1c0010130afffaf`: what the guest's driver took, and what the destination offers. */
  readonly incoming: string;
  readonly allowed: string;
  /** Taken by the guest and not offered here: the reason of the refusal. */
  readonly missing: readonly FeatureBit[];
}
export interface FeatureBit {
  readonly bit: number;
  /** `VIRTIO_NET_F_HOST_USO`; null when the device's type is not known, or the bit is not. */
  readonly name: string | null;
  /** Property with which QEMU offers it. */
  readonly property: string | null;
}

export interface CpuDifference {
  /** The guest's CPU has these by the destination's making, and should not. */
  readonly extra: readonly string[];
  /** The destination cannot give these. */
  readonly missing: readonly string[];
}

export interface Difference {
  /** `machine type`, `size of pc.ram`, `version of e1000e`. */
  readonly what: string;
  readonly incoming: string | null;
  readonly here: string | null;
}

export interface NamedProperty {
  /** `pci-device`: as it was given. */
  readonly driver: string;
  /** `mch`: the device that has no such property; null when not said. */
  readonly onType: string | null;
  readonly name: string;
  readonly value: string | null;
  readonly from: 'global' | 'device' | 'unknown';
}

/** A behaviour of the catalogue that shows in this way. */
export interface Explanation {
  readonly behaviour: string;
  readonly title: string;
  /** `pattern`: by the words that the catalogue lists. `structure`: by the register, bits or property they name. */
  readonly how: readonly ('pattern' | 'structure')[];
  /** What the guest state brings, and what the destination would have; null when not told. */
  readonly carried: string | null;
  readonly offered: string | null;
  readonly certainty: 'certain' | 'inferred';
}

export interface Suspect {
  /** As a `-global` names it: `virtio-net-pci`, `pci-device`. */
  readonly driver: string;
  readonly property: string;
  /** Texts of the property, where the bytes tell. */
  readonly incoming: string | null;
  readonly here: string | null;
  readonly grounds: string;
}

export interface NextStep {
  readonly text: string;
  /** `pcie-root-port.x-pcie-err-unc-mask=on`, for `-global`. */
  readonly global: string | null;
  /** `x-pcie-err-unc-mask=on`, to add to the `-device` of the device at fault. */
  readonly device: string | null;
}
