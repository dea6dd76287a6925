import type { Build } from '../qemu/build.js';
import type { BuildFacts, CpuFacts } from '../qemu/build-facts.js';

/** `HostReported` (stream `host-<name>`): what a host says of itself. */
export interface HostReport {
  readonly host: string;
  /** QEMU binaries, the one that libvirt uses by default first. */
  readonly builds: readonly HostBuild[];
  /** libvirt's version (`11.3.0`), null without libvirt. */
  readonly libvirt: string | null;
  readonly kernel: string | null;
  readonly vendor: string | null;
  /** Machine types of the default build when the host listed them; null: the catalogue's. */
  readonly machineTypes: readonly string[] | null;
  readonly cpu: HostCpu | null;
  /** What its kernel and backends let devices have; null or, in events of earlier releases, left out: not reported. */
  readonly deviceFeatures?: readonly DeviceFeatures[] | null;
}
export interface HostCpu {
  readonly model: string | null;
  /** As QEMU names them (`pcid`, `taa-no`). */
  readonly features: readonly string[];
  /** CPUID's vendor (`GenuineIntel`); left out in events of earlier releases. */
  readonly vendor?: string | null;
}
/** Features of one kind of device with one backend, named as QEMU's properties of the device are. */
export interface DeviceFeatures {
  /** `virtio-net/tap`, `vhost-vsock`: the device, and what is behind it where that makes a difference. */
  readonly device: string;
  /** `host_uso`, `guest_uso4`. */
  readonly features: readonly string[];
}
/** A QEMU binary of a host. What a report leaves out is null. */
export interface HostBuild extends Build {
  /** Path of the binary, as a domain's `<emulator>` names it. */
  readonly emulator?: string | null;
  /** Fingerprint of what the binary answered when it was probed ({@link BuildProbed}). */
  readonly facts?: string | null;
  /** What it makes of the host's CPU. */
  readonly cpu?: CpuFacts | null;
}

export interface HostReported extends HostReport {
  readonly type: 'HostReported';
}
export interface HostRetired {
  readonly type: 'HostRetired';
  readonly host: string;
  readonly reason: string | null;
}
/** A report that could not be understood: on record, with why, and without its secrets. */
export interface ReportRejected {
  readonly type: 'ReportRejected';
  readonly host: string;
  /** From the table of error codes, such as `BAD_DOMAIN_XML`. */
  readonly code: string;
  readonly message: string;
  /** SHA-256 of the bytes refused, and how many. */
  readonly digest: string;
  readonly bytes: number;
}
/** What a host had to say is lost, and will not be told later: what is derived of that time may lack something. */
export interface ReportsMissed {
  readonly type: 'ReportsMissed';
  readonly host: string;
  /** `spool`: it held as much as it may while hopledger was away; `follower`: nobody listened to libvirt's events. */
  readonly source: 'spool' | 'follower';
  /** Reports that are lost; null where nobody can count them. */
  readonly count: number | null;
  /** ISO 8601, the host's clock. */
  readonly from: string;
  readonly to: string;
}
/** `BuildProbed` (stream `build-<fingerprint>`, once): what a binary answered, whichever host was the first to ask it. */
export interface BuildProbed {
  readonly type: 'BuildProbed';
  readonly facts: BuildFacts;
}

export type HostEvent = HostReported | HostRetired | ReportRejected | ReportsMissed;
