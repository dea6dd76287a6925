/** Written by `npm run generate` from schema.graphql. Do not edit. */

/** An instant, ISO 8601 in UTC with a final `Z`: `2026-11-21T05:06:07Z`, fractions of a second to the millisecond. */
export type DateTime = string;

/**
 * A place in the ledger. Opaque; positions compare as text, in the order of the ledger. The empty text stands before the
 * first event. It is the read-your-writes token of `atLeast`, the cursor of the feed, and an instant for `asOf`.
 */
export type Position = string;

/** A UUID, answered in lower case. */
export type UUID = string;

/** The revision of a stream, a whole number as text: `0` after the first event. */
export type Revision = string;

/** Any JSON value, as recorded. */
export type JSON = unknown;

/** What can be asked. Needs the role `reader`. */
export interface Query {
  /** One VM, derived from its events. Null when nothing of it was recorded (as of then). */
  readonly vm?: Vm | null;
  /** VMs in the order of their UUIDs, from the views. */
  readonly vms?: VmSummaryConnection;
  /** Hosts in the order of their names, as last reported. */
  readonly hosts?: HostConnection;
  /** One host, as last reported. Null when it never reported. */
  readonly host?: Host | null;
  /**
   * Which CPU and device features hosts have in common, and what each must switch off so that guests can go from any of
   * them to any other.
   */
  readonly featureBaseline?: FeatureBaselineResult;
  /** Whether a destination will take the state of a VM, what it must be launched with, and why. */
  readonly assess?: AssessResult;
  /**
   * Every pair of builds, for a guest with this configuration born on each: whether the hop works and what it needs.
   * At most 12 builds and 12 births.
   */
  readonly matrix?: HopMatrix;
  /** What is worth knowing before a guest is born: taints it would carry, leftovers, hops that will be troubled. */
  readonly assessLaunch?: AssessLaunchResult;
  /** Everything that the catalogue knows to differ between builds. */
  readonly behaviours?: readonly Behaviour[];
  /** One behaviour. Null when the catalogue has none of this id. */
  readonly behaviour?: Behaviour | null;
  /** Counts for dashboards, from the views. */
  readonly fleet?: Fleet;
  /**
   * The ledger's events of VMs and hosts, and of what answers rest on (the catalogue, probed builds), in its order. A page
   * can be short of `first`, even empty, and `hasNextPage` true all the same: a filter is looked for a bounded way ahead,
   * and the cursor moves on.
   */
  readonly events?: EventConnection;
  /** How far the ledger is, and the views behind it. */
  readonly ledger?: Ledger;
  /** The facts about QEMU that answers rest on. */
  readonly catalogue?: Catalogue;
  /**
   * Before an upgrade: which running VMs and saved states a build or a set of hosts will not take, by cause. Guests in one
   * state are judged once.
   */
  readonly preflight?: PreflightResult;
  /** Every host in service that a VM can be sent to, best first: by verdict, then by what is promised, then by the way back. */
  readonly destinations?: DestinationsResult;
  /** Where each VM of a host can go when it is to be emptied, and which are stuck. */
  readonly drain?: DrainResult;
  /** How a VM gets to a host, over others where no direct hop works: the fewest hops, of those the fewest risky ones. */
  readonly route?: RouteResult;
  /** What the words of a failed hop mean: QEMU's on standard error, libvirt's, those of tools that pass them on. */
  readonly diagnose?: Diagnosis;
  /** Webhook endpoints in the order of their ids. Needs the role `operator`: a URL can be a secret. */
  readonly webhookEndpoints?: WebhookEndpointConnection;
  /** One webhook endpoint. Null when there is none, or it was removed. Needs the role `operator`. */
  readonly webhookEndpoint?: WebhookEndpoint | null;
  /**
   * The delivery log: each message to each endpoint, newest message first, as long as `webhooks.retentionDays` says. Needs
   * the role `operator`.
   */
  readonly webhookDeliveries?: WebhookDeliveryConnection;
  /** A message as it is sent. Null when there is none, or no longer. Needs the role `operator`. */
  readonly webhookMessage?: WebhookMessage | null;
}

export interface QueryVmArgs {
  /** The UUID of the VM (libvirt: domain). */
  readonly uuid: UUID;
  /** As it was known at a position, or as it was at a time; now when not given. */
  readonly asOf?: AsOf | null | undefined;
}

export interface QueryVmsArgs {
  /** All that are given must hold; every VM when not given. */
  readonly filter?: VmFilter | null | undefined;
  /** Size of the page; `graphql.pageSize` when not given, at most `graphql.maxPageSize` (else PAGE_TOO_LARGE). */
  readonly first?: number | null | undefined;
  /** The cursor to read on after; from the beginning when not given. */
  readonly after?: string | null | undefined;
  /** Wait until the views have read this position, at most `views.waitMs`, else POSITION_NOT_REACHED. */
  readonly atLeast?: Position | null | undefined;
}

export interface QueryHostsArgs {
  /** Size of the page; `graphql.pageSize` when not given, at most `graphql.maxPageSize` (else PAGE_TOO_LARGE). */
  readonly first?: number | null | undefined;
  /** The cursor to read on after; from the beginning when not given. */
  readonly after?: string | null | undefined;
}

export interface QueryHostArgs {
  /** The name under which it reports. */
  readonly name: string;
}

export interface QueryFeatureBaselineArgs {
  /** Names of the hosts; 1 to 200. */
  readonly hosts: readonly string[];
}

export interface QueryAssessArgs {
  /** The VM or the saved state that is to be moved. */
  readonly subject: HopSubject;
  /** Where it is to go. */
  readonly destination: DestinationInput;
  /** What the destination would be launched with; what the source was launched with when not given. */
  readonly configuration?: LaunchConfigurationInput | null | undefined;
}

export interface QueryMatrixArgs {
  /** What the guest is launched with, everywhere. */
  readonly configuration: LaunchConfigurationInput;
  /** Between which builds it hops. */
  readonly builds: readonly BuildInput[];
  /** On which builds it was born; left out: on each of `builds`. */
  readonly births?: readonly BuildInput[] | null | undefined;
}

export interface QueryAssessLaunchArgs {
  /** Where it is to be launched. */
  readonly destination: DestinationInput;
  /** What it is to be launched with. */
  readonly configuration: LaunchConfigurationInput;
}

export interface QueryBehaviourArgs {
  /** Its id, such as `pcie-err-unc-mask`. */
  readonly id: string;
}

export interface QueryFleetArgs {
  /** Wait until the views have read this position, at most `views.waitMs`, else POSITION_NOT_REACHED. */
  readonly atLeast?: Position | null | undefined;
}

export interface QueryEventsArgs {
  /** Read on after this position; from the beginning when not given. */
  readonly after?: Position | null | undefined;
  /** Which events; all of them when not given. */
  readonly filter?: EventFilter | null | undefined;
  /** Size of the page; `graphql.pageSize` when not given, at most `graphql.maxPageSize` (else PAGE_TOO_LARGE). */
  readonly first?: number | null | undefined;
}

export interface QueryPreflightArgs {
  /** Where the guests are to go. */
  readonly target: PreflightTarget;
  /** Only guests that run, or were saved, on these hosts; all when not given. At most 500. */
  readonly on?: readonly string[] | null | undefined;
  /** Wait until the views have read this position, at most `views.waitMs`, else POSITION_NOT_REACHED. */
  readonly atLeast?: Position | null | undefined;
}

export interface QueryDestinationsArgs {
  /** The UUID of the VM. */
  readonly vm: UUID;
  /** Size of the page; `graphql.pageSize` when not given, at most `graphql.maxPageSize` (else PAGE_TOO_LARGE). */
  readonly first?: number | null | undefined;
  /** The cursor to read on after; from the beginning when not given. */
  readonly after?: string | null | undefined;
}

export interface QueryDrainArgs {
  /** The host to be emptied. */
  readonly host: string;
  /** Only to these hosts; to any in service when not given. At most 500. */
  readonly to?: readonly string[] | null | undefined;
  /** Wait until the views have read this position, at most `views.waitMs`, else POSITION_NOT_REACHED. */
  readonly atLeast?: Position | null | undefined;
}

export interface QueryRouteArgs {
  /** The UUID of the VM; it must run. */
  readonly vm: UUID;
  /** The host that it is to get to. */
  readonly host: string;
  /** Hops at most, from 1 to 5. */
  readonly maxHops: number;
}

export interface QueryDiagnoseArgs {
  /** Any text; of more than 1,048,576 characters the end is read. */
  readonly text: string;
  /** The destination's build: only properties that it has are then advised. */
  readonly build?: BuildInput | null | undefined;
}

export interface QueryWebhookEndpointsArgs {
  /** Size of the page; `graphql.pageSize` when not given, at most `graphql.maxPageSize` (else PAGE_TOO_LARGE). */
  readonly first?: number | null | undefined;
  /** The cursor to read on after; from the beginning when not given. */
  readonly after?: string | null | undefined;
}

export interface QueryWebhookEndpointArgs {
  /** Its id. */
  readonly id: UUID;
}

export interface QueryWebhookDeliveriesArgs {
  /** Which deliveries; all when not given. */
  readonly filter?: WebhookDeliveryFilter | null | undefined;
  /** Size of the page; `graphql.pageSize` when not given, at most `graphql.maxPageSize` (else PAGE_TOO_LARGE). */
  readonly first?: number | null | undefined;
  /** The cursor to read on after; from the newest when not given. */
  readonly after?: string | null | undefined;
}

export interface QueryWebhookMessageArgs {
  /** Its id, the header `webhook-id`. */
  readonly id: UUID;
}

/** As of when. Exactly one of the two. */
export interface AsOf {
  /** As it was known when the ledger stood there: what came later is left out, corrections included. */
  readonly position?: Position | null | undefined;
  /** As it was then, by all that is known now. */
  readonly time?: DateTime | null | undefined;
}

/** Which VMs. All that are given must hold. */
export interface VmFilter {
  /** True: carries a taint. False: carries none that is known of. */
  readonly tainted?: boolean | null | undefined;
  /** Carries a taint for this behaviour. */
  readonly behaviour?: string | null | undefined;
  /** Runs on this host. */
  readonly host?: string | null | undefined;
  /** Runs on this build, as `Build.label` says it: `10.0.13 (Debian 1:10.0.13+ds-0+deb13u1)`. */
  readonly build?: string | null | undefined;
  /** Has this machine type, by its whole name. */
  readonly machineType?: string | null | undefined;
  /** The name holds this text, whatever the case. */
  readonly name?: string | null | undefined;
  /** Is in one of these states. */
  readonly states?: readonly VmState[] | null | undefined;
}

/** Which events. All that are given must hold. */
export interface EventFilter {
  /** Of these types; at most 30. */
  readonly types?: readonly EventType[] | null | undefined;
  /** Of this VM. */
  readonly vm?: UUID | null | undefined;
}

/** Which carried values. All that are given must hold. */
export interface CarriedFilter {
  /** True: taints. False: values known to be no taint. */
  readonly tainted?: boolean | null | undefined;
  /** Of this behaviour. */
  readonly behaviour?: string | null | undefined;
  /** Of this device. */
  readonly alias?: string | null | undefined;
}

/** What is to be moved. Exactly one of the two. */
export interface HopSubject {
  /** A VM: its running guest, or its last saved state when it is saved. */
  readonly vm?: UUID | null | undefined;
  /** A saved state. */
  readonly savedState?: SavedStateInput | null | undefined;
}

/** A saved state, as `SavedState` names it. */
export interface SavedStateInput {
  /** The VM that it was saved from. */
  readonly vm: UUID;
  /** Its id. */
  readonly id: string;
}

/** A host, a build, or a host and one of its builds. At least one of the two. */
export interface DestinationInput {
  /** A host that reported; its first build when no build is given. */
  readonly host?: string | null | undefined;
  /** The QEMU binary there. */
  readonly build?: BuildInput | null | undefined;
}

/** One QEMU binary, as it names itself. */
export interface BuildInput {
  /** The upstream version: `8.0.1`. */
  readonly version: string;
  /** The package that `query-version` names: `Debian 1:10.0.13+ds-0+deb13u1`. None: an unpatched binary. */
  readonly package?: string | null | undefined;
}

/** What a QEMU process is launched with, as far as live migration can tell the difference. */
export interface LaunchConfigurationInput {
  /** The machine type, alias resolved: `pc-q35-7.2`. */
  readonly machineType: string;
  /** Its devices; at most 1000. */
  readonly devices: readonly DeviceInput[];
  /** `-global` properties in command line order; at most 200. */
  readonly globals: readonly GlobalPropertyInput[];
  /** The CPU as asked for. */
  readonly cpu?: CpuInput | null | undefined;
  /** `kvm`, `tcg`. */
  readonly accelerator?: string | null | undefined;
  /**
   * Whether the devices are all that QEMU is given, as a command line has them. Else they are what a running guest's
   * definition tells: one that is missing was unplugged unseen. Left out: yes in a question, no in a report.
   */
  readonly exact?: boolean | null | undefined;
  /** Path of the QEMU binary, as a domain's `<emulator>` names it: which of a host's QEMUs is meant, where it has several. */
  readonly emulator?: string | null | undefined;
}

/** A device, as QEMU is told to make it. */
export interface DeviceInput {
  /** QEMU's `id`, which libvirt calls the alias: `pci.1`, `net0`. */
  readonly alias: string;
  /** `pcie-root-port`, `e1000e`; none when only the alias is known. */
  readonly qomType?: string | null | undefined;
  /** PCI address, `0000:01:00.0`. */
  readonly address?: string | null | undefined;
  /** Properties given explicitly; at most 100. */
  readonly properties: readonly PropertyInput[];
}

/** An explicit property: `x-pcie-err-unc-mask` = `on`. */
export interface PropertyInput {
  /** Name of the property. */
  readonly name: string;
  /** Its value, in QEMU's text. */
  readonly value: string;
}

/** `-global DRIVER.PROPERTY=VALUE`. */
export interface GlobalPropertyInput {
  /** A device type, or an abstract one such as `pci-device`. */
  readonly driver: string;
  /** Name of the property. */
  readonly property: string;
  /** Its value, in QEMU's text. */
  readonly value: string;
}

/** The CPU as asked for. */
export interface CpuInput {
  /** libvirt's mode (`custom`, `host-model`, `host-passthrough`, `maximum`), or `custom` for a bare `-cpu`. */
  readonly mode: string;
  /** The model: `Skylake-Server`. */
  readonly model?: string | null | undefined;
  /** Features asked for or switched off; at most 1000. */
  readonly features: readonly CpuFeatureInput[];
}

/** A CPU feature asked for or switched off. */
export interface CpuFeatureInput {
  /** Without its prefix: `pcid`. */
  readonly name: string;
  /** libvirt's policy: `require`, `disable`, `optional`, `force`, `forbid`. */
  readonly policy: string;
}

/** How a page ends. */
export interface PageInfo {
  readonly __typename?: 'PageInfo';
  /** Whether there is more after this page. */
  readonly hasNextPage: boolean;
  /** Cursor of the last entry, or of how far was read; null on an empty page. */
  readonly endCursor: string | null;
}

/** A VM as lists show it, from the views. */
export interface VmSummary {
  readonly __typename?: 'VmSummary';
  /** The UUID of the VM. */
  readonly uuid: UUID;
  /** The name last reported. */
  readonly name: string | null;
  /** What it does now. */
  readonly state: VmState;
  /** Where it runs. */
  readonly host: string | null;
  /** The build it runs on, as `Build.label`. */
  readonly build: string | null;
  /** Its machine type. */
  readonly machineType: string | null;
  /** Ids of the behaviours that it is tainted with. */
  readonly taints: readonly string[];
  /** Ids of the behaviours that it may be tainted with: a fact is missing. */
  readonly unknowns: readonly string[];
  /** How many leftovers its cold boots had. */
  readonly leftovers: number;
  /** When it was last heard of. */
  readonly lastSeenAt: DateTime | null;
  /** Position of the last event that this row shows. */
  readonly position: Position;
  /** The whole VM, derived anew from its events: newer than the row, if anything. */
  readonly vm: Vm | null;
}

/** A page of VMs. */
export interface VmSummaryConnection {
  readonly __typename?: 'VmSummaryConnection';
  /** The page, with a cursor for each entry. */
  readonly edges: readonly VmSummaryEdge[];
  /** The page, without the cursors. */
  readonly nodes: readonly VmSummary[];
  /** Where the page ends, and whether there is more. */
  readonly pageInfo: PageInfo;
}

/** An entry of a page of VMs. */
export interface VmSummaryEdge {
  readonly __typename?: 'VmSummaryEdge';
  /** Hand it back as `after` to read on from here. */
  readonly cursor: string;
  /** The entry. */
  readonly node: VmSummary;
}

/** What a VM does. */
export type VmState = 'RUNNING' | 'MIGRATING' | 'SAVED' | 'STOPPED' | 'UNKNOWN';

