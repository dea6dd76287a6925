import type { Position } from '../ledger/port.js';
import type { Vm } from '../domain/vm/vm.js';

/** One VM as lists show it. */
export interface VmRow {
  readonly uuid: string;
  readonly name: string | null;
  readonly state: Vm['state'];
  readonly host: string | null;
  /** `10.0.13 (Debian …)`. */
  readonly build: string | null;
  readonly machineType: string | null;
  /** Behaviours it is tainted with, and those it may be. */
  readonly taints: readonly string[];
  readonly unknowns: readonly string[];
  readonly leftovers: number;
  readonly lastSeenAt: string | null;
  /** Of the VM's last event that the row shows. */
  readonly position: Position;
}

export interface VmFilter {
  readonly tainted?: boolean;
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

export interface FleetCounts {
  readonly vms: number;
  readonly byState: Readonly<Record<string, number>>;
  readonly tainted: number;
  readonly unknown: number;
  readonly byBehaviour: Readonly<Record<string, number>>;
  readonly byHost: Readonly<Record<string, number>>;
  readonly byBuild: Readonly<Record<string, number>>;
  readonly byMachineType: Readonly<Record<string, number>>;
}

/** A change worth waking a live query for; sent after the commit, in order. */
export interface ViewChange {
  readonly uuids: readonly string[];
  readonly position: Position;
}

/** Read models. Lists and counts come from here, and say how far they have read. */
export interface Views {
  position(): Position;
  /** Events of the ledger not yet in the views; a moment's truth. */
  lag(): Promise<number>;
  /** Whether the views reached `position` in time. */
  waitFor(position: Position, timeoutMs: number): Promise<boolean>;
  /** By UUID order; `after` a cursor. @throws HopledgerError BAD_CURSOR when it belongs to another filter */
  vms(filter: VmFilter, first: number, after: string | null): Page<VmRow>;
  vm(uuid: string): VmRow | null;
  fleet(): FleetCounts;
  /** The UUID that a host uses a domain name for, as last heard; null when never. */
  domainUuid(host: string, name: string): string | null;
  /** @returns unsubscribe */
  onChange(listener: (change: ViewChange) => void): () => void;
}
