import type { ReleaseRange } from './release-range.js';

/**
 * Something that the guest or the migration stream can see and that differs between builds.
 * One data file each (`src/catalogue/data/behaviours/`); DOMAIN words as in `docs/reference/catalogue.md`.
 */
export interface Behaviour {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** `device`: one carried value per device; `machine`: one for the VM (device alias `machine`). */
  readonly scope: 'device' | 'machine';
  /** Machine types it concerns at all; null: all. */
  readonly machineTypes: MachineTypeScope | null;
  readonly selector: readonly SelectorPart[];
  readonly sticky: Sticky;
  readonly consequence: 'load-fails' | 'guest-breaks' | 'guest-visible';
  /** Every value that the rules, knobs and acceptance speak of. */
  readonly values: readonly string[];
  /** First match wins; without those that ask for a package or a condition they say a value for every build and machine type, knob or not. */
  readonly rules: readonly Rule[];
  /** Where a rule hangs on what a host did not report: the value to go by, assumed. Null: then it is unknown. */
  readonly ifUnknown: string | null;
  /**
   * What a correct build gives each machine type; first match wins. A carried value that differs is a taint. Empty: no
   * value is better than another.
   */
  readonly reference: readonly ReferenceRule[];
  /** The value that means: a guest with this device cannot be migrated at all. Null: none does. */
  readonly unmigratable: string | null;
  readonly knobs: readonly Knob[];
  /** First match wins; equal values are accepted without an entry; no match is `unknown`. */
  readonly acceptance: readonly Acceptance[];
  /** For `negotiate`: the releases that take the value which the next reset sets out of the stream; others have their own. */
  readonly latent: { readonly travelsInto: ReleaseRange; readonly evidence: Evidence } | null;
  /** How the value in a running guest is read. */
  readonly observations: readonly Observation[];
  /** As the destination prints them; regular expressions. */
  readonly errorPatterns: readonly string[];
  /** What to do where no property of a device helps: an argument to pass, a step to take. Null: nothing but a cold boot. */
  readonly remedy: string | null;
  readonly introducedBy: readonly Commit[];
  readonly fixedBy: readonly Commit[];
  readonly links: readonly string[];
  readonly evidence: Evidence;
}

/** What holds the carried value, and so what sets and clears it. */
export type Sticky = 'process' | 'chain' | 'plug' | 'boot' | 'negotiate';

/** `measured` on real processes, read in `source`, said in a `commit-message`, `documented`, `reported` by users. */
export type EvidenceGrade = 'measured' | 'source' | 'commit-message' | 'documented' | 'reported';
export interface Evidence {
  readonly grade: EvidenceGrade;
  readonly note: string;
}
export interface Commit {
  readonly hash: string;
  readonly subject: string;
  readonly release: string;
}

/** QOM types, and the condition under which they count. A trailing `*` matches any ending. */
export interface SelectorPart {
  readonly qomTypes: readonly string[];
  /** All must hold: an explicit property, or the device sitting directly on a PCI Express port. */
  readonly when: readonly Condition[];
}
/** Answers yes, no, or *unknown* where what it asks for was not reported. */
export type Condition =
  /** An explicit property of the device. */
  | { readonly kind: 'property'; readonly name: string; readonly value: string }
  /** The device sits directly on a PCI Express port. */
  | { readonly kind: 'behind-pcie-port' }
  /** The device is a PCI Express port, and another sits in it. */
  | { readonly kind: 'occupied' }
  /** The host's kernel, by its upstream series (`6.2`), both ends included; null: open. */
  | { readonly kind: 'kernel'; readonly from: string | null; readonly to: string | null }
  /** libvirt on the host, by series (`11.10`), both ends included; null: open. */
  | { readonly kind: 'libvirt'; readonly from: string | null; readonly to: string | null }
  | { readonly kind: 'accelerator'; readonly name: string }
  /** The host CPU's vendor as CPUID has it (`AuthenticAMD`, `GenuineIntel`). */
  | { readonly kind: 'cpu-vendor'; readonly name: string }
  /** What `-cpu` asks for by name. */
  | { readonly kind: 'cpu-feature'; readonly name: string; readonly value: 'on' | 'off' };

export interface MachineTypeScope {
  /** `pc-q35`, `pc-i440fx`, `virt`; empty: all. */
  readonly families: readonly string[];
  readonly versions: MachineVersions;
}

export interface Rule {
  readonly id: string;
  /** Empty: every release. */
  readonly releases: ReleaseRange;
  /** Downstream packages that the rule is about, as a regular expression over the package string; null: all. */
  readonly package: string | null;
  /** Machine types of this distribution alone; left out: all. */
  readonly vendor?: string | undefined;
  readonly machineVersions: MachineVersions;
  /** All must hold. */
  readonly when: readonly Condition[];
  readonly value: string;
  readonly evidence: Evidence;
}
export interface ReferenceRule {
  readonly machineVersions: MachineVersions;
  readonly value: string;
}
/** Inclusive bounds on the upstream version of the machine type; null: open. Both null: unversioned ones as well. */
export interface MachineVersions {
  readonly from: string | null;
  readonly to: string | null;
}

/** The property with which a build lets the behaviour be set. */
export interface Knob {
  /** Types whose devices have it: exact, with `*`, or an abstract type that the selector's types derive from. */
  readonly qomTypes: readonly string[];
  /** Abstract parents that a `-global` may name instead. */
  readonly abstractTypes: readonly string[];
  readonly property: string;
  readonly libvirtType: 'bool' | 'unsigned' | 'signed' | 'string';
  /** Behaviour value → the property's text. */
  readonly texts: Readonly<Record<string, string>>;
  readonly settable: ReleaseRange;
  /** Where one of these does not hold the property has no effect: a host cannot be told to have what it lacks. */
  readonly when?: readonly Condition[] | undefined;
}

export interface Acceptance {
  readonly carried: string;
  readonly offered: string;
  /** Destination releases it holds for; empty: every release. */
  readonly releases: ReleaseRange;
  readonly result: 'accept' | 'fail' | 'degrade';
  /** What a document says where it differs from what was measured: the verdict becomes RISKY. */
  readonly documented: 'accept' | 'fail' | null;
  readonly evidence: Evidence;
}

export interface Observation {
  readonly kind: 'property' | 'register';
  readonly name: string;
  /** Observed text → behaviour value. */
  readonly decode: Readonly<Record<string, string>>;
}