/** A VM, derived from its events. */
export interface Vm {
  readonly __typename?: 'Vm';
  /** The UUID of the VM. Names change, UUIDs do not. */
  readonly uuid: UUID;
  /** The name last reported. */
  readonly name: string | null;
  /** All names it had, oldest first. */
  readonly names: readonly string[];
  /** What operators call it by, in the order of the keys. */
  readonly labels: readonly VmLabel[];
  /** What it does. */
  readonly state: VmState;
  /** Whether it carries a taint; null: a fact is missing. */
  readonly tainted: boolean | null;
  /** The process that holds the guest now; null when none does. */
  readonly current: VmProcess | null;
  /** Its QEMU processes, in the order they opened. */
  readonly processes?: VmProcessConnection;
  /** From cold boot to power-off, oldest first. */
  readonly powerCycles?: PowerCycleConnection;
  /** Migrations and restores, oldest first, the failed ones too. */
  readonly hops?: HopConnection;
  /** The devices that the process has which holds the guest; of the last process when none does. */
  readonly devices?: DeviceConnection;
  /** What the running guest carries, or the last saved state when it is saved. */
  readonly carried?: CarriedValueConnection;
  /** The carried values that differ from what a correct build gives, and must be remembered. */
  readonly taints?: CarriedValueConnection;
  /** The graph of its processes and saved states, with the hops, saves and restores between them. */
  readonly lineage?: Lineage;
  /** Its saved states, oldest first. */
  readonly savedStates?: SavedStateConnection;
  /** One saved state. Null when there is none of this id. */
  readonly savedState?: SavedState | null;
  /** Overrides found in its definition at a cold boot: every later cold boot latches the value anew. */
  readonly leftovers?: LeftoverConnection;
  /** Its events as recorded, oldest first, the corrected and retracted ones too. */
  readonly events?: EventConnection;
  /** When it was first heard of, by the hosts' clocks. */
  readonly firstSeenAt: DateTime | null;
  /** When it was last heard of, by the hosts' clocks. */
  readonly lastSeenAt: DateTime | null;
  /** Position of its last event. */
  readonly position: Position;
  /** Revision of its stream. */
  readonly revision: Revision;
}

export interface VmProcessesArgs {
  /** Size of the page; `graphql.pageSize` when not given, at most `graphql.maxPageSize` (else PAGE_TOO_LARGE). */
  readonly first?: number | null | undefined;
  /** The cursor to read on after; from the beginning when not given. */
  readonly after?: string | null | undefined;
}

export interface VmPowerCyclesArgs {
  /** Size of the page; `graphql.pageSize` when not given, at most `graphql.maxPageSize` (else PAGE_TOO_LARGE). */
  readonly first?: number | null | undefined;
  /** The cursor to read on after; from the beginning when not given. */
  readonly after?: string | null | undefined;
}

export interface VmHopsArgs {
  /** Size of the page; `graphql.pageSize` when not given, at most `graphql.maxPageSize` (else PAGE_TOO_LARGE). */
  readonly first?: number | null | undefined;
  /** The cursor to read on after; from the beginning when not given. */
  readonly after?: string | null | undefined;
}

export interface VmDevicesArgs {
  /** Size of the page; `graphql.pageSize` when not given, at most `graphql.maxPageSize` (else PAGE_TOO_LARGE). */
  readonly first?: number | null | undefined;
  /** The cursor to read on after; from the beginning when not given. */
  readonly after?: string | null | undefined;
}

export interface VmCarriedArgs {
  /** Which values; all when not given. */
  readonly filter?: CarriedFilter | null | undefined;
  /** Size of the page; `graphql.pageSize` when not given, at most `graphql.maxPageSize` (else PAGE_TOO_LARGE). */
  readonly first?: number | null | undefined;
  /** The cursor to read on after; from the beginning when not given. */
  readonly after?: string | null | undefined;
}

export interface VmTaintsArgs {
  /** Size of the page; `graphql.pageSize` when not given, at most `graphql.maxPageSize` (else PAGE_TOO_LARGE). */
  readonly first?: number | null | undefined;
  /** The cursor to read on after; from the beginning when not given. */
  readonly after?: string | null | undefined;
}

export interface VmLineageArgs {
  /** How many processes, counted from the newest; at most 500. */
  readonly last: number | null;
}

export interface VmSavedStatesArgs {
  /** Size of the page; `graphql.pageSize` when not given, at most `graphql.maxPageSize` (else PAGE_TOO_LARGE). */
  readonly first?: number | null | undefined;
  /** The cursor to read on after; from the beginning when not given. */
  readonly after?: string | null | undefined;
}

export interface VmSavedStateArgs {
  /** Its id. */
  readonly id: string;
}

export interface VmLeftoversArgs {
  /** Size of the page; `graphql.pageSize` when not given, at most `graphql.maxPageSize` (else PAGE_TOO_LARGE). */
  readonly first?: number | null | undefined;
  /** The cursor to read on after; from the beginning when not given. */
  readonly after?: string | null | undefined;
}

export interface VmEventsArgs {
  /** Size of the page; `graphql.pageSize` when not given, at most `graphql.maxPageSize` (else PAGE_TOO_LARGE). */
  readonly first?: number | null | undefined;
  /** The cursor to read on after; from the beginning when not given. */
  readonly after?: string | null | undefined;
}

/** One QEMU binary, as it names itself. */
export interface Build {
  readonly __typename?: 'Build';
  /** The upstream version: `8.0.1`. */
  readonly version: string;
  /** The package that it names; null when it is unpatched or says nothing. */
  readonly package: string | null;
  /** Both in one: `10.0.13 (Debian 1:10.0.13+ds-0+deb13u1)`. The key of `VmFilter.build`. */
  readonly label: string;
}

/** A label of a VM: an operator's word for it. */
export interface VmLabel {
  readonly __typename?: 'VmLabel';
  /** `team`, `example.org/team`. */
  readonly key: string;
  /** May be empty. */
  readonly value: string;
}

/** One QEMU process on one host. */
export interface VmProcess {
  readonly __typename?: 'VmProcess';
  /** `<host>/<when it opened>`. */
  readonly id: string;
  /** The host that it ran on. */
  readonly host: string;
  /** How it came to hold the guest. */
  readonly origin: ProcessOrigin;
  /** False when the origin follows from what else is known, nobody having said so. */
  readonly attested: boolean;
  /** Its binary; null when not known. */
  readonly build: Build | null;
  /** `ASSUMED` when the host's first report is later than the process. */
  readonly buildCertainty: Certainty;
  /** What it was launched with, as devices came and went; null when not known. */
  readonly configuration: LaunchConfiguration | null;
  /** Its machine type, which may be known where nothing else of the configuration is. */
  readonly machineType: string | null;
  /** The host's kernel; null when not known. */
  readonly kernel: string | null;
  /** When it opened, by the host's clock. */
  readonly openedAt: DateTime;
  /** When it ended; null while it runs. */
  readonly endedAt: DateTime | null;
  /** Why it ended; null while it runs. */
  readonly endReason: StopReason | null;
  /** Id of the power cycle that it belongs to. */
  readonly powerCycle: string;
  /** What the guest carried at its end, or carries now. Empty for a process that never held the guest. */
  readonly carried?: CarriedValueConnection;
  /** Ids of the events that speak of it. */
  readonly eventIds: readonly string[];
}

export interface VmProcessCarriedArgs {
  /** Which values; all when not given. */
  readonly filter?: CarriedFilter | null | undefined;
  /** Size of the page; `graphql.pageSize` when not given, at most `graphql.maxPageSize` (else PAGE_TOO_LARGE). */
  readonly first?: number | null | undefined;
  /** The cursor to read on after; from the beginning when not given. */
  readonly after?: string | null | undefined;
}

/** How a process came to hold the guest. */
export type ProcessOrigin = 'COLD_BOOT' | 'HOP' | 'RESTORE' | 'ADOPTED';

/** How sure something is. */
export type Certainty = 'CERTAIN' | 'ASSUMED' | 'UNKNOWN';

/** Why a process ended. */
export type StopReason =
  | 'SHUTDOWN'
  | 'DESTROYED'
  | 'CRASHED'
  | 'SAVED'
  | 'MIGRATED'
  | 'FAILED'
  | 'FROM_SNAPSHOT'
  | 'DAEMON'
  | 'UNKNOWN';

/** What a QEMU process is launched with, as far as live migration can tell the difference. */
export interface LaunchConfiguration {
  readonly __typename?: 'LaunchConfiguration';
  /** The machine type, alias resolved. */
  readonly machineType: string;
  /** Its devices. */
  readonly devices: readonly Device[];
  /** `-global` properties in command line order: the last that matches wins. */
  readonly globals: readonly GlobalProperty[];
  /** The CPU as asked for; null when not known. */
  readonly cpu: CpuConfiguration | null;
  /** `kvm`, `tcg`; null when not known. */
  readonly accelerator: string | null;
  /** Whether the devices are all that QEMU was given, not what a running guest's definition told. */
  readonly exact: boolean;
  /** Path of the QEMU binary, as a domain's `<emulator>` names it; null when not known. */
  readonly emulator: string | null;
}

/** A device, as QEMU is told to make it. */
export interface Device {
  readonly __typename?: 'Device';
  /** QEMU's `id`, which libvirt calls the alias. */
  readonly alias: string;
  /** Its QOM type; null when only the alias is known. */
  readonly qomType: string | null;
  /** PCI address; null when not a PCI device or not known. */
  readonly address: string | null;
  /** Properties given explicitly. */
  readonly properties: readonly Property[];
}

/** An explicit property. */
export interface Property {
  readonly __typename?: 'Property';
  /** Name of the property. */
  readonly name: string;
  /** Its value, in QEMU's text. */
  readonly value: string;
}

/** `-global DRIVER.PROPERTY=VALUE`. */
export interface GlobalProperty {
  readonly __typename?: 'GlobalProperty';
  /** A device type, or an abstract one such as `pci-device`. */
  readonly driver: string;
  /** Name of the property. */
  readonly property: string;
  /** Its value, in QEMU's text. */
  readonly value: string;
}

/** The CPU as asked for. */
export interface CpuConfiguration {
  readonly __typename?: 'CpuConfiguration';
  /** libvirt's mode, or `custom` for a bare `-cpu`. */
  readonly mode: string;
  /** The model; null when the mode says it. */
  readonly model: string | null;
  /** Features asked for or switched off. */
  readonly features: readonly CpuFeature[];
}

/** A CPU feature asked for or switched off. */
export interface CpuFeature {
  readonly __typename?: 'CpuFeature';
  /** Without its prefix. */
  readonly name: string;
  /** libvirt's policy. */
  readonly policy: string;
}

/** One guest-visible machine, from a cold boot to the power-off, however many processes carry it in turn. */
export interface PowerCycle {
  readonly __typename?: 'PowerCycle';
  /** Id of the process that it began with. */
  readonly id: string;
  /** When it began. */
  readonly startedAt: DateTime;
  /** When it ended; null while it runs or is saved. */
  readonly endedAt: DateTime | null;
  /** The build of its cold boot; null when that was not seen. */
  readonly bornOn: Build | null;
  /** Whether the cold boot was seen. */
  readonly birthSeen: boolean;
  /** Its machine type; null when not known. */
  readonly machineType: string | null;
  /** Ids of the processes that carried it, in order. */
  readonly processes: readonly string[];
}

/** Guest state that left one process and was to be loaded by another. */
export interface Hop {
  readonly __typename?: 'Hop';
  /** Its id. */
  readonly id: string;
  /** Over the network, or through a saved state. */
  readonly via: HopVia;
  /** What became of it. */
  readonly outcome: HopOutcome;
  /** Where it left; null when not known. */
  readonly from: HopEnd | null;
  /** Where it was to arrive. */
  readonly to: HopEnd;
  /** For a restore: the saved state. */
  readonly savedState: HopSavedState | null;
  /** The state passed through processes that nobody reported. */
  readonly gap: boolean;
  /** Which ends attested to its arrival. */
  readonly confirmedBy: readonly HopSide[];
  /** When the destination's process opened. */
  readonly startedAt: DateTime;
  /** When it arrived or failed; null when it has not. */
  readonly endedAt: DateTime | null;
  /** What QEMU measured; null when not reported. */
  readonly statistics: HopStatistics | null;
  /** Why it failed, in the destination's words. */
  readonly error: string | null;
  /** What these words mean, for this VM's devices and the destination's build; null where there are none. */
  readonly diagnosis: Diagnosis | null;
  /** What hopledger answered before it; null when it was not asked. */
  readonly advice: HopAdvice | null;
}

/** What the words of a failed hop mean, as far as they say it. */
export interface Diagnosis {
  readonly __typename?: 'Diagnosis';
  /** The most telling finding in one sentence. */
  readonly summary: string;
  /** In the order of the text; at most 200. */
  readonly findings: readonly DiagnosisFinding[];
  /** Lines that no finding rests on and that are not known to say nothing of a failure. */
  readonly notUnderstood: readonly DiagnosisLine[];
  /** Lines that are not blank. */
  readonly lineCount: number;
  /** Characters before the part that was read. */
  readonly skippedChars: number;
}

/** A line of the text. */
export interface DiagnosisLine {
  readonly __typename?: 'DiagnosisLine';
  /** Its number, from 1. */
  readonly number: number;
  /** As it stands there; one of more than 4,096 characters is cut. */
  readonly text: string;
}

/** One reason, as the text tells it. */
export interface DiagnosisFinding {
  readonly __typename?: 'DiagnosisFinding';
  /** What it is about. */
  readonly kind: DiagnosisKind;
  /** What came of it. */
  readonly severity: DiagnosisSeverity;
  /** In one sentence. */
  readonly summary: string;
  /** The device; null where the text names none. */
  readonly device: DiagnosisDevice | null;
  /** For CONFIG_SPACE: the register. */
  readonly register: DiagnosisRegister | null;
  /** For VIRTIO_FEATURES: the bits. */
  readonly features: DiagnosisFeatures | null;
  /** For CPU_DIFFERS: the features. */
  readonly cpu: DiagnosisCpu | null;
  /** One thing that the two ends have differently: a size, a version, a machine type. */
  readonly differs: DiagnosisDifference | null;
  /** The property that was given, for errors about one. */
  readonly property: DiagnosisProperty | null;
  /** QEMU's word for the failure as a whole, such as `Invalid argument`; it says little. */
  readonly errno: string | null;
  /** What else is said: a hook's message, an unknown error. */
  readonly detail: string | null;
  /** What is certain, and what is inferred. */
  readonly claims: readonly DiagnosisClaim[];
  /** Behaviours of the catalogue that show in this way. */
  readonly explanations: readonly DiagnosisExplanation[];
  /** Properties that show in this way when the two ends have them differently. */
  readonly suspects: readonly DiagnosisSuspect[];
  /** What to pass or do next. */
  readonly nextSteps: readonly DiagnosisStep[];
  /** The lines it rests on. */
  readonly lines: readonly DiagnosisLine[];
  /** How often the text tells of it. */
  readonly times: number;
}

/** What a finding is about. */
export type DiagnosisKind =
  | 'CONFIG_SPACE'
  | 'VIRTIO_FEATURES'
  | 'QUEUE_SIZE'
  | 'STATE_LAYOUT'
  | 'SECTION_UNKNOWN'
  | 'SECTION_VERSION'
  | 'SECTION_FOOTER'
  | 'MACHINE_TYPE_DIFFERS'
  | 'MACHINE_TYPE_UNKNOWN'
  | 'RAM_SIZE'
  | 'RAM_BLOCK_UNKNOWN'
  | 'DEVICE_STATE'
  | 'LOAD_FAILED'
  | 'NOT_MIGRATABLE'
  | 'PROPERTY_UNKNOWN'
  | 'PROPERTY_VALUE'
  | 'DEVICE_MODEL_UNKNOWN'
  | 'CPU_DIFFERS'
  | 'CAPABILITY_DIFFERS'
  | 'CONFIGURATION_MISSING'
  | 'STREAM_BROKEN'
  | 'CONNECTION'
  | 'HOOK_REFUSED'
  | 'DEFINITION_REFUSED'
  | 'KERNEL_REFUSED'
  | 'SOURCE_NOT_READY'
  | 'START_FAILED'
  | 'PCI_CAPABILITY_OVERLAP'
  | 'UNKNOWN';

/** What came of a finding. */
export type DiagnosisSeverity = 'DOES_NOT_START' | 'REFUSED' | 'INFO';

/** How sure a conclusion from words is. */
export type DiagnosisCertainty = 'CERTAIN' | 'INFERRED';

/** A device as the migration stream names it. */
export interface DiagnosisDevice {
  readonly __typename?: 'DiagnosisDevice';
  /** As written: `0000:00:02.0:00.0/e1000e`. */
  readonly section: string;
  /** Domain, root bus, then slot and function from the root bus down; null for a device that is not of PCI. */
  readonly path: string | null;
  /** PCI address of a device on a root bus; null behind a bridge, whose bus number the stream does not say. */
  readonly address: string | null;
  /** Path of the port or bridge that it sits behind. */
  readonly behind: string | null;
  /** Name of its state, not always its QOM type: `ioh-3240-express-root-port`. */
  readonly stateName: string | null;
  /** QOM types that save their state under this name. */
  readonly qomTypes: readonly string[];
  /** QEMU's id, where the text or the VM's own devices tell it. */
  readonly alias: string | null;
}

/** A register of PCI config space that differs. */
export interface DiagnosisRegister {
  readonly __typename?: 'DiagnosisRegister';
  /** Of the byte that was compared. */
  readonly offset: number;
  /** As in linux/pci_regs.h, such as `PCI_ERR_UNCOR_MASK`; null when nothing says what is there. */
  readonly name: string | null;
  /** Where it lies: `AER capability at 0x100`. */
  readonly structure: string | null;
  /** Which byte of the register, from 0. */
  readonly byte: number;
  /** How sure its name is. */
  readonly certainty: DiagnosisCertainty;
  /** The byte in the state. */
  readonly incoming: number;
  /** The destination's own. */
  readonly here: number;
  /** Bits that were compared and differ. */
  readonly bits: readonly DiagnosisBit[];
}

/** A bit of a register. */
export interface DiagnosisBit {
  readonly __typename?: 'DiagnosisBit';
  /** Its number in the register. */
  readonly bit: number;
  /** As in linux/pci_regs.h; null for one without a name. */
  readonly name: string | null;
  /** Whether it is set in the state. */
  readonly incoming: boolean;
}

/** Feature bits of a virtio device. */
export interface DiagnosisFeatures {
  readonly __typename?: 'DiagnosisFeatures';
  /** What the state has, as hexadecimal number. */
  readonly incoming: string;
  /** What the destination offers, as hexadecimal number. */
  readonly allowed: string;
  /** What the guest took and the destination does not offer. Empty where QEMU 11.1 printed the set without them. */
  readonly missing: readonly DiagnosisFeature[];
}

