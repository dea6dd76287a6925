import type { Override } from '../../domain/qemu/override.js';

/** An override that cannot be written in the form asked for. */
export class UnwritableOverride extends Error {
  readonly code = 'UNWRITABLE_OVERRIDE';

  constructor(
    readonly override: Override,
    readonly reason: string,
  ) {
    super(`${override.alias ?? override.qomType}.${override.property}=${override.value}: ${reason}`);
  }

  override get name(): string {
    return 'UnwritableOverride';
  }
}

/**
 * The value as `<qemu:property type value>` takes it: booleans as `true` and `false`, numbers in base 10.
 * @throws {UnwritableOverride} when the value is not of the type it claims
 * @see libvirt docs/drvqemu.rst
 */
export const libvirtValue = (override: Override): string => {
  switch (override.libvirtType) {
    case 'bool':
      if (/^(on|true|yes)$/.test(override.value)) return 'true';
      if (/^(off|false|no)$/.test(override.value)) return 'false';
      throw new UnwritableOverride(override, 'neither on nor off');
    case 'unsigned':
      if (/^(\d+|0x[0-9a-f]+)$/i.test(override.value)) return BigInt(override.value).toString();
      throw new UnwritableOverride(override, 'not an unsigned number');
    case 'signed': {
      const [, minus, digits] = /^(-?)(\d+|0x[0-9a-f]+)$/i.exec(override.value) ?? [];
      if (digits === undefined) throw new UnwritableOverride(override, 'not a number');
      return `${minus === '-' && BigInt(digits) !== 0n ? '-' : ''}${BigInt(digits)}`;
    }
    case 'string':
      return override.value;
  }
};
