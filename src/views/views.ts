import type { Position } from '../ledger/port.js';
import type { Shapes } from './shape-reader.js';
import type { Vm } from '../domain/vm/vm.js';

/** One VM as lists show it. */
export interface VmRow {
  readonly uuid: string;
  readonly name: string | null;
  readonly state: Vm['state'];
  /** Where it runs; null while it does not. */
  readonly host: string | null;
  /** That it runs on, `10.0.13 (Debian …)`; null while it does not run, or not known. */
  readonly build: string | null;
  /** Of the process that holds the guest, or held it last. */
  readonly machineType: string | null;
  /** Behaviours it is tainted with, by id. */
  readonly taints: readonly string[];
  /** Behaviours of which it cannot be told; none that is among the taints. */
  readonly unknowns: readonly string[];
  readonly leftovers: number;
  readonly lastSeenAt: string | null;
  /** Of the VM's last event that the row shows. */
  readonly position: Position;
}

/** All that is given must hold. */
export interface VmFilter {
  /** Tainted with any behaviour, or known of none; with `behaviour`, of that one. */
  readonly tainted?: boolean;
  /** Tainted with it. */
  readonly behaviour?: string;
  readonly host?: string;
  readonly build?: string;
  readonly machineType?: string;
  /** Part of the name, case-insensitive. */
  readonly name?: string;
  readonly states?: readonly Vm['state'][];
}

export interface Page<T> {
  readonly rows: readonly T[];
  readonly hasNext: boolean;
  /** After the last row; hand it back as `after`. Null on an empty page. */
  readonly endCursor: string | null;
}

/** Counts of VMs. Each count of a group is the length of the list with that filter. */
export interface FleetCounts {
  readonly vms: number;
  readonly byState: Readonly<Record<string, number>>;
  readonly tainted: number;
  /** Not known to be tainted, and may be. */
  readonly unknown: number;
  readonly byBehaviour: Readonly<Record<string, number>>;
  readonly byHost: Readonly<Record<string, number>>;
  readonly byBuild: Readonly<Record<string, number>>;
  readonly byMachineType: Readonly<Record<string, number>>;
}

/** A stream of which an event cannot be read, or that cannot be derived: its row stays as it was, others go on. */
export interface ProjectionFailure {
  readonly stream: string;
  /** Of the event that cannot be read, or of the last one when the derivation failed. */
  readonly position: Position;
  readonly error: string;
}

/** A change worth waking a live query for; sent after the commit, in order. */
export interface ViewChange {
  readonly uuids: readonly string[];
  readonly position: Position;
}

/** Read models. Lists and counts come from here, and say how far they have read. */
export interface Views {
  position(): Position;
  /** Events of the ledger not yet in the views, counted up to 10,000; a moment's truth. */
  lag(): Promise<number>;
  /** Whether the views reached `position` in time. */
  waitFor(position: Position, timeoutMs: number): Promise<boolean>;
  /**
   * By UUID order; `after` a cursor. Pages cover every VM that was there all the while once, whatever is appended.
   * @throws HopledgerError BAD_CURSOR when the cursor belongs to another filter, PAGE_TOO_LARGE, BAD_INPUT
   */
  vms(filter: VmFilter, first: number, after: string | null): Page<VmRow>;
  vm(uuid: string): VmRow | null;
  fleet(): FleetCounts;
  /** Guests by the states that they share. */
  readonly shapes: Shapes;
  /** Streams that failed, oldest first; readiness tells of them. At most 100, all of them counted. */
  failures(): { readonly count: number; readonly first: readonly ProjectionFailure[] };
  /** The UUID that a host uses a domain name for, as last heard; null when never. */
  domainUuid(host: string, name: string): string | null;
  /** VMs that the host ever spoke of: when it reports anew, they may derive differently. */
  vmsOfHost(host: string): readonly string[];
  /** @returns unsubscribe */
  onChange(listener: (change: ViewChange) => void): () => void;
}