/** A feature bit. */
export interface DiagnosisFeature {
  readonly __typename?: 'DiagnosisFeature';
  /** Its number. */
  readonly bit: number;
  /** As in the virtio specification; null where the type of device, or the bit, is not known. */
  readonly name: string | null;
  /** Property with which QEMU offers it. */
  readonly property: string | null;
}

/** Features of a CPU that differ. */
export interface DiagnosisCpu {
  readonly __typename?: 'DiagnosisCpu';
  /** What the destination adds. */
  readonly extra: readonly string[];
  /** What the destination lacks. */
  readonly missing: readonly string[];
}

/** One thing that the two ends have differently. */
export interface DiagnosisDifference {
  readonly __typename?: 'DiagnosisDifference';
  /** Such as `machine type` or `size of pc.ram`. */
  readonly what: string;
  /** What the state has; null when not said. */
  readonly incoming: string | null;
  /** What the destination has; null when not said. */
  readonly here: string | null;
}

/** A property that was given on a command line. */
export interface DiagnosisProperty {
  readonly __typename?: 'DiagnosisProperty';
  /** As it was given: `pci-device`. */
  readonly driver: string;
  /** The device that it was applied to: `mch`. */
  readonly onType: string | null;
  /** Its name. */
  readonly name: string;
  /** Its value; null when not said. */
  readonly value: string | null;
  /** How it was given. */
  readonly from: DiagnosisPropertyOrigin;
}

/** How a property was given. */
export type DiagnosisPropertyOrigin = 'GLOBAL' | 'DEVICE' | 'UNKNOWN';

/** A conclusion. */
export interface DiagnosisClaim {
  readonly __typename?: 'DiagnosisClaim';
  /** How sure it is. */
  readonly certainty: DiagnosisCertainty;
  /** In words. */
  readonly text: string;
}

/** A behaviour of the catalogue that shows in this way. */
export interface DiagnosisExplanation {
  readonly __typename?: 'DiagnosisExplanation';
  /** Its id. */
  readonly behaviourId: string;
  /** Its title. */
  readonly title: string;
  /** By what it was recognised. */
  readonly how: readonly DiagnosisRecognition[];
  /** The value that the source carries; null when not told. */
  readonly carried: string | null;
  /** The value that the destination offers; null when not told. */
  readonly offered: string | null;
  /** How sure the values are. */
  readonly certainty: DiagnosisCertainty;
}

/** By what a behaviour was recognised. */
export type DiagnosisRecognition = 'PATTERN' | 'STRUCTURE';

/** A property that shows in this way when the two ends have it differently. */
export interface DiagnosisSuspect {
  readonly __typename?: 'DiagnosisSuspect';
  /** As `-global` names it. */
  readonly driver: string;
  /** Its name. */
  readonly property: string;
  /** The source's value, where the bytes tell it. */
  readonly incoming: string | null;
  /** The destination's value, where the bytes tell it. */
  readonly here: string | null;
  /** What this rests on. */
  readonly grounds: string;
}

/** What to pass or do. */
export interface DiagnosisStep {
  readonly __typename?: 'DiagnosisStep';
  /** In words. */
  readonly text: string;
  /** For `-global`: `pci-device.x-pcie-err-unc-mask=on`. */
  readonly global: string | null;
  /** To add to the `-device`: `x-pcie-err-unc-mask=on`. */
  readonly device: string | null;
}

/** An end of a hop. */
export interface HopEnd {
  readonly __typename?: 'HopEnd';
  /** Id of the process. */
  readonly process: string;
  /** The host. */
  readonly host: string;
  /** The build; null when not known. */
  readonly build: Build | null;
}

/** The saved state that a restore loaded. */
export interface HopSavedState {
  readonly __typename?: 'HopSavedState';
  /** Id of the saved state. */
  readonly id: string;
  /** `ASSUMED` when more than one could be it and they differ. */
  readonly certainty: Certainty;
}

/** How guest state travels. */
export type HopVia = 'MIGRATION' | 'RESTORE';

/** What became of a hop. */
export type HopOutcome = 'PREPARED' | 'IN_FLIGHT' | 'COMPLETED' | 'UNCONFIRMED' | 'FAILED';

/** An end of a hop, as a witness. */
export type HopSide = 'SOURCE' | 'DESTINATION';

/** What QEMU measured of a migration. */
export interface HopStatistics {
  readonly __typename?: 'HopStatistics';
  /** From start to end, milliseconds. */
  readonly totalMs: number | null;
  /** How long the guest stood still, milliseconds. */
  readonly downtimeMs: number | null;
  /** Bytes sent. */
  readonly transferredBytes: number | null;
}

/** What hopledger answered before a hop. */
export interface HopAdvice {
  readonly __typename?: 'HopAdvice';
  /** The event that holds it. */
  readonly eventId: string;
  /** The verdict. */
  readonly verdict: Verdict;
  /** What was done with the destination's definition. */
  readonly answer: AdviceAnswer;
}

/** What hopledger did with a destination's definition. */
export type AdviceAnswer = 'UNCHANGED' | 'REWRITTEN' | 'REFUSED' | 'WARNED';

/** The answer for one VM or saved state and one destination; what outranks what: BLOCKED, UNKNOWN, NEEDS_OVERRIDES, RISKY, SAFE. */
export type Verdict = 'SAFE' | 'NEEDS_OVERRIDES' | 'RISKY' | 'BLOCKED' | 'UNKNOWN';

/** Guest state in a file or snapshot. */
export interface SavedState {
  readonly __typename?: 'SavedState';
  /** The reporter's name, or `<host>/<when saved>`. */
  readonly id: string;
  /** When it was saved. */
  readonly savedAt: DateTime;
  /** Where it was saved. */
  readonly host: string;
  /** Id of the process that it was saved from. */
  readonly process: string;
  /** The build that it was saved from; null when not known. */
  readonly build: Build | null;
  /** What that process was launched with; null when not known. */
  readonly configuration: LaunchConfiguration | null;
  /** What the state carries, whatever is booted in between. */
  readonly carried?: CarriedValueConnection;
  /** Ids of the processes that were restored from it. */
  readonly restoredBy: readonly string[];
}

export interface SavedStateCarriedArgs {
  /** Which values; all when not given. */
  readonly filter?: CarriedFilter | null | undefined;
  /** Size of the page; `graphql.pageSize` when not given, at most `graphql.maxPageSize` (else PAGE_TOO_LARGE). */
  readonly first?: number | null | undefined;
  /** The cursor to read on after; from the beginning when not given. */
  readonly after?: string | null | undefined;
}

/** An override in the definition of a cold boot, where it makes every later cold boot carry the bad value anew. */
export interface Leftover {
  readonly __typename?: 'Leftover';
  /** Id of the process that was booted with it. */
  readonly process: string;
  /** Where. */
  readonly host: string;
  /** When. */
  readonly at: DateTime;
  /** The device. */
  readonly alias: string;
  /** Id of the behaviour. */
  readonly behaviourId: string;
  /** The behaviour; null when the catalogue no longer has it. */
  readonly behaviour: Behaviour | null;
  /** Name of the property. */
  readonly property: string;
  /** What it is set to. */
  readonly text: string;
  /** Where it was found. */
  readonly from: OverrideOrigin;
  /** True while the power cycle that it latched is running. */
  readonly inEffect: boolean;
}

/** Where an override stands. */
export type OverrideOrigin = 'DEVICE' | 'GLOBAL' | 'CPU';

/** What the state of a VM has for one behaviour on one device, and why. */
export interface CarriedValue {
  readonly __typename?: 'CarriedValue';
  /** The device; `machine` for the machine as a whole. */
  readonly alias: string;
  /** Its QOM type; null when not known. */
  readonly qomType: string | null;
  /** Id of the behaviour. */
  readonly behaviourId: string;
  /** The behaviour; null when the catalogue no longer has it. */
  readonly behaviour: Behaviour | null;
  /** The value; null: unknown, and one of `possible`. */
  readonly value: string | null;
  /** What it can be. */
  readonly possible: readonly string[];
  /** What the next guest reset will make of it; the same as `value` unless the behaviour is negotiated at resets. */
  readonly latent: string | null;
  /** How sure the value is. */
  readonly certainty: Certainty;
  /** What a correct build gives this machine type; null when that cannot be told. */
  readonly reference: string | null;
  /** Whether it differs from the reference and must be remembered; null: cannot be told. */
  readonly tainted: boolean | null;
  /** Why it is so. */
  readonly because: Provenance;
  /** An observation that contradicts what was derived; both are kept. */
  readonly drift: Drift | null;
}

/** Why a carried value is what it is. */
export interface Provenance {
  readonly __typename?: 'Provenance';
  /** What latched it. */
  readonly how: LatchedBy;
  /** Id of the event that latched it; null when nothing reported says. */
  readonly eventId: string | null;
  /** That event. */
  readonly event: RecordedEvent | null;
  /** When it was latched. */
  readonly at: DateTime | null;
  /** Id of the process that it was latched in. */
  readonly process: string;
  /** Id of the catalogue's rule; null when a property or an observation set it. */
  readonly ruleId: string | null;
  /** That rule, with its evidence. */
  readonly rule: Rule | null;
  /** The explicit property that set it, as `PROPERTY=TEXT`. */
  readonly explicit: string | null;
}

/** What latched a carried value. */
export type LatchedBy = 'COLD_BOOT' | 'PLUG' | 'GUEST_RESET' | 'PROCESS' | 'OBSERVATION' | 'UNSEEN';

/** An observation that contradicts what was derived. */
export interface Drift {
  readonly __typename?: 'Drift';
  /** What was derived. */
  readonly derived: string | null;
  /** What was seen, which counts. */
  readonly observed: string;
  /** The event that says so. */
  readonly eventId: string;
}

/** The graph of a VM. A graph and no line: a saved state can be restored twice, or after a later cold boot. */
export interface Lineage {
  readonly __typename?: 'Lineage';
  /** Processes and saved states, oldest first. */
  readonly nodes: readonly LineageNode[];
  /** Hops, saves and restores between them. */
  readonly edges: readonly LineageEdge[];
  /** True when there are older processes than `last` let in. */
  readonly truncated: boolean;
}

/** A process or a saved state. */
export interface LineageNode {
  readonly __typename?: 'LineageNode';
  /** Unique in the graph. */
  readonly id: string;
  /** Which of the two. */
  readonly kind: LineageNodeKind;
  /** The process. */
  readonly process: VmProcess | null;
  /** The saved state. */
  readonly savedState: SavedState | null;
}

/** What a node of the lineage is. */
export type LineageNodeKind = 'PROCESS' | 'SAVED_STATE';

/** Guest state that went from one node to another. */
export interface LineageEdge {
  readonly __typename?: 'LineageEdge';
  /** In which way it went. */
  readonly kind: LineageEdgeKind;
  /** Id of the node that it left. */
  readonly from: string;
  /** Id of the node that it was to reach. */
  readonly to: string;
  /** For hops and restores: the hop. */
  readonly hop: Hop | null;
}

/** How guest state went from one node to another. */
export type LineageEdgeKind = 'HOP' | 'SAVE' | 'RESTORE';

/** An event as recorded. Nothing is ever edited: corrections and retractions are events of their own. */
export interface RecordedEvent {
  readonly __typename?: 'RecordedEvent';
  /** Its id, derived from the report that it was made from. */
  readonly id: string;
  /** What happened. */
  readonly type: EventType;
  /** The stream: `vm-<uuid>`, `host-<name>`, `build-<fingerprint>` or `catalogue`. */
  readonly stream: string;
  /** The VM, for events of VMs. */
  readonly vm: UUID | null;
  /** The host that attests to it; null for corrections, retractions, probed builds and the catalogue. */
  readonly host: string | null;
  /** Its place in the ledger; the cursor of the feed. */
  readonly position: Position;
  /** Its place in its stream. */
  readonly revision: Revision;
  /** When it happened, by the clock of the host that attests. */
  readonly occurredAt: DateTime;
  /** When the ledger took it, by the ledger's clock. */
  readonly recordedAt: DateTime;
  /** The host's clock minus the ledger's, milliseconds, when it was measured. */
  readonly clockSkewMs: number | null;
  /** Who reported it. */
  readonly actor: string;
  /** With which tool. */
  readonly tool: string;
  /** Shared by the events of one report. */
  readonly correlationId: string;
  /** Id of the event that this one answers. */
  readonly causationId: string | null;
  /** What it says, with the fields of its type. */
  readonly data: JSON;
  /** The report that it was made from, secrets removed. */
  readonly report: JSON | null;
}

/** What an event says. */
export type EventType =
  | 'VmLaunched'
  | 'ProcessPrepared'
  | 'ProcessStarted'
  | 'VmAdopted'
  | 'HopPrepared'
  | 'HopStarted'
  | 'HopCompleted'
  | 'HopFailed'
  | 'GuestReset'
  | 'DevicePlugged'
  | 'DeviceUnplugged'
  | 'StateSaved'
  | 'StateRestored'
  | 'VmStopped'
  | 'ValueObserved'
  | 'OriginAsserted'
  | 'AdviceGiven'
  | 'LabelsSet'
  | 'EventCorrected'
  | 'EventRetracted'
  | 'HostReported'
  | 'HostRetired'
  | 'ReportRejected'
  | 'CatalogueRevised'
  | 'BuildProbed'
  | 'ReportsMissed';

/** A host, as last reported. */
export interface Host {
  readonly __typename?: 'Host';
  /** Its name. */
  readonly name: string;
  /** Its QEMU binaries, the default first. */
  readonly builds: readonly HostBuild[];
  /** libvirt's version; null without libvirt. */
  readonly libvirt: string | null;
  /** Its kernel; null when not said. */
  readonly kernel: string | null;
  /** Its vendor; null when not said. */
  readonly vendor: string | null;
  /** Machine types of its default build; null when it did not list them. */
  readonly machineTypes: readonly string[] | null;
  /** Its CPU; null when not said. */
  readonly cpu: HostCpu | null;
  /** What its kernel and backends let devices have; null when not said. */
  readonly deviceFeatures: readonly DeviceFeatures[] | null;
  /** When it last reported, by its own clock. */
  readonly reportedAt: DateTime;
  /** Taken out of service since. */
  readonly retired: boolean;
  /** The VMs that run on it, from the views. */
  readonly vms?: VmSummaryConnection;
}

export interface HostVmsArgs {
  /** Size of the page; `graphql.pageSize` when not given, at most `graphql.maxPageSize` (else PAGE_TOO_LARGE). */
  readonly first?: number | null | undefined;
  /** The cursor to read on after; from the beginning when not given. */
  readonly after?: string | null | undefined;
}

/** One of a host's QEMU binaries. */
export interface HostBuild {
  readonly __typename?: 'HostBuild';
  /** The upstream version: `8.0.1`. */
  readonly version: string;
  /** The package that it names; null when it is unpatched or says nothing. */
  readonly package: string | null;
  /** Both in one: `10.0.13 (Debian 1:10.0.13+ds-0+deb13u1)`. The key of `VmFilter.build`. */
  readonly label: string;
  /** Path of the binary; null when not said. */
  readonly emulator: string | null;
  /** What it said of itself; null when it was not probed. Where it is known, it outranks the catalogue. */
  readonly probe: BuildProbe | null;
}

/** What a QEMU binary said of itself over QMP. */
export interface BuildProbe {
  readonly __typename?: 'BuildProbe';
  /** Hash over all that it said: binaries that say the same have the same. */
  readonly fingerprint: string;
  /** What it emulates: `x86_64`. */
  readonly target: string;
  /** Its machine types. */
  readonly machineTypes: readonly ProbedMachineType[];
  /** How many types of devices it knows, abstract ones too. */
  readonly deviceTypeCount: number;
  /** It says which properties its machine types set; binaries older than 9.1 do not. */
  readonly tellsCompatProps: boolean;
}

/** A machine type of a QEMU binary. */
export interface ProbedMachineType {
  readonly __typename?: 'ProbedMachineType';
  /** Its name: `pc-q35-7.2`. */
  readonly name: string;
  /** Its alias: `q35`; null for most. */
  readonly alias: string | null;
  /** QEMU warns of it. */
  readonly deprecated: boolean;
}

/** A host's CPU. */
export interface HostCpu {
  readonly __typename?: 'HostCpu';
  /** The model; null when not said. */
  readonly model: string | null;
  /** Its vendor, as CPUID names it: `GenuineIntel`; null when not said. */
  readonly vendor: string | null;
  /** The features that it has. */
  readonly features: readonly string[];
}

/** Features of one kind of device with one backend. */
export interface DeviceFeatures {
  readonly __typename?: 'DeviceFeatures';
  /** The device, and what is behind it where that makes a difference: `virtio-net/tap`, `vhost-vsock`. */
  readonly device: string;
  /** The features, named as QEMU's properties of the device are: `host_uso`. */
  readonly features: readonly string[];
}

/** What hosts have in common. */
export type FeatureBaselineResult = FeatureBaseline | UnknownHost;

/** What a set of hosts have in common: a guest with nothing else can run on any of them. */
export interface FeatureBaseline {
  readonly __typename: 'FeatureBaseline';
  /** CPU features of all hosts that reported any, in QEMU's spelling; null when none did. */
  readonly cpu: readonly string[] | null;
  /** By device, what all hosts have that reported the device. */
  readonly devices: readonly DeviceFeatures[];
  /** Each host, with what it must switch off; in the order asked. */
  readonly hosts: readonly HostBaseline[];
  /** What the baseline does not cover, and where lists do not compare. */
  readonly warnings: readonly string[];
}

/** What a host has beyond the others, and must switch off. */
export interface HostBaseline {
  readonly __typename?: 'HostBaseline';
  /** The host. */
  readonly host: string;
  /** Of its CPU; null when it reported no features of it. */
  readonly cpu: SurplusFeatures | null;
  /** Of the devices that it reported. */
  readonly devices: readonly SurplusDeviceFeatures[];
}

