import type { Position } from '../ledger/port.js';

/** What the views know of names. */
export interface SettledNames {
  /** The UUID that a host uses a domain name for, as last heard; null when never. */
  domainUuid(host: string, name: string): string | null;
  /** How far they have read. */
  position(): Position;
}

/** A host said which VM it means by a name. */
export interface ToldName {
  readonly host: string;
  readonly name: string;
  readonly uuid: string;
  /** Of the report that says so: views that are as far know of it by themselves. `START` when it is in no VM's stream. */
  readonly at: Position;
}

/**
 * Which VM a host means by a domain name. libvirt's event lines name VMs, UUIDs come with hooks, logs and
 * reports. The latest that a host said counts, to whichever server it was said: what was told here counts before the views
 * only until they are as far.
 */
export class DomainNames {
  private readonly recent = new Map<string, ToldName>();
  constructor(private readonly settled: SettledNames) {}

  uuidOf(host: string, name: string): string | null {
    const told = this.recent.get(key(host, name));
    if (told !== undefined && this.isAhead(told)) return told.uuid;
    const known = this.settled.domainUuid(host, name);
    if (known === null) return told?.uuid ?? null;
    this.recent.delete(key(host, name));
    return known;
  }

  learn(told: ToldName): void {
    const id = key(told.host, told.name);
    const before = this.recent.get(id);
    // What is known already may be told again out of order.
    if (before !== undefined && before.at > told.at && this.isAhead(before)) return;
    this.recent.set(id, told);
  }

  private isAhead({ at }: ToldName): boolean {
    return at > this.settled.position();
  }
}

const key = (host: string, name: string): string => `${host}\n${name}`;
