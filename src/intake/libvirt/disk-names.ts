/**
 * The number in a disk's target name: `vda` → 0, `sdz` → 25, `vdaa` → 26; partition digits are ignored.
 * Null for a name that follows no such scheme (`nvme0n1`).
 */
export const diskIndexOf = (target: string): number | null => {
  const letters = /^(?:fd|hd|vd|sd|xvd|ubd)([a-z]{1,4})\d*$/.exec(target)?.[1];
  if (letters === undefined) return null;
  let index = 0;
  for (const letter of letters) index = index * 26 + (letter.charCodeAt(0) - 'a'.charCodeAt(0)) + 1;
  return index - 1;
};

/** The bus that libvirt takes a disk to be on when its target names none. */
export const busOfDiskName = (target: string): string | null => {
  if (target.startsWith('vd')) return 'virtio';
  if (target.startsWith('sd')) return 'scsi';
  if (target.startsWith('hd')) return 'ide';
  if (target.startsWith('fd')) return 'fdc';
  return null;
};

export interface DriveAddress {
  readonly controller: number;
  readonly bus: number;
  readonly target: number;
  readonly unit: number;
}

/** The place that libvirt gives a disk on a shared bus when the definition has none; null for buses without places. */
export const driveAddressOfIndex = (bus: string, index: number): DriveAddress | null => {
  const at = (controller: number, place: number, unit: number): DriveAddress => ({
    controller,
    bus: place,
    target: 0,
    unit,
  });
  switch (bus) {
    case 'ide':
      return at(Math.floor(index / 4), Math.floor((index % 4) / 2), index % 2);
    case 'sata':
      return at(Math.floor(index / 6), 0, index % 6);
    case 'fdc':
      return at(Math.floor(index / 2), 0, index % 2);
    case 'scsi': {
      // Fifteen disks to a controller; unit 7 is the controller itself.
      const unit = index % 15;
      return at(Math.floor(index / 15), 0, unit >= 7 ? unit + 1 : unit);
    }
    default:
      return null;
  }
};