/** Features that must be switched off, and how. */
export interface SurplusFeatures {
  readonly __typename?: 'SurplusFeatures';
  /** In QEMU's spelling. */
  readonly surplus: readonly string[];
  /** For QEMU's command line: `-cpu host,pcid=off,stibp=off`. */
  readonly qemu: string;
  /** For the domain XML: `<cpu>` with a `<feature policy='disable'>` for each. */
  readonly libvirt: string;
}

/** Features of a device that must be switched off, and how. */
export interface SurplusDeviceFeatures {
  readonly __typename?: 'SurplusDeviceFeatures';
  /** The device, and what is behind it. */
  readonly device: string;
  /** As the host reported them. */
  readonly surplus: readonly string[];
  /**
   * For QEMU's command line: `-global virtio-net-device.host_uso=off`; null when there is nothing to do, or no argument
   * that reaches such devices is known.
   */
  readonly qemu: string | null;
  /** For the domain XML: `<qemu:commandline>`; null as for `qemu`. */
  readonly libvirt: string | null;
}

/** Something that the guest or the migration stream can see, and that differs between builds. */
export interface Behaviour {
  readonly __typename?: 'Behaviour';
  /** Its id: `pcie-err-unc-mask`. */
  readonly id: string;
  /** In a few words. */
  readonly title: string;
  /** What it is, and how it came about. */
  readonly description: string;
  /** One value for each device, or one for the machine. */
  readonly scope: BehaviourScope;
  /** The devices that it concerns; any part that fits will do. */
  readonly selector: readonly SelectorPart[];
  /** What holds the carried value, and so what sets and clears it. */
  readonly sticky: Sticky;
  /** What a mismatch does. */
  readonly consequence: Consequence;
  /** Every value that the rules, knobs and acceptance speak of. */
  readonly values: readonly string[];
  /** Which build gives which machine type which value; the first that fits. */
  readonly rules: readonly Rule[];
  /** What a correct build gives; the first that fits. */
  readonly reference: readonly ReferenceRule[];
  /** The properties with which builds let it be set. */
  readonly knobs: readonly Knob[];
  /** Which carried value which offered one takes; the first that fits; equal values are accepted. */
  readonly acceptance: readonly Acceptance[];
  /** How the value in a running guest is read. */
  readonly observations: readonly Observation[];
  /** What a destination prints when it refuses; regular expressions. */
  readonly errorPatterns: readonly string[];
  /** Commits that brought it. */
  readonly introducedBy: readonly Commit[];
  /** Commits that mended it. */
  readonly fixedBy: readonly Commit[];
  /** Where to read on. */
  readonly links: readonly string[];
  /** What the entry rests on. */
  readonly evidence: Evidence;
  /** The VMs that are tainted with it, from the views. */
  readonly affectedVms?: VmSummaryConnection;
  /** Saved states that hold it off its reference, from the views; those overwritten since left out. */
  readonly affectedSavedStates?: SavedStateSummaryConnection;
}

export interface BehaviourAffectedVmsArgs {
  /** VMs of which it cannot be told, in place of those that are known to be tainted. */
  readonly unknown: boolean;
  /** Size of the page; `graphql.pageSize` when not given, at most `graphql.maxPageSize` (else PAGE_TOO_LARGE). */
  readonly first?: number | null | undefined;
  /** The cursor to read on after; from the beginning when not given. */
  readonly after?: string | null | undefined;
  /** Wait until the views have read this position, at most `views.waitMs`, else POSITION_NOT_REACHED. */
  readonly atLeast?: Position | null | undefined;
}

export interface BehaviourAffectedSavedStatesArgs {
  /** Saved states of which it cannot be told, in place of those that are known to be tainted. */
  readonly unknown: boolean;
  /** Size of the page; `graphql.pageSize` when not given, at most `graphql.maxPageSize` (else PAGE_TOO_LARGE). */
  readonly first?: number | null | undefined;
  /** The cursor to read on after; from the beginning when not given. */
  readonly after?: string | null | undefined;
  /** Wait until the views have read this position, at most `views.waitMs`, else POSITION_NOT_REACHED. */
  readonly atLeast?: Position | null | undefined;
}

/** What has a value of its own. */
export type BehaviourScope = 'DEVICE' | 'MACHINE';

/** What holds a carried value, and so what sets and clears it. */
export type Sticky = 'PROCESS' | 'CHAIN' | 'PLUG' | 'BOOT' | 'NEGOTIATE';

/** What a mismatch does. */
export type Consequence = 'LOAD_FAILS' | 'GUEST_BREAKS' | 'GUEST_VISIBLE';

/** A part of a selector: device types, and what must hold for them to count. */
export interface SelectorPart {
  readonly __typename?: 'SelectorPart';
  /** QOM types; `*` matches any text. */
  readonly qomTypes: readonly string[];
  /** All must hold. */
  readonly when: readonly Condition[];
}

/** What must hold for a device to be concerned. */
export interface Condition {
  readonly __typename?: 'Condition';
  /** What is looked at. */
  readonly kind: ConditionKind;
  /** The property, accelerator, vendor or CPU feature; null where the kind says all. */
  readonly name: string | null;
  /** What it must be set to; for `KERNEL` the span of series. */
  readonly value: string | null;
}

/** Hops between builds, for guests born on each of some. */
export interface HopMatrix {
  readonly __typename?: 'HopMatrix';
  /** The machine type asked about. */
  readonly machineType: string;
  /** One for each birth and pair of builds, in the order asked. */
  readonly cells: readonly HopMatrixCell[];
  /** The facts it was computed from. */
  readonly catalogueRevision: string;
}

/** One hop of a guest, by where it was born. A guest born elsewhere came to `from` in one hop, with what that took. */
export interface HopMatrixCell {
  readonly __typename?: 'HopMatrixCell';
  /** The build of its cold boot. */
  readonly born: Build;
  /** The source of the hop. */
  readonly from: Build;
  /** The destination of the hop. */
  readonly to: Build;
  /** Null: such a guest never gets to `from`. */
  readonly verdict: Verdict | null;
  /** What is promised of such a hop; null where there is none. */
  readonly tier: Tier | null;
  /** What comes of it without the overrides; null where there is none. */
  readonly asGiven: AsGiven | null;
  /** What the destination must be launched with. */
  readonly overrides: readonly Override[];
  /** What the verdict rests on. */
  readonly reasons: readonly Reason[];
}

/** What comes of a launch for a hop just as it was asked about. */
export type AsGiven = 'LOADS' | 'REFUSED' | 'DOES_NOT_START' | 'UNKNOWN';

/** What a condition looks at. */
export type ConditionKind =
  | 'PROPERTY'
  | 'BEHIND_PCIE_PORT'
  | 'OCCUPIED'
  | 'KERNEL'
  | 'LIBVIRT'
  | 'ACCELERATOR'
  | 'CPU_VENDOR'
  | 'CPU_FEATURE';

/** Which builds give which machine types which value. */
export interface Rule {
  readonly __typename?: 'Rule';
  /** Its id. */
  readonly id: string;
  /** Releases that it holds for; empty: every one. */
  readonly releases: readonly ReleasePart[];
  /** Downstream packages that it is about, as a regular expression; null: all. */
  readonly package: string | null;
  /** The distribution whose machine types alone it is about; null: all machine types. */
  readonly vendor: string | null;
  /** Machine types that it holds for. */
  readonly machineVersions: MachineVersions;
  /** Conditions that must all hold; empty: none. */
  readonly when: readonly Condition[];
  /** The value. */
  readonly value: string;
  /** What it rests on. */
  readonly evidence: Evidence;
}

/** Part of a set of releases: within one series, or over whole series. Releases are a tree, never one threshold. */
export interface ReleasePart {
  readonly __typename?: 'ReleasePart';
  /** The series that `from` and `to` are in: `8.0`. */
  readonly series: string | null;
  /** First release, in that series; null: open. */
  readonly from: string | null;
  /** Last release, in that series; null: open. */
  readonly to: string | null;
  /** First series; null: open. */
  readonly fromSeries: string | null;
  /** Last series; null: open. */
  readonly toSeries: string | null;
}

/** Bounds on the version of a machine type, both included. Neither: every machine type. */
export interface MachineVersions {
  readonly __typename?: 'MachineVersions';
  /** From this version; null: open. */
  readonly from: string | null;
  /** To this version; null: open. */
  readonly to: string | null;
}

/** What a correct build gives a machine type. */
export interface ReferenceRule {
  readonly __typename?: 'ReferenceRule';
  /** Machine types that it holds for. */
  readonly machineVersions: MachineVersions;
  /** The value. */
  readonly value: string;
}

/** The property with which a build lets a behaviour be set. */
export interface Knob {
  readonly __typename?: 'Knob';
  /** Types whose devices have it. */
  readonly qomTypes: readonly string[];
  /** Abstract types that a `-global` may name instead. */
  readonly abstractTypes: readonly string[];
  /** Name of the property. */
  readonly property: string;
  /** How libvirt types it. */
  readonly libvirtType: LibvirtType;
  /** What the property is set to for each value. */
  readonly texts: readonly KnobText[];
  /** Releases that know it. On any other it stops QEMU at start. */
  readonly settable: readonly ReleasePart[];
  /** Conditions of the destination without which the property does nothing; empty: none. */
  readonly when: readonly Condition[];
}

/** How libvirt's `<qemu:property>` types a value. */
export type LibvirtType = 'BOOL' | 'UNSIGNED' | 'SIGNED' | 'STRING';

/** What a property is set to for a value of the behaviour. */
export interface KnobText {
  readonly __typename?: 'KnobText';
  /** The value of the behaviour. */
  readonly value: string;
  /** What the property is set to. */
  readonly text: string;
}

/** Whether an offered value takes a carried one. */
export interface Acceptance {
  readonly __typename?: 'Acceptance';
  /** What the state carries. */
  readonly carried: string;
  /** What the destination offers. */
  readonly offered: string;
  /** Destination releases that it holds for; empty: every one. */
  readonly releases: readonly ReleasePart[];
  /** What happens. */
  readonly result: AcceptanceResult;
  /** What a document says, where it differs from what was measured. */
  readonly documented: AcceptanceResult | null;
  /** What it rests on. */
  readonly evidence: Evidence;
}

/** What a destination does with a carried value. */
export type AcceptanceResult = 'ACCEPT' | 'FAIL' | 'DEGRADE';

/** How the value in a running guest is read. */
export interface Observation {
  readonly __typename?: 'Observation';
  /** What is read. */
  readonly kind: ObservationKind;
  /** Its name. */
  readonly name: string;
}

/** What is read out of a running guest. */
export type ObservationKind = 'PROPERTY' | 'REGISTER';

/** A commit of QEMU. */
export interface Commit {
  readonly __typename?: 'Commit';
  /** Its hash. */
  readonly hash: string;
  /** Its subject. */
  readonly subject: string;
  /** The first release that has it. */
  readonly release: string;
}

/** What an entry of the catalogue rests on. */
export interface Evidence {
  readonly __typename?: 'Evidence';
  /** How good it is. */
  readonly grade: EvidenceGrade;
  /** In words. */
  readonly note: string;
}

/** How good a piece of evidence is, best first. */
export type EvidenceGrade = 'MEASURED' | 'SOURCE' | 'COMMIT_MESSAGE' | 'DOCUMENTED' | 'REPORTED';

/** What became of the question whether a hop will work. */
export type AssessResult = Assessment | UnknownVm | UnknownHost;

/** The answer for one VM or saved state and one destination. */
export interface Assessment {
  readonly __typename: 'Assessment';
  /** The answer in a word. */
  readonly verdict: Verdict;
  /** What comes of launching the destination with exactly the configuration asked about, without what is advised. */
  readonly asGiven: AsGiven;
  /** What kind of hop it is. */
  readonly class: HopClass;
  /** Number of the case in QEMU's compatibility documentation. */
  readonly seedCase: number | null;
  /** What upstream promises for it. It does not change the verdict. */
  readonly tier: Tier;
  /** Why the verdict is what it is; one for each finding. */
  readonly reasons: readonly Reason[];
  /** The properties that the destination must be launched with, beside what the configuration has. Minimal. */
  readonly overrides: readonly Override[];
  /** Properties that are there already and must go: the destination's build does not know them. */
  readonly removals: readonly Removal[];
  /** The overrides as each tool takes them. */
  readonly rendered: RenderedOverrides;
  /** For BLOCKED and UNKNOWN: what can be done. */
  readonly wayOut: readonly string[];
  /** The verdict for going back afterwards; null when the source's build is not known. */
  readonly returnHop: Verdict | null;
  /** The release series in which the machine type is gone; null when none is known. */
  readonly machineTypeEnds: string | null;
  /** Where the state is; null when not known. */
  readonly from: HopEnd | null;
  /** Where it is to go. */
  readonly destination: Destination;
  /** Revision of the catalogue that it rests on. */
  readonly catalogueRevision: string;
  /** Position of the last event of the VM that it was computed from. */
  readonly position: Position;
  /** Revision of the VM's stream that it was computed from. */
  readonly revision: Revision;
}

/** A destination, as it was understood. */
export interface Destination {
  readonly __typename?: 'Destination';
  /** The host; null when only a build was named. */
  readonly host: string | null;
  /** The build. */
  readonly build: Build;
}

/** What kind of hop it is. */
export type HopClass =
  | 'SAME_VERSION'
  | 'SAME_VERSION_OLDER_MACHINE_TYPE'
  | 'MACHINE_TYPE_UNKNOWN_THERE'
  | 'NEWER_TO_OLDER'
  | 'OLDER_TO_NEWER'
  | 'UNKNOWN';

/** What upstream promises. */
export type Tier = 'PROMISED' | 'NOT_PROMISED' | 'NONE' | 'UNKNOWN' | 'CANNOT_MIGRATE';

/** One finding of an assessment. */
export interface Reason {
  readonly __typename?: 'Reason';
  /** What kind of finding it is. */
  readonly kind: ReasonKind;
  /** In words. */
  readonly text: string;
  /** Id of the behaviour. */
  readonly behaviourId: string | null;
  /** The behaviour. */
  readonly behaviour: Behaviour | null;
  /** The device. */
  readonly alias: string | null;
  /** What the state carries. */
  readonly carried: string | null;
  /** What the destination would have. */
  readonly offered: string | null;
  /** How sure the carried value is. */
  readonly certainty: Certainty | null;
  /** What it rests on. */
  readonly evidence: Evidence | null;
  /** Id of the event that latched the carried value. */
  readonly latchedBy: string | null;
  /** That event. */
  readonly event: RecordedEvent | null;
}

/** What kind of finding it is. */
export type ReasonKind =
  | 'REFUSED'
  | 'NEEDS_OVERRIDE'
  | 'NEEDS_REMOVAL'
  | 'DEGRADED'
  | 'DOCUMENTED_OTHERWISE'
  | 'ASSUMED'
  | 'VALUE_UNKNOWN'
  | 'ACCEPTANCE_UNKNOWN'
  | 'MACHINE_TYPE_MISSING'
  | 'MACHINE_TYPE_UNKNOWN'
  | 'MACHINE_TYPE_DIFFERS'
  | 'UNNEEDED_OVERRIDE'
  | 'NO_HISTORY'
  | 'DEVICE_TYPE_MISSING'
  | 'PROPERTY_MISSING'
  | 'DEVICE_MISSING'
  | 'TIER'
  | 'CPU_FEATURE_MISSING'
  | 'CPU_VENDOR_DIFFERS'
  | 'CPU_DIFFERS'
  | 'CPU_UNKNOWN'
  | 'CPU_NOT_COMPARED'
  | 'ACCELERATOR_DIFFERS';

/** An explicit property that a process must be launched with. */
export interface Override {
  readonly __typename?: 'Override';
  /** The device; null: a `-global`. */
  readonly alias: string | null;
  /** Its type, or the driver that the `-global` names. */
  readonly qomType: string;
  /** Name of the property. */
  readonly property: string;
  /** What to set it to, in QEMU's text. */
  readonly value: string;
  /** How libvirt types it. */
  readonly libvirtType: LibvirtType;
}

/** A property that must go. */
export interface Removal {
  readonly __typename?: 'Removal';
  /** The device; null: a `-global`. */
  readonly alias: string | null;
  /** Name of the property. */
  readonly property: string;
}

/** The same overrides as each tool takes them. */
export interface RenderedOverrides {
  readonly __typename?: 'RenderedOverrides';
  /** Arguments for QEMU's command line; empty when no `-global` can say it without touching another device. */
  readonly qemuGlobal: readonly string[];
  /** What to add to each `-device`. */
  readonly qemuDevice: readonly DeviceAddition[];
  /** `<qemu:override>`, libvirt 8.2 and later; null when there is nothing to override. */
  readonly libvirtOverride: string | null;
  /** `<qemu:commandline>`, for older ones; covers devices plugged later as well. */
  readonly libvirtCommandline: string | null;
  /** Proxmox VE's `args:`. */
  readonly proxmoxArgs: string | null;
}

/** What to add to one `-device`. */
export interface DeviceAddition {
  readonly __typename?: 'DeviceAddition';
  /** The device. */
  readonly alias: string;
  /** `PROPERTY=VALUE`. */
  readonly addition: string;
}

/** What became of the question how a launch will do. */
export type AssessLaunchResult = LaunchAdvice | UnknownHost;

/** What is worth knowing before a guest is born. */
export interface LaunchAdvice {
  readonly __typename: 'LaunchAdvice';
  /** SAFE, RISKY (it will be born tainted, or something else is warned of) or BLOCKED (it will not start). */
  readonly verdict: Verdict;
  /** Whether QEMU starts with just this; null when it is not known whether it has the machine type. */
  readonly starts: boolean | null;
  /** What is warned of. */
  readonly warnings: readonly LaunchWarning[];
  /** What the guest would carry and have to have remembered. */
  readonly taints: readonly CarriedValue[];
  /** Overrides left in the definition, each of which taints the guest. */
  readonly leftovers: readonly FoundOverride[];
  /** The properties with which it would be born clean, where the build has them. */
  readonly overrides: readonly Override[];
  /** The overrides as each tool takes them. */
  readonly rendered: RenderedOverrides;
  /** Where it is to be launched. */
  readonly destination: Destination;
  /** Revision of the catalogue that it rests on. */
  readonly catalogueRevision: string;
}

