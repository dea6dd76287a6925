/**
 * Which VM a host means by a domain name. libvirt's event lines name VMs, UUIDs come with hooks, logs and
 * reports. The latest that a host said counts.
 */
export class DomainNames {
  private readonly recent = new Map<string, string>();
  /** @param settled what the views know, from before this process started */
  constructor(private readonly settled: (host: string, name: string) => string | null) {}

  uuidOf(host: string, name: string): string | null {
    return this.recent.get(key(host, name)) ?? this.settled(host, name);
  }

  learn(host: string, name: string, uuid: string): void {
    this.recent.set(key(host, name), uuid);
  }
}

const key = (host: string, name: string): string => `${host}\n${name}`;
