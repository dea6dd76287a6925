/**
 * A machine type by its whole name. QEMU's own check of the incoming name is only a prefix compare
 * (savevm.c), so names are compared whole here.
 */
export interface MachineType {
  readonly name: string;
  /** `pc-q35`, `pc-i440fx`, `virt`; the name itself when unversioned. */
  readonly family: string;
  /** Upstream version, two or three numbers (`7.2`, `4.0.1`); null for aliases and unversioned machines (`q35`, `microvm`). */
  readonly version: string | null;
  /** A downstream suffix or name (`+pve1`); null upstream. */
  readonly vendor: string | null;
}

const UPSTREAM = /^(.+?)-(\d+\.\d+(?:\.\d+)?)(\+pve\d+)?$/;

/** Reads a machine type's name. Downstream names without an upstream version (`pc-q35-rhel9.6.0`) come out unversioned. */
export const parseMachineType = (name: string): MachineType => {
  const match = UPSTREAM.exec(name);
  if (match === null) return { name, family: name, version: null, vendor: null };
  const [, family, version, vendor] = match;
  return { name, family: family ?? name, version: version ?? null, vendor: vendor ?? null };
};