/** Something that is warned of before a launch. */
export interface LaunchWarning {
  readonly __typename?: 'LaunchWarning';
  /** What it is. */
  readonly kind: LaunchWarningKind;
  /** In words. */
  readonly text: string;
  /** The device; null when it is about the machine. */
  readonly alias: string | null;
}

/** What is warned of before a launch. */
export type LaunchWarningKind =
  | 'BORN_TAINTED'
  | 'LEFTOVER'
  | 'UNVERSIONED_MACHINE_TYPE'
  | 'DEPRECATED_MACHINE_TYPE'
  | 'MACHINE_TYPE_MISSING'
  | 'HOST_CPU'
  | 'WILL_NOT_START'
  | 'KERNEL_GAP';

/** An override in a configuration that gives a device another value than a correct build would. */
export interface FoundOverride {
  readonly __typename?: 'FoundOverride';
  /** The device. */
  readonly alias: string;
  /** Id of the behaviour. */
  readonly behaviourId: string;
  /** Name of the property. */
  readonly property: string;
  /** What it is set to. */
  readonly text: string;
  /** Where it was found. */
  readonly from: OverrideOrigin;
}

/** Counts for dashboards, as far as the views have read. */
export interface Fleet {
  readonly __typename?: 'Fleet';
  /** All VMs. */
  readonly vms: number;
  /** Those that carry a taint. */
  readonly tainted: number;
  /** Those that may carry one: a fact is missing. */
  readonly unknown: number;
  /** By state. */
  readonly byState: readonly StateCount[];
  /** By the behaviour that they are tainted with, most first. */
  readonly byBehaviour?: readonly Count[];
  /** By host, most first. */
  readonly byHost?: readonly Count[];
  /** By build, most first. */
  readonly byBuild?: readonly Count[];
  /** By machine type, most first. */
  readonly byMachineType?: readonly Count[];
  /** How far the views had read. */
  readonly position: Position;
}

export interface FleetByBehaviourArgs {
  /** How many at most; as `first` of the lists. */
  readonly first?: number | null | undefined;
}

export interface FleetByHostArgs {
  /** How many at most; as `first` of the lists. */
  readonly first?: number | null | undefined;
}

export interface FleetByBuildArgs {
  /** How many at most; as `first` of the lists. */
  readonly first?: number | null | undefined;
}

export interface FleetByMachineTypeArgs {
  /** How many at most; as `first` of the lists. */
  readonly first?: number | null | undefined;
}

/** How many VMs are in a state. */
export interface StateCount {
  readonly __typename?: 'StateCount';
  /** The state. */
  readonly state: VmState;
  /** How many. */
  readonly count: number;
}

/** How many VMs have something in common. */
export interface Count {
  readonly __typename?: 'Count';
  /** What. */
  readonly key: string;
  /** How many. */
  readonly count: number;
}

/** How far the ledger is, and the views behind it. */
export interface Ledger {
  readonly __typename?: 'Ledger';
  /** Position of its last event. */
  readonly position: Position;
  /** How far the views have read. */
  readonly viewPosition: Position;
  /** Events that the views have not read yet. */
  readonly viewLag: number;
  /** The rebuild of the views that runs, or the last one since the server's start; null when there was none. */
  readonly viewsRebuild: ViewsRebuild | null;
}

/** Views that are built anew from the ledger beside those that serve, and switched for them when they are level. */
export interface ViewsRebuild {
  readonly __typename?: 'ViewsRebuild';
  /** How it is. */
  readonly state: ViewsRebuildState;
  /** When it was asked for, by the server's clock. */
  readonly startedAt: DateTime;
  /** When it ended. */
  readonly endedAt: DateTime | null;
  /** Events of the ledger that it has read. */
  readonly eventsRead: number;
  /** Why it failed. The views before it go on. */
  readonly reason: string | null;
}

/** How a rebuild of the views is. */
export type ViewsRebuildState = 'RUNNING' | 'DONE' | 'FAILED';

/** The facts about QEMU that answers rest on, versioned as a whole. */
export interface Catalogue {
  readonly __typename?: 'Catalogue';
  /** The same facts have the same revision. */
  readonly revision: string;
  /** How many behaviours it has. */
  readonly behaviourCount: number;
  /** How many machine types it knows. */
  readonly machineTypeCount: number;
  /** How many compat properties it knows. */
  readonly pinCount: number;
  /** A machine type. Null when upstream never had it. */
  readonly machineType?: MachineType | null;
  /** What it is made of, as digests: to compare with another one. */
  readonly digests: CatalogueDigests;
  /** The revisions that answers rested on, newest first, as the ledger has them. */
  readonly revisions?: readonly CatalogueRevision[];
  /** The latest record of a revision. Null when it was never in use. */
  readonly recorded?: CatalogueRevision | null;
}

export interface CatalogueMachineTypeArgs {
  /** Its whole name: `pc-q35-7.2`. */
  readonly name: string;
}

export interface CatalogueRevisionsArgs {
  /** How many at most, up to 100. */
  readonly last: number;
}

export interface CatalogueRecordedArgs {
  /** The revision. */
  readonly revision: string;
}

/** A machine type in upstream releases. */
export interface MachineType {
  readonly __typename?: 'MachineType';
  /** Its whole name. */
  readonly name: string;
  /** The first release that has it. */
  readonly firstRelease: string;
  /** The series from which it is gone; null: still there. */
  readonly goneIn: string | null;
  /** By QEMU's policy, the series from which it warns. */
  readonly deprecatedFrom: string | null;
  /** By QEMU's policy, the series in which it is gone. */
  readonly removedIn: string | null;
}

/** A page of processes. */
export interface VmProcessConnection {
  readonly __typename?: 'VmProcessConnection';
  /** The page, with a cursor for each entry. */
  readonly edges: readonly VmProcessEdge[];
  /** The page, without the cursors. */
  readonly nodes: readonly VmProcess[];
  /** Where the page ends, and whether there is more. */
  readonly pageInfo: PageInfo;
}

/** An entry of a page of processes. */
export interface VmProcessEdge {
  readonly __typename?: 'VmProcessEdge';
  /** Hand it back as `after` to read on from here. */
  readonly cursor: string;
  /** The entry. */
  readonly node: VmProcess;
}

/** A page of power cycles. */
export interface PowerCycleConnection {
  readonly __typename?: 'PowerCycleConnection';
  /** The page, with a cursor for each entry. */
  readonly edges: readonly PowerCycleEdge[];
  /** The page, without the cursors. */
  readonly nodes: readonly PowerCycle[];
  /** Where the page ends, and whether there is more. */
  readonly pageInfo: PageInfo;
}

/** An entry of a page of power cycles. */
export interface PowerCycleEdge {
  readonly __typename?: 'PowerCycleEdge';
  /** Hand it back as `after` to read on from here. */
  readonly cursor: string;
  /** The entry. */
  readonly node: PowerCycle;
}

/** A page of hops. */
export interface HopConnection {
  readonly __typename?: 'HopConnection';
  /** The page, with a cursor for each entry. */
  readonly edges: readonly HopEdge[];
  /** The page, without the cursors. */
  readonly nodes: readonly Hop[];
  /** Where the page ends, and whether there is more. */
  readonly pageInfo: PageInfo;
}

/** An entry of a page of hops. */
export interface HopEdge {
  readonly __typename?: 'HopEdge';
  /** Hand it back as `after` to read on from here. */
  readonly cursor: string;
  /** The entry. */
  readonly node: Hop;
}

/** A page of devices. */
export interface DeviceConnection {
  readonly __typename?: 'DeviceConnection';
  /** The page, with a cursor for each entry. */
  readonly edges: readonly DeviceEdge[];
  /** The page, without the cursors. */
  readonly nodes: readonly Device[];
  /** Where the page ends, and whether there is more. */
  readonly pageInfo: PageInfo;
}

/** An entry of a page of devices. */
export interface DeviceEdge {
  readonly __typename?: 'DeviceEdge';
  /** Hand it back as `after` to read on from here. */
  readonly cursor: string;
  /** The entry. */
  readonly node: Device;
}

/** A page of carried values. */
export interface CarriedValueConnection {
  readonly __typename?: 'CarriedValueConnection';
  /** The page, with a cursor for each entry. */
  readonly edges: readonly CarriedValueEdge[];
  /** The page, without the cursors. */
  readonly nodes: readonly CarriedValue[];
  /** Where the page ends, and whether there is more. */
  readonly pageInfo: PageInfo;
}

/** An entry of a page of carried values. */
export interface CarriedValueEdge {
  readonly __typename?: 'CarriedValueEdge';
  /** Hand it back as `after` to read on from here. */
  readonly cursor: string;
  /** The entry. */
  readonly node: CarriedValue;
}

/** A page of saved states. */
export interface SavedStateConnection {
  readonly __typename?: 'SavedStateConnection';
  /** The page, with a cursor for each entry. */
  readonly edges: readonly SavedStateEdge[];
  /** The page, without the cursors. */
  readonly nodes: readonly SavedState[];
  /** Where the page ends, and whether there is more. */
  readonly pageInfo: PageInfo;
}

/** An entry of a page of saved states. */
export interface SavedStateEdge {
  readonly __typename?: 'SavedStateEdge';
  /** Hand it back as `after` to read on from here. */
  readonly cursor: string;
  /** The entry. */
  readonly node: SavedState;
}

/** A page of leftovers. */
export interface LeftoverConnection {
  readonly __typename?: 'LeftoverConnection';
  /** The page, with a cursor for each entry. */
  readonly edges: readonly LeftoverEdge[];
  /** The page, without the cursors. */
  readonly nodes: readonly Leftover[];
  /** Where the page ends, and whether there is more. */
  readonly pageInfo: PageInfo;
}

/** An entry of a page of leftovers. */
export interface LeftoverEdge {
  readonly __typename?: 'LeftoverEdge';
  /** Hand it back as `after` to read on from here. */
  readonly cursor: string;
  /** The entry. */
  readonly node: Leftover;
}

/** A page of events. */
export interface EventConnection {
  readonly __typename?: 'EventConnection';
  /** The page, with a cursor for each entry. */
  readonly edges: readonly EventEdge[];
  /** The page, without the cursors. */
  readonly nodes: readonly RecordedEvent[];
  /** Where the page ends, and whether there is more. */
  readonly pageInfo: PageInfo;
}

/** An entry of a page of events. */
export interface EventEdge {
  readonly __typename?: 'EventEdge';
  /** Hand it back as `after` to read on from here. */
  readonly cursor: string;
  /** The entry. */
  readonly node: RecordedEvent;
}

/** A page of hosts. */
export interface HostConnection {
  readonly __typename?: 'HostConnection';
  /** The page, with a cursor for each entry. */
  readonly edges: readonly HostEdge[];
  /** The page, without the cursors. */
  readonly nodes: readonly Host[];
  /** Where the page ends, and whether there is more. */
  readonly pageInfo: PageInfo;
}

/** An entry of a page of hosts. */
export interface HostEdge {
  readonly __typename?: 'HostEdge';
  /** Hand it back as `after` to read on from here. */
  readonly cursor: string;
  /** The entry. */
  readonly node: Host;
}

/**
 * Records events by hand, for orchestrators that have no hook. Each takes an `idempotencyKey`. What a host attests is never
 * refused for being late, odd or contradictory.
 */
export interface Mutation {
  /** A cold boot: no `-incoming`, no restore. Needs the role `recorder`. */
  readonly recordLaunch?: RecordResult;
  /** First seen while already running. Needs the role `recorder`. */
  readonly recordAdoption?: RecordResult;
  /** A destination is to receive guest state (libvirt: `migrate begin`). Needs the role `recorder`. */
  readonly recordHopPrepared?: RecordResult;
  /** An incoming process is up. No arrival. Needs the role `recorder`. */
  readonly recordHopStarted?: RecordResult;
  /** Guest state arrived. Both ends may say so; on the source it also ends the process. Needs the role `recorder`. */
  readonly recordHopCompleted?: RecordResult;
  /** The destination would not take the state. Needs the role `recorder`. */
  readonly recordHopFailed?: RecordResult;
  /** A reboot inside the guest, which keeps the process. Needs the role `recorder`. */
  readonly recordGuestReset?: RecordResult;
  /** A device was plugged into the running guest. Needs the role `recorder`. */
  readonly recordDevicePlugged?: RecordResult;
  /** A device was unplugged from the running guest. Needs the role `recorder`. */
  readonly recordDeviceUnplugged?: RecordResult;
  /** Guest state was written to a file or snapshot. Needs the role `recorder`. */
  readonly recordStateSaved?: RecordResult;
  /** A process was started from a saved state. Needs the role `recorder`. */
  readonly recordStateRestored?: RecordResult;
  /** The process ended. Needs the role `recorder`. */
  readonly recordStop?: RecordResult;
  /** A value was read out of the running guest. It outranks what is derived. Needs the role `recorder`. */
  readonly observeValue?: RecordResult;
  /** An operator says where the running power cycle began. Needs the role `operator`. */
  readonly assertOrigin?: ChangeResult;
  /** Labels a VM, in place of all labels that it had; for the filters of webhooks. Needs the role `operator`. */
  readonly setLabels?: ChangeResult;
  /** Corrects fields of an earlier event. Nothing is edited; derived state recomputes. Needs the role `operator`. */
  readonly correctEvent?: ChangeResult;
  /** Takes an earlier event back. Nothing is deleted; derived state recomputes. Needs the role `operator`. */
  readonly retractEvent?: ChangeResult;
  /** A host says what it has. Needs the role `recorder`. */
  readonly reportHost?: HostResult;
  /** A host is taken out of service. A later report brings it back. Needs the role `recorder`. */
  readonly retireHost?: HostResult;
  /**
   * Builds the views anew from the ledger while those that there are serve on, and switches them when the new ones are level.
   * Answers at once; how it goes is in `ledger`. While one runs, that is the answer. Needs the role `admin`.
   */
  readonly rebuildViews?: ViewsRebuild;
  /** Has messages sent to a URL from now on. The answer carries the secret, this once. Needs the role `admin`. */
  readonly registerWebhookEndpoint?: RegisterWebhookEndpointResult;
  /** Changes what is given; messages that wait already keep waiting. Needs the role `admin`. */
  readonly changeWebhookEndpoint?: WebhookEndpointResult;
  /**
   * Sends nothing any more; messages wait. Answers when no request is under way, which takes `webhooks.timeoutMs` at the most:
   * with `paused.quiet` true, nothing reaches the endpoint after this answer until it is resumed. Needs the role `operator`.
   */
  readonly pauseWebhookEndpoint?: WebhookEndpointResult;
  /** Sends again, what waits first. Needs the role `operator`. */
  readonly resumeWebhookEndpoint?: WebhookEndpointResult;
  /** Makes a new secret, which the answer carries this once. The one before signs too for a while. Needs the role `admin`. */
  readonly rotateWebhookSecret?: RotateWebhookSecretResult;
  /** Forgets the endpoint; what waits for it is dropped. Needs the role `admin`. */
  readonly removeWebhookEndpoint?: WebhookEndpointResult;
  /** Sends one message of the type `endpoint.test`, once, whatever the filter. Needs the role `operator`. */
  readonly testWebhookEndpoint?: TestWebhookEndpointResult;
  /**
   * Sends messages of the past again, in their order; also those that the endpoint would get today and did not get then. Needs
   * the role `operator`.
   */
  readonly replayWebhookDeliveries?: ReplayWebhookDeliveriesResult;
}

export interface MutationRecordLaunchArgs {
  /** What is to be recorded. */
  readonly input: RecordLaunchInput;
}

export interface MutationRecordAdoptionArgs {
  /** What is to be recorded. */
  readonly input: RecordAdoptionInput;
}

export interface MutationRecordHopPreparedArgs {
  /** What is to be recorded. */
  readonly input: RecordHopPreparedInput;
}

export interface MutationRecordHopStartedArgs {
  /** What is to be recorded. */
  readonly input: RecordHopStartedInput;
}

export interface MutationRecordHopCompletedArgs {
  /** What is to be recorded. */
  readonly input: RecordHopCompletedInput;
}

export interface MutationRecordHopFailedArgs {
  /** What is to be recorded. */
  readonly input: RecordHopFailedInput;
}

export interface MutationRecordGuestResetArgs {
  /** What is to be recorded. */
  readonly input: RecordGuestResetInput;
}

export interface MutationRecordDevicePluggedArgs {
  /** What is to be recorded. */
  readonly input: RecordDevicePluggedInput;
}

export interface MutationRecordDeviceUnpluggedArgs {
  /** What is to be recorded. */
  readonly input: RecordDeviceUnpluggedInput;
}

export interface MutationRecordStateSavedArgs {
  /** What is to be recorded. */
  readonly input: RecordStateSavedInput;
}

export interface MutationRecordStateRestoredArgs {
  /** What is to be recorded. */
  readonly input: RecordStateRestoredInput;
}

export interface MutationRecordStopArgs {
  /** What is to be recorded. */
  readonly input: RecordStopInput;
}

export interface MutationObserveValueArgs {
  /** What is to be recorded. */
  readonly input: ObserveValueInput;
}

export interface MutationAssertOriginArgs {
  /** What is to be recorded. */
  readonly input: AssertOriginInput;
}

export interface MutationSetLabelsArgs {
  /** What is to be recorded. */
  readonly input: SetLabelsInput;
}

export interface MutationCorrectEventArgs {
  /** What is to be recorded. */
  readonly input: CorrectEventInput;
}

export interface MutationRetractEventArgs {
  /** What is to be recorded. */
  readonly input: RetractEventInput;
}

export interface MutationReportHostArgs {
  /** What is to be recorded. */
  readonly input: ReportHostInput;
}

