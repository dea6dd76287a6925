import type { Evidence } from '../catalogue/behaviour.js';
import type { Certainty } from '../catalogue/rule-value.js';
import type { DeviceFeatures, HostCpu } from '../host/report.js';
import type { Build } from '../qemu/build.js';
import type { BuildFacts } from '../qemu/build-facts.js';
import type { Override } from '../qemu/override.js';
import type { Verdict } from '../vm/events.js';
import type { Classification } from './classify.js';

/** Where the guest is to go. */
export interface Destination {
  readonly host: string | null;
  readonly build: Build;
  readonly libvirt: string | null;
  /** As the host listed them; null: the catalogue's. */
  readonly machineTypes: readonly string[] | null;
  /** As `uname -r` says it. Left out or null: not reported. */
  readonly kernel?: string | null;
  readonly cpu?: HostCpu | null;
  readonly deviceFeatures?: readonly DeviceFeatures[] | null;
  /** What the binary said of itself, which outranks the catalogue. Left out or null: not probed. */
  readonly facts?: BuildFacts | null;
  /** What these facts rest on beside the host's own report of the time, in words. Left out or null: nothing. */
  readonly doubt?: string | null;
}

/** Why the verdict is what it is; one for each finding. */
export interface Reason {
  readonly kind:
    | 'refused'
    | 'needs-override'
    | 'needs-removal'
    | 'degraded'
    | 'documented-otherwise'
    | 'assumed'
    | 'value-unknown'
    | 'acceptance-unknown'
    | 'machine-type-missing'
    | 'machine-type-unknown'
    | 'machine-type-differs'
    | 'device-type-missing'
    | 'property-missing'
    | 'device-missing'
    | 'cpu-feature-missing'
    | 'cpu-vendor-differs'
    | 'cpu-differs'
    | 'cpu-unknown'
    | 'cpu-not-compared'
    | 'accelerator-differs'
    | 'tier'
    | 'unneeded-override'
    | 'no-history';
  readonly text: string;
  readonly behaviour: string | null;
  readonly alias: string | null;
  readonly carried: string | null;
  readonly offered: string | null;
  readonly certainty: Certainty | null;
  readonly evidence: Evidence | null;
  /** The event that latched the carried value. */
  readonly latchedBy: string | null;
}

/** An explicit property that is there already and must go: the destination's build does not know it. */
export interface Removal {
  /** Null: a `-global`. */
  readonly alias: string | null;
  readonly property: string;
}

/** What comes of launching the destination with exactly the configuration asked about. */
export type AsGiven = 'loads' | 'refused' | 'does-not-start' | 'unknown';

/** The answer for one VM or saved state and one destination. */
export interface Assessment {
  readonly verdict: Verdict;
  readonly asGiven: AsGiven;
  readonly classification: Classification;
  readonly reasons: readonly Reason[];
  /** Minimal: beside what the configuration has already. */
  readonly overrides: readonly Override[];
  readonly removals: readonly Removal[];
  /** For BLOCKED and UNKNOWN: what can be done. */
  readonly wayOut: readonly string[];
  /** The verdict for going back where it came from, after this hop; null when the source's build is not known. */
  readonly returnHop: Verdict | null;
  /** Series in which the machine type is gone. */
  readonly machineTypeEnds: string | null;
  readonly catalogueRevision: string;
}
