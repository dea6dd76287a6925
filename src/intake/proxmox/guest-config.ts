/** What a guest's configuration file of Proxmox VE (`/etc/pve/qemu-server/VMID.conf`) tells of concern here. */
export interface GuestConfig {
  /** Of `smbios1`, which is QEMU's `-uuid`; lower case. */
  readonly uuid: string | null;
  readonly name: string | null;
  /** As configured: a version, an alias, or null for the default. */
  readonly machine: string | null;
  /**
   * The machine type that QEMU is given, as Proxmox VE derives it (`get_vm_machine` in qemu-server): that of the saved
   * RAM while there is one, else the configured one if it has a version, with `+pve0` where it names no revision. Null
   * for an alias or none: the node's QEMU decided at the start.
   */
  readonly machineType: string | null;
  /** The volume with its RAM, while it is hibernated. */
  readonly vmstate: string | null;
  readonly lock: string | null;
  /** The snapshot that it was last rolled back to or that was last made. */
  readonly parent: { readonly name: string; readonly vmstate: string | null } | null;
}

const MAX_LINE = 10_000;

/** Reads the file's `key: value` lines, the snapshots in sections below. Never throws. */
export const readGuestConfig = (text: string): GuestConfig => {
  const sections = new Map<string, Map<string, string>>([['', new Map()]]);
  let current = sections.get('') ?? new Map<string, string>();
  for (const raw of text.split('\n')) {
    const line = raw.slice(0, MAX_LINE).trimEnd();
    const [, section] = /^\[([\w.:-]{1,100})\]$/.exec(line) ?? [];
    if (section !== undefined) {
      current = new Map();
      sections.set(section, current);
      continue;
    }
    const [, key, value] = /^([a-z][\w-]{0,60}):\s*(\S.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) current.set(key, value);
  }
  const own = sections.get('') ?? new Map<string, string>();
  const parent = own.get('parent');
  return {
    uuid: uuidOf(own.get('smbios1') ?? ''),
    name: own.get('name') ?? null,
    machine: own.get('machine') ?? null,
    machineType: machineTypeOf(own.get('runningmachine') ?? own.get('machine') ?? ''),
    vmstate: own.get('vmstate') ?? null,
    lock: own.get('lock') ?? null,
    parent:
      parent === undefined ? null : { name: parent, vmstate: sections.get(parent)?.get('vmstate') ?? null },
  };
};

const PINNED = /^(?:type=)?((?:pc|pc-i440fx|pc-q35|virt)-\d{1,3}(?:\.\d{1,3}){1,2})(\+pve\d{1,3})?$/;

/** Of `pc-q35-9.2+pve1`, `type=pc-q35-9.2,viommu=intel`. */
const machineTypeOf = (machine: string): string | null => {
  const pinned = machine.split(',').find((part) => PINNED.test(part)) ?? '';
  const [, type, revision = '+pve0'] = PINNED.exec(pinned) ?? [];
  return type === undefined ? null : `${type}${revision}`;
};

const uuidOf = (smbios: string): string | null =>
  /(?:^|,)uuid=([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})(?:,|$)/
    .exec(smbios)?.[1]
    ?.toLowerCase() ?? null;