export interface MutationRetireHostArgs {
  /** What is to be recorded. */
  readonly input: RetireHostInput;
}

export interface MutationRegisterWebhookEndpointArgs {
  /** What is asked for. */
  readonly input: RegisterWebhookEndpointInput;
}

export interface MutationChangeWebhookEndpointArgs {
  /** What is asked for. */
  readonly input: ChangeWebhookEndpointInput;
}

export interface MutationPauseWebhookEndpointArgs {
  /** What is asked for. */
  readonly input: WebhookEndpointInput;
}

export interface MutationResumeWebhookEndpointArgs {
  /** What is asked for. */
  readonly input: WebhookEndpointInput;
}

export interface MutationRotateWebhookSecretArgs {
  /** What is asked for. */
  readonly input: RotateWebhookSecretInput;
}

export interface MutationRemoveWebhookEndpointArgs {
  /** What is asked for. */
  readonly input: WebhookEndpointInput;
}

export interface MutationTestWebhookEndpointArgs {
  /** What is asked for. */
  readonly input: WebhookEndpointInput;
}

export interface MutationReplayWebhookDeliveriesArgs {
  /** What is asked for. */
  readonly input: ReplayWebhookDeliveriesInput;
}

/** What became of a report about a VM. */
export type RecordResult = Recorded | IdempotencyConflict | BadInput;

/** What became of a statement about what is recorded already. */
export type ChangeResult = Recorded | IdempotencyConflict | UnknownVm | UnknownEvent | BadInput;

/** What became of a report about a host. */
export type HostResult = HostRecorded | IdempotencyConflict | UnknownHost | BadInput;

/** It is in the ledger, durably. */
export interface Recorded {
  readonly __typename: 'Recorded';
  /** Ids of its events. */
  readonly eventIds: readonly string[];
  /** For `atLeast`: lists that waited for it show it. */
  readonly position: Position;
  /** Revision of the VM's stream. */
  readonly revision: Revision;
  /** True when it was there already: the same key with the same input. */
  readonly repeated: boolean;
  /** The VM as it is now. */
  readonly vm: Vm;
}

/** It is in the ledger, durably. */
export interface HostRecorded {
  readonly __typename: 'HostRecorded';
  /** Ids of its events. */
  readonly eventIds: readonly string[];
  /** For `atLeast`. */
  readonly position: Position;
  /** True when it was there already: the same key with the same input. */
  readonly repeated: boolean;
  /** The host as it is now; null when it never reported. */
  readonly host: Host | null;
}

/** An expected outcome that is no success. */
export interface Problem {
  readonly __typename: string;
  /** From the table of error codes. */
  readonly code: string;
  /** For people; may change. */
  readonly message: string;
}

/** The idempotency key was used before, with another input. */
export interface IdempotencyConflict {
  readonly __typename: 'IdempotencyConflict';
  /** `IDEMPOTENCY_CONFLICT`. */
  readonly code: string;
  /** For people; may change. */
  readonly message: string;
}

/** No event of this VM was ever recorded. */
export interface UnknownVm {
  readonly __typename: 'UnknownVm';
  /** `UNKNOWN_VM`. */
  readonly code: string;
  /** For people; may change. */
  readonly message: string;
  /** The VM that was named. */
  readonly uuid: UUID;
}

/** No report of this host was ever recorded. */
export interface UnknownHost {
  readonly __typename: 'UnknownHost';
  /** `UNKNOWN_HOST`. */
  readonly code: string;
  /** For people; may change. */
  readonly message: string;
  /** The host that was named. */
  readonly host: string;
}

/** The VM has no event of this id. */
export interface UnknownEvent {
  readonly __typename: 'UnknownEvent';
  /** `UNKNOWN_EVENT`. */
  readonly code: string;
  /** For people; may change. */
  readonly message: string;
  /** The event that was named. */
  readonly eventId: string;
}

/** The input is malformed. Nothing was recorded. */
export interface BadInput {
  readonly __typename: 'BadInput';
  /** `BAD_INPUT`. */
  readonly code: string;
  /** For people; may change. */
  readonly message: string;
  /** Which part of the input, as a path: `configuration.devices.3.alias`. */
  readonly field: string | null;
}

/** A cold boot: a new process that starts the guest from nothing. */
export interface RecordLaunchInput {
  /**
   * Yours, for this one report: 1 to 200 characters, best a UUID. The same key with the same input answers the same again;
   * with another input, `IdempotencyConflict`.
   */
  readonly idempotencyKey: string;
  /** The VM. */
  readonly uuid: UUID;
  /** The host that attests to it. A token bound to a host speaks for that host alone. */
  readonly host: string;
  /** The VM's name there. */
  readonly name?: string | null | undefined;
  /** When it happened, by the clock of the host; now, by the server's, when not given. */
  readonly occurredAt?: DateTime | null | undefined;
  /** The reporter's clock when it sends this, so that its skew is measured. */
  readonly sentAt?: DateTime | null | undefined;
  /** Ties events of one operation together: 1 to 200 characters; made up when not given. */
  readonly correlationId?: string | null | undefined;
  /** The binary; when not given, what the host reported of itself counts. */
  readonly build?: BuildInput | null | undefined;
  /** What it was launched with. */
  readonly configuration?: LaunchConfigurationInput | null | undefined;
  /** The host's kernel. */
  readonly kernel?: string | null | undefined;
}

/** A VM that was first seen while it ran. */
export interface RecordAdoptionInput {
  /**
   * Yours, for this one report: 1 to 200 characters, best a UUID. The same key with the same input answers the same again;
   * with another input, `IdempotencyConflict`.
   */
  readonly idempotencyKey: string;
  /** The VM. */
  readonly uuid: UUID;
  /** The host that attests to it. A token bound to a host speaks for that host alone. */
  readonly host: string;
  /** The VM's name there. */
  readonly name?: string | null | undefined;
  /** When it happened, by the clock of the host; now, by the server's, when not given. */
  readonly occurredAt?: DateTime | null | undefined;
  /** The reporter's clock when it sends this, so that its skew is measured. */
  readonly sentAt?: DateTime | null | undefined;
  /** Ties events of one operation together: 1 to 200 characters; made up when not given. */
  readonly correlationId?: string | null | undefined;
  /** The binary; when not given, what the host reported of itself counts. */
  readonly build?: BuildInput | null | undefined;
  /** What it was launched with. */
  readonly configuration?: LaunchConfigurationInput | null | undefined;
  /** The host's kernel. */
  readonly kernel?: string | null | undefined;
}

/** A host that is to receive guest state. */
export interface RecordHopPreparedInput {
  /**
   * Yours, for this one report: 1 to 200 characters, best a UUID. The same key with the same input answers the same again;
   * with another input, `IdempotencyConflict`.
   */
  readonly idempotencyKey: string;
  /** The VM. */
  readonly uuid: UUID;
  /** The host that attests to it. A token bound to a host speaks for that host alone. */
  readonly host: string;
  /** The VM's name there. */
  readonly name?: string | null | undefined;
  /** When it happened, by the clock of the host; now, by the server's, when not given. */
  readonly occurredAt?: DateTime | null | undefined;
  /** The reporter's clock when it sends this, so that its skew is measured. */
  readonly sentAt?: DateTime | null | undefined;
  /** Ties events of one operation together: 1 to 200 characters; made up when not given. */
  readonly correlationId?: string | null | undefined;
  /** How the state will come. */
  readonly via: HopVia;
  /** What was asked for, before any rewrite. */
  readonly configuration?: LaunchConfigurationInput | null | undefined;
}

/** An incoming process that is up. */
export interface RecordHopStartedInput {
  /**
   * Yours, for this one report: 1 to 200 characters, best a UUID. The same key with the same input answers the same again;
   * with another input, `IdempotencyConflict`.
   */
  readonly idempotencyKey: string;
  /** The VM. */
  readonly uuid: UUID;
  /** The host that attests to it. A token bound to a host speaks for that host alone. */
  readonly host: string;
  /** The VM's name there. */
  readonly name?: string | null | undefined;
  /** When it happened, by the clock of the host; now, by the server's, when not given. */
  readonly occurredAt?: DateTime | null | undefined;
  /** The reporter's clock when it sends this, so that its skew is measured. */
  readonly sentAt?: DateTime | null | undefined;
  /** Ties events of one operation together: 1 to 200 characters; made up when not given. */
  readonly correlationId?: string | null | undefined;
  /** How the state comes. */
  readonly via: HopVia;
  /** The binary; when not given, what the host reported of itself counts. */
  readonly build?: BuildInput | null | undefined;
  /** What it was launched with. */
  readonly configuration?: LaunchConfigurationInput | null | undefined;
  /** The host's kernel. */
  readonly kernel?: string | null | undefined;
}

/** Guest state that arrived, as one end saw it. */
export interface RecordHopCompletedInput {
  /**
   * Yours, for this one report: 1 to 200 characters, best a UUID. The same key with the same input answers the same again;
   * with another input, `IdempotencyConflict`.
   */
  readonly idempotencyKey: string;
  /** The VM. */
  readonly uuid: UUID;
  /** The host that attests to it. A token bound to a host speaks for that host alone. */
  readonly host: string;
  /** The VM's name there. */
  readonly name?: string | null | undefined;
  /** When it happened, by the clock of the host; now, by the server's, when not given. */
  readonly occurredAt?: DateTime | null | undefined;
  /** The reporter's clock when it sends this, so that its skew is measured. */
  readonly sentAt?: DateTime | null | undefined;
  /** Ties events of one operation together: 1 to 200 characters; made up when not given. */
  readonly correlationId?: string | null | undefined;
  /** Which end says so: `host` is that end. */
  readonly attestedBy: HopSide;
  /** What QEMU measured. */
  readonly statistics?: HopStatisticsInput | null | undefined;
}

/** What QEMU measured of a migration. */
export interface HopStatisticsInput {
  /** From start to end, milliseconds. */
  readonly totalMs?: number | null | undefined;
  /** How long the guest stood still, milliseconds. */
  readonly downtimeMs?: number | null | undefined;
  /** Bytes sent. */
  readonly transferredBytes?: number | null | undefined;
}

/** Guest state that the destination would not take. */
export interface RecordHopFailedInput {
  /**
   * Yours, for this one report: 1 to 200 characters, best a UUID. The same key with the same input answers the same again;
   * with another input, `IdempotencyConflict`.
   */
  readonly idempotencyKey: string;
  /** The VM. */
  readonly uuid: UUID;
  /** The host that attests to it. A token bound to a host speaks for that host alone. */
  readonly host: string;
  /** The VM's name there. */
  readonly name?: string | null | undefined;
  /** When it happened, by the clock of the host; now, by the server's, when not given. */
  readonly occurredAt?: DateTime | null | undefined;
  /** The reporter's clock when it sends this, so that its skew is measured. */
  readonly sentAt?: DateTime | null | undefined;
  /** Ties events of one operation together: 1 to 200 characters; made up when not given. */
  readonly correlationId?: string | null | undefined;
  /** In the destination's words; at most 8000 characters. */
  readonly error?: string | null | undefined;
}

/** A reset that keeps the process. */
export interface RecordGuestResetInput {
  /**
   * Yours, for this one report: 1 to 200 characters, best a UUID. The same key with the same input answers the same again;
   * with another input, `IdempotencyConflict`.
   */
  readonly idempotencyKey: string;
  /** The VM. */
  readonly uuid: UUID;
  /** The host that attests to it. A token bound to a host speaks for that host alone. */
  readonly host: string;
  /** The VM's name there. */
  readonly name?: string | null | undefined;
  /** When it happened, by the clock of the host; now, by the server's, when not given. */
  readonly occurredAt?: DateTime | null | undefined;
  /** The reporter's clock when it sends this, so that its skew is measured. */
  readonly sentAt?: DateTime | null | undefined;
  /** Ties events of one operation together: 1 to 200 characters; made up when not given. */
  readonly correlationId?: string | null | undefined;
  /** Why, when it is known; at most 200 characters. */
  readonly reason?: string | null | undefined;
}

/** A device that was plugged. */
export interface RecordDevicePluggedInput {
  /**
   * Yours, for this one report: 1 to 200 characters, best a UUID. The same key with the same input answers the same again;
   * with another input, `IdempotencyConflict`.
   */
  readonly idempotencyKey: string;
  /** The VM. */
  readonly uuid: UUID;
  /** The host that attests to it. A token bound to a host speaks for that host alone. */
  readonly host: string;
  /** The VM's name there. */
  readonly name?: string | null | undefined;
  /** When it happened, by the clock of the host; now, by the server's, when not given. */
  readonly occurredAt?: DateTime | null | undefined;
  /** The reporter's clock when it sends this, so that its skew is measured. */
  readonly sentAt?: DateTime | null | undefined;
  /** Ties events of one operation together: 1 to 200 characters; made up when not given. */
  readonly correlationId?: string | null | undefined;
  /** The device. */
  readonly device: DeviceInput;
}

/** A device that was unplugged. */
export interface RecordDeviceUnpluggedInput {
  /**
   * Yours, for this one report: 1 to 200 characters, best a UUID. The same key with the same input answers the same again;
   * with another input, `IdempotencyConflict`.
   */
  readonly idempotencyKey: string;
  /** The VM. */
  readonly uuid: UUID;
  /** The host that attests to it. A token bound to a host speaks for that host alone. */
  readonly host: string;
  /** The VM's name there. */
  readonly name?: string | null | undefined;
  /** When it happened, by the clock of the host; now, by the server's, when not given. */
  readonly occurredAt?: DateTime | null | undefined;
  /** The reporter's clock when it sends this, so that its skew is measured. */
  readonly sentAt?: DateTime | null | undefined;
  /** Ties events of one operation together: 1 to 200 characters; made up when not given. */
  readonly correlationId?: string | null | undefined;
  /** The device. */
  readonly alias: string;
}

/** Guest state that was written to a file or snapshot. */
export interface RecordStateSavedInput {
  /**
   * Yours, for this one report: 1 to 200 characters, best a UUID. The same key with the same input answers the same again;
   * with another input, `IdempotencyConflict`.
   */
  readonly idempotencyKey: string;
  /** The VM. */
  readonly uuid: UUID;
  /** The host that attests to it. A token bound to a host speaks for that host alone. */
  readonly host: string;
  /** The VM's name there. */
  readonly name?: string | null | undefined;
  /** When it happened, by the clock of the host; now, by the server's, when not given. */
  readonly occurredAt?: DateTime | null | undefined;
  /** The reporter's clock when it sends this, so that its skew is measured. */
  readonly sentAt?: DateTime | null | undefined;
  /** Ties events of one operation together: 1 to 200 characters; made up when not given. */
  readonly correlationId?: string | null | undefined;
  /** A name of yours for the saved state; one is derived when not given. */
  readonly savedState?: string | null | undefined;
  /** False when the process runs on: a snapshot of the running guest. */
  readonly stopped: boolean;
}

/** A process that holds a saved state. */
export interface RecordStateRestoredInput {
  /**
   * Yours, for this one report: 1 to 200 characters, best a UUID. The same key with the same input answers the same again;
   * with another input, `IdempotencyConflict`.
   */
  readonly idempotencyKey: string;
  /** The VM. */
  readonly uuid: UUID;
  /** The host that attests to it. A token bound to a host speaks for that host alone. */
  readonly host: string;
  /** The VM's name there. */
  readonly name?: string | null | undefined;
  /** When it happened, by the clock of the host; now, by the server's, when not given. */
  readonly occurredAt?: DateTime | null | undefined;
  /** The reporter's clock when it sends this, so that its skew is measured. */
  readonly sentAt?: DateTime | null | undefined;
  /** Ties events of one operation together: 1 to 200 characters; made up when not given. */
  readonly correlationId?: string | null | undefined;
  /** The saved state, as `recordStateSaved` named it; the latest when not given. */
  readonly savedState?: string | null | undefined;
  /** The VM that it was saved from, when that is another. */
  readonly fromVm?: UUID | null | undefined;
  /** The binary; when not given, what the host reported of itself counts. */
  readonly build?: BuildInput | null | undefined;
  /** What it was launched with. */
  readonly configuration?: LaunchConfigurationInput | null | undefined;
  /** The host's kernel. */
  readonly kernel?: string | null | undefined;
}

/** A process that ended. */
export interface RecordStopInput {
  /**
   * Yours, for this one report: 1 to 200 characters, best a UUID. The same key with the same input answers the same again;
   * with another input, `IdempotencyConflict`.
   */
  readonly idempotencyKey: string;
  /** The VM. */
  readonly uuid: UUID;
  /** The host that attests to it. A token bound to a host speaks for that host alone. */
  readonly host: string;
  /** The VM's name there. */
  readonly name?: string | null | undefined;
  /** When it happened, by the clock of the host; now, by the server's, when not given. */
  readonly occurredAt?: DateTime | null | undefined;
  /** The reporter's clock when it sends this, so that its skew is measured. */
  readonly sentAt?: DateTime | null | undefined;
  /** Ties events of one operation together: 1 to 200 characters; made up when not given. */
  readonly correlationId?: string | null | undefined;
  /** Why it ended. */
  readonly reason: StopReason;
}

/** A value that was read out of a running guest. */
export interface ObserveValueInput {
  /**
   * Yours, for this one report: 1 to 200 characters, best a UUID. The same key with the same input answers the same again;
   * with another input, `IdempotencyConflict`.
   */
  readonly idempotencyKey: string;
  /** The VM. */
  readonly uuid: UUID;
  /** The host that attests to it. A token bound to a host speaks for that host alone. */
  readonly host: string;
  /** The VM's name there. */
  readonly name?: string | null | undefined;
  /** When it happened, by the clock of the host; now, by the server's, when not given. */
  readonly occurredAt?: DateTime | null | undefined;
  /** The reporter's clock when it sends this, so that its skew is measured. */
  readonly sentAt?: DateTime | null | undefined;
  /** Ties events of one operation together: 1 to 200 characters; made up when not given. */
  readonly correlationId?: string | null | undefined;
  /** The device. */
  readonly alias: string;
  /** What was read. */
  readonly kind: ObservationKind;
  /** Name of the property or register. */
  readonly observed: string;
  /** What it said; at most 200 characters. */
  readonly value: string;
}

/** Where and on which build the power cycle that runs now began. */
export interface AssertOriginInput {
  /**
   * Yours, for this one report: 1 to 200 characters, best a UUID. The same key with the same input answers the same again;
   * with another input, `IdempotencyConflict`.
   */
  readonly idempotencyKey: string;
  /** The VM. */
  readonly uuid: UUID;
  /** The host that attests to it. A token bound to a host speaks for that host alone. */
  readonly host: string;
  /** The VM's name there. */
  readonly name?: string | null | undefined;
  /** When it happened, by the clock of the host; now, by the server's, when not given. */
  readonly occurredAt?: DateTime | null | undefined;
  /** The reporter's clock when it sends this, so that its skew is measured. */
  readonly sentAt?: DateTime | null | undefined;
  /** Ties events of one operation together: 1 to 200 characters; made up when not given. */
  readonly correlationId?: string | null | undefined;
  /** The build that it was born on. */
  readonly build: BuildInput;
  /** What it was launched with. */
  readonly configuration?: LaunchConfigurationInput | null | undefined;
  /** How you know; at most 2000 characters. */
  readonly reason: string;
}

/** All labels that a VM is to have. */
export interface SetLabelsInput {
  /**
   * Yours, for this one report: 1 to 200 characters, best a UUID. The same key with the same input answers the same again;
   * with another input, `IdempotencyConflict`.
   */
  readonly idempotencyKey: string;
  /** The VM. */
  readonly uuid: UUID;
  /** At most 32, each key once; none takes all away. */
  readonly labels: readonly VmLabelInput[];
  /** When it was so; now, by the server's clock, when not given. */
  readonly occurredAt?: DateTime | null | undefined;
  /** Your clock when you send this, so that its skew is measured. */
  readonly sentAt?: DateTime | null | undefined;
  /** Ties events of one operation together: 1 to 200 characters; made up when not given. */
  readonly correlationId?: string | null | undefined;
}

/** A label, as Kubernetes has them. */
export interface VmLabelInput {
  /** A name of at most 63 letters, digits, `-`, `_` and `.`, with or without a DNS prefix: `example.org/team`. */
  readonly key: string;
  /** At most 63 letters, digits, `-`, `_` and `.`; may be empty. */
  readonly value: string;
}

/** Fields of an earlier event that were wrong. */
export interface CorrectEventInput {
  /**
   * Yours, for this one report: 1 to 200 characters, best a UUID. The same key with the same input answers the same again;
   * with another input, `IdempotencyConflict`.
   */
  readonly idempotencyKey: string;
  /** The VM. */
  readonly uuid: UUID;
  /** Id of the event. */
  readonly eventId: UUID;
  /**
   * Fields of its data to replace, as `RecordedEvent.data` has them; `occurredAt` corrects the time. They must fit the
   * event's type.
   */
  readonly replacement: JSON;
  /** Why; at most 2000 characters. */
  readonly reason: string;
  /** When it happened, by the clock of the host; now, by the server's, when not given. */
  readonly occurredAt?: DateTime | null | undefined;
  /** The reporter's clock when it sends this, so that its skew is measured. */
  readonly sentAt?: DateTime | null | undefined;
  /** Ties events of one operation together: 1 to 200 characters; made up when not given. */
  readonly correlationId?: string | null | undefined;
}

/** An earlier event that is taken back. */
export interface RetractEventInput {
  /**
   * Yours, for this one report: 1 to 200 characters, best a UUID. The same key with the same input answers the same again;
   * with another input, `IdempotencyConflict`.
   */
  readonly idempotencyKey: string;
  /** The VM. */
  readonly uuid: UUID;
  /** Id of the event; that of a correction or retraction takes back that one. */
  readonly eventId: UUID;
  /** Why; at most 2000 characters. */
  readonly reason: string;
  /** When it happened, by the clock of the host; now, by the server's, when not given. */
  readonly occurredAt?: DateTime | null | undefined;
  /** The reporter's clock when it sends this, so that its skew is measured. */
  readonly sentAt?: DateTime | null | undefined;
  /** Ties events of one operation together: 1 to 200 characters; made up when not given. */
  readonly correlationId?: string | null | undefined;
}

/** One of a host's QEMU binaries. */
export interface HostBuildInput {
  /** The upstream version: `8.0.1`. */
  readonly version: string;
  /** The package that `query-version` names: `Debian 1:10.0.13+ds-0+deb13u1`. None: an unpatched binary. */
  readonly package?: string | null | undefined;
  /** Path of the binary, as a domain's `<emulator>` names it. */
  readonly emulator?: string | null | undefined;
  /** What the binary says of itself: `probe` of a build as `hopledger probe` prints it. It outranks the catalogue. */
  readonly probe?: JSON | null | undefined;
}

/** What a host says of itself. */
export interface ReportHostInput {
  /**
   * Yours, for this one report: 1 to 200 characters, best a UUID. The same key with the same input answers the same again;
   * with another input, `IdempotencyConflict`.
   */
  readonly idempotencyKey: string;
  /** The host: letters, digits, dots and dashes, at most 120. */
  readonly host: string;
  /** Its QEMU binaries, the default first; 1 to 50. */
  readonly builds: readonly HostBuildInput[];
  /** libvirt's version. */
  readonly libvirt?: string | null | undefined;
  /** Its kernel. */
  readonly kernel?: string | null | undefined;
  /** Its vendor. */
  readonly vendor?: string | null | undefined;
  /** Machine types of its default build; the catalogue's when not given; at most 2000. */
  readonly machineTypes?: readonly string[] | null | undefined;
  /** Its CPU. */
  readonly cpu?: HostCpuInput | null | undefined;
  /** What its kernel and backends let devices have; at most 200 entries, each device once. */
  readonly deviceFeatures?: readonly DeviceFeaturesInput[] | null | undefined;
  /** When it happened, by the clock of the host; now, by the server's, when not given. */
  readonly occurredAt?: DateTime | null | undefined;
  /** The reporter's clock when it sends this, so that its skew is measured. */
  readonly sentAt?: DateTime | null | undefined;
  /** Ties events of one operation together: 1 to 200 characters; made up when not given. */
  readonly correlationId?: string | null | undefined;
}

/** A host's CPU. */
export interface HostCpuInput {
  /** The model. */
  readonly model?: string | null | undefined;
  /** Its vendor, as CPUID names it: `GenuineIntel`, `AuthenticAMD`. */
  readonly vendor?: string | null | undefined;
  /** The features that it has; at most 2000. */
  readonly features: readonly string[];
}

/** Features of one kind of device with one backend. */
export interface DeviceFeaturesInput {
  /** The device, and what is behind it where that makes a difference: `virtio-net/tap`, `vhost-vsock`. */
  readonly device: string;
  /** The features, named as QEMU's properties of the device are: `host_uso`; at most 500. */
  readonly features: readonly string[];
}

/** A host that is taken out of service. */
export interface RetireHostInput {
  /**
   * Yours, for this one report: 1 to 200 characters, best a UUID. The same key with the same input answers the same again;
   * with another input, `IdempotencyConflict`.
   */
  readonly idempotencyKey: string;
  /** The host. */
  readonly host: string;
  /** Why; at most 2000 characters. */
  readonly reason?: string | null | undefined;
  /** When it happened, by the clock of the host; now, by the server's, when not given. */
  readonly occurredAt?: DateTime | null | undefined;
  /** The reporter's clock when it sends this, so that its skew is measured. */
  readonly sentAt?: DateTime | null | undefined;
  /** Ties events of one operation together: 1 to 200 characters; made up when not given. */
  readonly correlationId?: string | null | undefined;
}

/**
 * What can be followed, over graphql-ws at the same path; the token goes into the connection parameter `authorization`. Each
 * answer carries its position: subscribe again after the last one, and nothing is missed or told twice. A client that
 * cannot keep up is ended with SUBSCRIBER_TOO_SLOW and the position to resume from.
 */
export interface Subscription {
  /** One answer for each event of the VMs that are followed. */
  readonly vmChanged?: VmChange;
  /** The events of `events`, in their order, as they are recorded. */
  readonly events?: RecordedEvent;
}

export interface SubscriptionVmChangedArgs {
  /** Follow this VM; all that the filter lets through when not given. */
  readonly uuid?: UUID | null | undefined;
  /** Follow the VMs that it holds for, before or after the event. */
  readonly filter?: VmFilter | null | undefined;
  /** Resume after this position; from now on when not given. */
  readonly after?: Position | null | undefined;
}

export interface SubscriptionEventsArgs {
  /** Resume after this position; from now on when not given. */
  readonly after?: Position | null | undefined;
  /** Which events; all of them when not given. */
  readonly filter?: EventFilter | null | undefined;
}

/** A VM of which an event was recorded. */
export interface VmChange {
  readonly __typename?: 'VmChange';
  /** The VM. */
  readonly uuid: UUID;
  /** Resume after it. */
  readonly position: Position;
  /** The event. */
  readonly event: RecordedEvent;
  /** Whether the filter holds for the VM after the event; false when it just left. */
  readonly matches: boolean;
  /** The VM as it was known at this position. */
  readonly vm: Vm;
}

/** A catalogue that was put to use: everything derived followed it. */
export interface CatalogueRevision {
  readonly __typename?: 'CatalogueRevision';
  /** The same facts have the same revision. */
  readonly revision: string;
  /** The one before; null for the first. */
  readonly previous: string | null;
  /** Behaviours that came with it. */
  readonly added: readonly string[];
  /** Behaviours that went. */
  readonly removed: readonly string[];
  /** Behaviours that are others than before. */
  readonly changed: readonly ChangedBehaviour[];
  /** Kinds of facts that are others than before. */
  readonly facts: readonly ChangedFacts[];
  /** All that it was made of. */
  readonly digests: CatalogueDigests;
  /** When it was put to use. */
  readonly recordedAt: DateTime;
  /** Of its event. */
  readonly position: Position;
}

/** A behaviour that a revision changed. */
export interface ChangedBehaviour {
  readonly __typename?: 'ChangedBehaviour';
  /** Its id. */
  readonly id: string;
  /** What of it is another: `words`, `selector`, `holding`, `rules`, `reference`, `knobs`, `acceptance`, `reading`. */
  readonly parts: readonly string[];
}

/** A kind of facts that a revision changed. */
export interface ChangedFacts {
  readonly __typename?: 'ChangedFacts';
  /** `releases`, `machineTypes`, `vendorMachineTypes`, `pins`, `probedBuilds`, `deviceTypes`, `knobRanges`. */
  readonly kind: string;
  /** How many there were. */
  readonly before: number;
  /** How many there are. */
  readonly after: number;
}

/** A catalogue by digests of what is in it. */
export interface CatalogueDigests {
  readonly __typename?: 'CatalogueDigests';
  /** The same facts have the same revision. */
  readonly revision: string;
  /** For each behaviour the digests of its parts. */
  readonly behaviours: JSON;
  /** For each kind of facts a digest of all of them, and how many there are. */
  readonly facts: JSON;
}

/**
 * Where guests are to go. At least one of the two. A build alone: wherever it runs. Hosts alone: as they are. Both: the hosts
 * once they have the build. With several hosts, a guest that one of them takes survives.
 */
export interface PreflightTarget {
  /** The QEMU binary. */
  readonly build?: BuildInput | null | undefined;
  /** Hosts that reported; at most 500. */
  readonly hosts: readonly string[];
}

/** What `preflight` found out, or why it could not. */
export type PreflightResult = Preflight | UnknownHost | BadInput;

/** Which guests will survive. */
export interface Preflight {
  readonly __typename: 'Preflight';
  /** Guests by verdict, best first. */
  readonly verdicts: readonly GuestCount[];
  /** Guests by verdict and cause, the worst verdict first, then the largest group. A guest with two causes is in both. */
  readonly groups?: readonly GuestGroup[];
  /** The destinations, each with its build. */
  readonly destinations: readonly Destination[];
  /** Different states that were judged, for all guests in them. */
  readonly states: number;
  /** VMs that left for a host that reports nothing, or of which nothing says whether they run: not judged. */
  readonly whereabouts: number;
  /** Of the catalogue that it rests on. */
  readonly catalogueRevision: string;
  /** How far the views had read. */
  readonly position: Position;
}

export interface PreflightGroupsArgs {
  /** Only those of these verdicts. */
  readonly verdicts?: readonly Verdict[] | null | undefined;
  /** Only this one, by its id: to read on in its lists. */
  readonly id?: string | null | undefined;
}

/** How many guests have a verdict. */
export interface GuestCount {
  readonly __typename?: 'GuestCount';
  /** The verdict. */
  readonly verdict: Verdict;
  /** Running VMs. */
  readonly vms: number;
  /** Saved states. */
  readonly savedStates: number;
}

/** Guests of one verdict for one cause. */
export interface GuestGroup {
  readonly __typename?: 'GuestGroup';
  /** The same verdict and cause have the same id. */
  readonly id: string;
  /** The verdict. */
  readonly verdict: Verdict;
  /** What kind of reason decided; null when it is about no destination in particular. */
  readonly kind: ReasonKind | null;
  /** The behaviour that it is about. */
  readonly behaviourId: string | null;
  /** The reason, without the device. */
  readonly text: string;
  /** Running VMs. */
  readonly vmCount: number;
  /** Saved states. */
  readonly savedStateCount: number;
  /** The running VMs. */
  readonly vms?: VmSummaryConnection;
  /** The saved states. */
  readonly savedStates?: SavedStateSummaryConnection;
}

export interface GuestGroupVmsArgs {
  /** Size of the page; `graphql.pageSize` when not given, at most `graphql.maxPageSize` (else PAGE_TOO_LARGE). */
  readonly first?: number | null | undefined;
  /** The cursor to read on after; from the beginning when not given. */
  readonly after?: string | null | undefined;
}

export interface GuestGroupSavedStatesArgs {
  /** Size of the page; `graphql.pageSize` when not given, at most `graphql.maxPageSize` (else PAGE_TOO_LARGE). */
  readonly first?: number | null | undefined;
  /** The cursor to read on after; from the beginning when not given. */
  readonly after?: string | null | undefined;
}

/** A saved state as lists show it, from the views. */
export interface SavedStateSummary {
  readonly __typename?: 'SavedStateSummary';
  /** The VM that it was saved from. */
  readonly vm: UUID;
  /** The name of the VM as last reported. */
  readonly name: string | null;
  /** The reporter's name for the state, or `<host>/<when saved>`. */
  readonly id: string;
  /** When it was saved. */
  readonly savedAt: DateTime;
  /** Where it was saved. */
  readonly host: string;
}

/** A page of saved states. */
export interface SavedStateSummaryConnection {
  readonly __typename?: 'SavedStateSummaryConnection';
  /** The page, with a cursor for each entry. */
  readonly edges: readonly SavedStateSummaryEdge[];
  /** The page, without the cursors. */
  readonly nodes: readonly SavedStateSummary[];
  /** Where the page ends, and whether there is more. */
  readonly pageInfo: PageInfo;
}

/** An entry of a page of saved states. */
export interface SavedStateSummaryEdge {
  readonly __typename?: 'SavedStateSummaryEdge';
  /** Hand it back as `after` to read on from here. */
  readonly cursor: string;
  /** The entry. */
  readonly node: SavedStateSummary;
}

/** Where a VM can be sent, or why that cannot be told. */
export type DestinationsResult = AssessmentConnection | UnknownVm | BadInput;

/** A page of answers, each with its destination. */
export interface AssessmentConnection {
  readonly __typename: 'AssessmentConnection';
  /** The page, with a cursor for each entry. */
  readonly edges: readonly AssessmentEdge[];
  /** The page, without the cursors. */
  readonly nodes: readonly Assessment[];
  /** Where the page ends, and whether there is more. */
  readonly pageInfo: PageInfo;
}

/** An entry of a page of answers. */
export interface AssessmentEdge {
  readonly __typename?: 'AssessmentEdge';
  /** Hand it back as `after` to read on from here. */
  readonly cursor: string;
  /** The entry. */
  readonly node: Assessment;
}

/** Where the VMs of a host can go, or why that cannot be told. */
export type DrainResult = Drain | UnknownHost | BadInput;

/** A host that is to be emptied. */
export interface Drain {
  readonly __typename: 'Drain';
  /** The host. */
  readonly host: string;
  /** Its VMs. */
  readonly vmCount: number;
  /** VMs that no destination is known to take. */
  readonly stuck: number;
  /** Of these, VMs that every destination refuses: only a power-off and a boot elsewhere gets them off the host. */
  readonly needColdBoot: number;
  /** Hosts that were considered. */
  readonly hosts: number;
  /** Its VMs by the best verdict that each has, best first. */
  readonly verdicts: readonly GuestCount[];
  /** Its VMs by the best verdict and its cause, the worst first. */
  readonly groups?: readonly GuestGroup[];
  /** VM by VM, in the order of their UUIDs. */
  readonly vms?: DrainedVmConnection;
  /** How far the views had read. */
  readonly position: Position;
}

export interface DrainGroupsArgs {
  /** Only those of these verdicts. */
  readonly verdicts?: readonly Verdict[] | null | undefined;
  /** Only this one, by its id: to read on in its lists. */
  readonly id?: string | null | undefined;
}

export interface DrainVmsArgs {
  /** Size of the page; `graphql.pageSize` when not given, at most `graphql.maxPageSize` (else PAGE_TOO_LARGE). */
  readonly first?: number | null | undefined;
  /** The cursor to read on after; from the beginning when not given. */
  readonly after?: string | null | undefined;
}

/** Where one VM can go. */
export interface DrainedVm {
  readonly __typename?: 'DrainedVm';
  /** The VM. */
  readonly vm: VmSummary;
  /** Its best verdict; null when there is no other host. */
  readonly best: Verdict | null;
  /** No destination is known to take it. */
  readonly stuck: boolean;
  /** Every destination refuses it. */
  readonly needsColdBoot: boolean;
  /** How many hosts take it; `destinations` lists them all. */
  readonly hostCount: number;
  /** The best of these, at most five. */
  readonly options: readonly DrainOption[];
  /** Why it is stuck: what its best destination makes of it. */
  readonly causes: readonly string[];
}

/** A host that takes a VM. */
export interface DrainOption {
  readonly __typename?: 'DrainOption';
  /** The host. */
  readonly destination: Destination;
  /** The verdict there. */
  readonly verdict: Verdict;
  /** What is promised of it. */
  readonly tier: Tier;
  /** The verdict for the way back. */
  readonly returnHop: Verdict | null;
  /** What it must be launched with. */
  readonly overrides: readonly Override[];
  /** What must be left out. */
  readonly removals: readonly Removal[];
}

/** A page of VMs that are to leave a host. */
export interface DrainedVmConnection {
  readonly __typename?: 'DrainedVmConnection';
  /** The page, with a cursor for each entry. */
  readonly edges: readonly DrainedVmEdge[];
  /** The page, without the cursors. */
  readonly nodes: readonly DrainedVm[];
  /** Where the page ends, and whether there is more. */
  readonly pageInfo: PageInfo;
}

/** An entry of a page of VMs that are to leave a host. */
export interface DrainedVmEdge {
  readonly __typename?: 'DrainedVmEdge';
  /** Hand it back as `after` to read on from here. */
  readonly cursor: string;
  /** The entry. */
  readonly node: DrainedVm;
}

/** A way to a host, or why none can be told. */
export type RouteResult = Route | UnknownVm | UnknownHost | BadInput;

/** How a VM gets to a host. */
export interface Route {
  readonly __typename: 'Route';
  /** Hop by hop; empty when it is there already, null when there is no way of so many hops. */
  readonly steps: readonly RouteStep[] | null;
  /** The verdict for going there at once; null when it is there already. */
  readonly direct: Verdict | null;
  /** Why the direct hop does not work; empty when it does. */
  readonly directReasons: readonly string[];
  /** The search was given up before all was tried. */
  readonly cutShort: boolean;
  /** Of the catalogue that it rests on. */
  readonly catalogueRevision: string;
  /** Of the VM's last event. */
  readonly position: Position;
}

/** One hop of a route. */
export interface RouteStep {
  readonly __typename?: 'RouteStep';
  /** Where to. */
  readonly destination: Destination;
  /** Other hosts that would do as well. */
  readonly instead: readonly string[];
  /** The verdict of this hop. */
  readonly verdict: Verdict;
  /** What is promised of it. */
  readonly tier: Tier;
  /** Why the verdict is what it is. */
  readonly reasons: readonly string[];
  /** What the destination must be launched with. */
  readonly overrides: readonly Override[];
  /** What must be left out. */
  readonly removals: readonly Removal[];
}

/** Which messages an endpoint gets. All that are given must hold; of a list, one. A list has 1 to 100 entries. */
export interface WebhookFilterInput {
  /** Of these types, such as `vm.tainted`. */
  readonly types?: readonly string[] | null | undefined;
  /** About these VMs. */
  readonly vms?: readonly UUID[] | null | undefined;
  /** About these hosts. */
  readonly hosts?: readonly string[] | null | undefined;
  /** About these behaviours. */
  readonly behaviours?: readonly string[] | null | undefined;
  /** About VMs with these labels; each must hold. At most 20. */
  readonly labels?: readonly WebhookLabelInput[] | null | undefined;
}

/** A label that a VM must have. */
export interface WebhookLabelInput {
  /** Its name. */
  readonly name: string;
  /** It has one of these values; any when not given. */
  readonly values?: readonly string[] | null | undefined;
}

/** How much an endpoint takes. */
export interface WebhookLimitsInput {
  /** Requests under way at once, 1 to 32. */
  readonly concurrency: number;
  /** Requests begun in one second, 1 to 1000. */
  readonly perSecond: number;
}

/** A new endpoint. */
export interface RegisterWebhookEndpointInput {
  /**
   * Yours, for this one command: 1 to 200 characters, best a UUID. The same key with the same input changes nothing again;
   * with another input, `IdempotencyConflict`.
   */
  readonly idempotencyKey: string;
  /**
   * Where to: `https`, at most 2000 characters, no user name, no fragment. It must not lead to a private address that
   * `webhooks.allowedNetworks` does not allow.
   */
  readonly url: string;
  /** For people; at most 500 characters. */
  readonly description?: string | null | undefined;
  /** Which messages; all when not given. */
  readonly filter?: WebhookFilterInput | null | undefined;
  /** How much it takes; 8 at once and 50 a second when not given. */
  readonly limits?: WebhookLimitsInput | null | undefined;
}

/** What is to be another from now on. What is left out stays. */
export interface ChangeWebhookEndpointInput {
  /**
   * Yours, for this one command: 1 to 200 characters, best a UUID. The same key with the same input changes nothing again;
   * with another input, `IdempotencyConflict`.
   */
  readonly idempotencyKey: string;
  /** The endpoint. */
  readonly endpoint: UUID;
  /** Where to. */
  readonly url?: string | null | undefined;
  /** For people; null takes it away. */
  readonly description?: string | null | undefined;
  /** Which messages, in place of the filter before; null: all. */
  readonly filter?: WebhookFilterInput | null | undefined;
  /** How much it takes. */
  readonly limits?: WebhookLimitsInput | null | undefined;
}

/** Which endpoint. */
export interface WebhookEndpointInput {
  /**
   * Yours, for this one command: 1 to 200 characters, best a UUID. The same key with the same input changes nothing again;
   * with another input, `IdempotencyConflict`.
   */
  readonly idempotencyKey: string;
  /** The endpoint. */
  readonly endpoint: UUID;
}

/** A new secret for an endpoint. */
export interface RotateWebhookSecretInput {
  /**
   * Yours, for this one command: 1 to 200 characters, best a UUID. The same key with the same input changes nothing again;
   * with another input, `IdempotencyConflict`.
   */
  readonly idempotencyKey: string;
  /** The endpoint. */
  readonly endpoint: UUID;
  /** How long the secret before signs too, in hours: 0 to 720. */
  readonly previousValidHours: number;
}

/** What is sent again. Either `messages`, or a range of positions with at least one bound. */
export interface ReplayWebhookDeliveriesInput {
  /**
   * Yours, for this one command: 1 to 200 characters, best a UUID. The same key with the same input changes nothing again;
   * with another input, `IdempotencyConflict`.
   */
  readonly idempotencyKey: string;
  /** The endpoint. */
  readonly endpoint: UUID;
  /** These messages, by their ids; at most 1000. */
  readonly messages?: readonly UUID[] | null | undefined;
  /** Messages whose cause stands at this position or later. */
  readonly from?: Position | null | undefined;
  /** Messages whose cause stands at this position or earlier. */
  readonly to?: Position | null | undefined;
  /** Only those that were given up. */
  readonly deadOnly: boolean;
}

/** Which deliveries. All that are given must hold. */
export interface WebhookDeliveryFilter {
  /** To this endpoint. */
  readonly endpoint?: UUID | null | undefined;
  /** In this state. */
  readonly state?: WebhookDeliveryState | null | undefined;
  /** Of this message. */
  readonly message?: UUID | null | undefined;
  /** Of messages about this VM. */
  readonly vm?: UUID | null | undefined;
}

/** What became of a new endpoint. */
export type RegisterWebhookEndpointResult =
  WebhookSecretShown | IdempotencyConflict | TooManyWebhookEndpoints | BadInput;

/** What became of a command about an endpoint. */
export type WebhookEndpointResult =
  WebhookEndpointRecorded | IdempotencyConflict | UnknownWebhookEndpoint | BadInput;

/** What became of a new secret. */
export type RotateWebhookSecretResult =
  WebhookSecretShown | IdempotencyConflict | UnknownWebhookEndpoint | BadInput;

/** What became of a test. */
export type TestWebhookEndpointResult =
  WebhookTestRequested | IdempotencyConflict | UnknownWebhookEndpoint | WebhookEndpointPaused | BadInput;

/** What became of a replay. */
export type ReplayWebhookDeliveriesResult =
  WebhookReplayRequested | IdempotencyConflict | UnknownWebhookEndpoint | BadInput;

/** It is in the ledger, durably. */
export interface WebhookEndpointRecorded {
  readonly __typename: 'WebhookEndpointRecorded';
  /** The endpoint as it is then; null: it was removed. */
  readonly endpoint: WebhookEndpoint | null;
  /** Of the event that says so. */
  readonly position: Position;
  /** Nothing changed: it was so before. */
  readonly repeated: boolean;
}

/** It is in the ledger, durably; and the secret, this once. */
export interface WebhookSecretShown {
  readonly __typename: 'WebhookSecretShown';
  /** The endpoint as it is then. */
  readonly endpoint: WebhookEndpoint | null;
  /** `whsec_…`, for any library of Standard Webhooks. Null on a repeat: it is shown once; rotate it when it got lost. */
  readonly secret: string | null;
  /** Of the event that says so. */
  readonly position: Position;
  /** Nothing changed: it was so before. */
  readonly repeated: boolean;
}

/** A test is under way. */
export interface WebhookTestRequested {
  readonly __typename: 'WebhookTestRequested';
  /** The message; `webhookDeliveries` tells what becomes of it. */
  readonly messageId: UUID;
  /** Of the event that says so. */
  readonly position: Position;
  /** Nothing changed: it was so before. */
  readonly repeated: boolean;
}

/** A replay is under way. */
export interface WebhookReplayRequested {
  readonly __typename: 'WebhookReplayRequested';
  /** Deliveries that were put again; null when that is not known yet. */
  readonly count: number | null;
  /** One replay takes up to 10,000 messages of a range: the next one goes on `from` here. Null: all were taken. */
  readonly nextFrom: Position | null;
  /** Of the event that says so. */
  readonly position: Position;
  /** Nothing changed: it was so before. */
  readonly repeated: boolean;
}

/** There is no such endpoint, or it was removed. */
export interface UnknownWebhookEndpoint {
  readonly __typename: 'UnknownWebhookEndpoint';
  /** `UNKNOWN_WEBHOOK_ENDPOINT`. */
  readonly code: string;
  /** For people; may change. */
  readonly message: string;
  /** The endpoint that was named. */
  readonly endpointId: UUID;
}

/** There are as many endpoints as `webhooks.maxEndpoints` allows. */
export interface TooManyWebhookEndpoints {
  readonly __typename: 'TooManyWebhookEndpoints';
  /** `TOO_MANY_WEBHOOK_ENDPOINTS`. */
  readonly code: string;
  /** For people; may change. */
  readonly message: string;
}

/** The endpoint is paused: nothing is sent to it. */
export interface WebhookEndpointPaused {
  readonly __typename: 'WebhookEndpointPaused';
  /** `WEBHOOK_ENDPOINT_PAUSED`. */
  readonly code: string;
  /** For people; may change. */
  readonly message: string;
}

/** Where messages are sent. */
export interface WebhookEndpoint {
  readonly __typename?: 'WebhookEndpoint';
  /** Its id. */
  readonly id: UUID;
  /** Where to. */
  readonly url: string;
  /** For people. */
  readonly description: string | null;
  /** Which messages it gets. */
  readonly filter: WebhookFilter;
  /** How much it takes. */
  readonly limits: WebhookLimits;
  /** Null: messages are sent. */
  readonly paused: WebhookPause | null;
  /** Since when there were nothing but failures; null: the last attempt succeeded, or there was none. */
  readonly failingSince: DateTime | null;
  /** How often its secret was rotated. */
  readonly secretGeneration: number;
  /** Until when earlier secrets sign too, the latest first. */
  readonly retiringUntil: readonly DateTime[];
  /** Whether this server has the master key that the secret is derived from. Without it, it sends nothing there. */
  readonly canSign: boolean;
  /** What was sent to it and what waits. */
  readonly counts: WebhookCounts;
  /** Who registered it. */
  readonly createdBy: string;
  /** When it was registered. */
  readonly createdAt: DateTime;
  /** When it was last changed, or its secret rotated. */
  readonly changedAt: DateTime;
}

/** Which messages an endpoint gets. Null: not asked. */
export interface WebhookFilter {
  readonly __typename?: 'WebhookFilter';
  /** Of these types. */
  readonly types: readonly string[] | null;
  /** About these VMs. */
  readonly vms: readonly UUID[] | null;
  /** About these hosts. */
  readonly hosts: readonly string[] | null;
  /** About these behaviours. */
  readonly behaviours: readonly string[] | null;
  /** About VMs with these labels. */
  readonly labels: readonly WebhookLabel[] | null;
}

/** A label that a VM must have. */
export interface WebhookLabel {
  readonly __typename?: 'WebhookLabel';
  /** Its name. */
  readonly name: string;
  /** It has one of these values; any when there are none. */
  readonly values: readonly string[];
}

/** How much an endpoint takes. */
export interface WebhookLimits {
  readonly __typename?: 'WebhookLimits';
  /** Requests under way at once. */
  readonly concurrency: number;
  /** Requests begun in one second. */
  readonly perSecond: number;
}

/** An endpoint to which nothing is sent. */
export interface WebhookPause {
  readonly __typename?: 'WebhookPause';
  /** Why nothing is sent. */
  readonly reason: WebhookPauseReason;
  /** Since when. */
  readonly at: DateTime;
  /** The sender has seen it: no request is under way, and none begins. */
  readonly quiet: boolean;
}

/** Why nothing is sent to an endpoint. */
export type WebhookPauseReason = 'OPERATOR' | 'GONE' | 'FAILING';

/** Deliveries by state, as long as they are kept. */
export interface WebhookCounts {
  readonly __typename?: 'WebhookCounts';
  /** To be sent. */
  readonly waiting: number;
  /** Answered with 2xx. */
  readonly delivered: number;
  /** Given up; a replay sends them again. */
  readonly dead: number;
}

/** One message to one endpoint. */
export interface WebhookDelivery {
  readonly __typename?: 'WebhookDelivery';
  /** The endpoint; it may have been removed since. */
  readonly endpoint: UUID;
  /** What is sent. */
  readonly message: WebhookMessageSummary;
  /** How it stands. */
  readonly state: WebhookDeliveryState;
  /** Attempts made in all. */
  readonly attempts: number;
  /** When it is tried next, at the earliest. Null: not, or after an earlier one about the same VM. */
  readonly nextAt: DateTime | null;
  /** HTTP status of the last attempt; null when there was no answer. */
  readonly status: number | null;
  /** What went wrong last, with the beginning of what the receiver answered; at most 500 characters. */
  readonly error: string | null;
  /** When it last changed. */
  readonly changedAt: DateTime;
  /** Each attempt, oldest first; of more than 50 the latest. */
  readonly log: readonly WebhookAttempt[];
}

/** How a delivery stands. */
export type WebhookDeliveryState = 'WAITING' | 'DELIVERED' | 'DEAD' | 'DROPPED';

/** One attempt to deliver. */
export interface WebhookAttempt {
  readonly __typename?: 'WebhookAttempt';
  /** 1 for the first. */
  readonly number: number;
  /** What came of it. */
  readonly outcome: WebhookAttemptOutcome;
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** What went wrong. */
  readonly error: string | null;
  /** When it began. */
  readonly at: DateTime;
  /** How long it took, in milliseconds. */
  readonly ms: number;
}

/** What came of an attempt. */
export type WebhookAttemptOutcome = 'DELIVERED' | 'FAILED' | 'DEAD' | 'DROPPED';

/** A message, without its body. */
export interface WebhookMessageSummary {
  readonly __typename?: 'WebhookMessageSummary';
  /** Its id, the header `webhook-id`: the same in every attempt and for every endpoint. */
  readonly id: UUID;
  /** Such as `vm.tainted`. */
  readonly type: string;
  /** The VM that it is about; null: about none. */
  readonly vm: UUID | null;
  /** When what it tells of happened. */
  readonly time: DateTime;
  /** Of the event that caused it. */
  readonly position: Position;
}

/** A message as it is sent. */
export interface WebhookMessage {
  readonly __typename?: 'WebhookMessage';
  /** Its id, the header `webhook-id`. */
  readonly id: UUID;
  /** Such as `vm.tainted`. */
  readonly type: string;
  /** The VM that it is about; null: about none. */
  readonly vm: UUID | null;
  /** When what it tells of happened. */
  readonly time: DateTime;
  /** Of the event that caused it. */
  readonly position: Position;
  /** The CloudEvent. */
  readonly body: JSON;
}

/** A page of endpoints. */
export interface WebhookEndpointConnection {
  readonly __typename?: 'WebhookEndpointConnection';
  /** The page, with a cursor for each entry. */
  readonly edges: readonly WebhookEndpointEdge[];
  /** The page, without the cursors. */
  readonly nodes: readonly WebhookEndpoint[];
  /** Where the page ends, and whether there is more. */
  readonly pageInfo: PageInfo;
}

/** An entry of a page. */
export interface WebhookEndpointEdge {
  readonly __typename?: 'WebhookEndpointEdge';
  /** For `after`. */
  readonly cursor: string;
  /** The endpoint. */
  readonly node: WebhookEndpoint;
}

/** A page of deliveries. */
export interface WebhookDeliveryConnection {
  readonly __typename?: 'WebhookDeliveryConnection';
  /** The page, with a cursor for each entry. */
  readonly edges: readonly WebhookDeliveryEdge[];
  /** The page, without the cursors. */
  readonly nodes: readonly WebhookDelivery[];
  /** Where the page ends, and whether there is more. */
  readonly pageInfo: PageInfo;
}

/** An entry of a page. */
export interface WebhookDeliveryEdge {
  readonly __typename?: 'WebhookDeliveryEdge';
  /** For `after`. */
  readonly cursor: string;
  /** The delivery. */
  readonly node: WebhookDelivery;
}
