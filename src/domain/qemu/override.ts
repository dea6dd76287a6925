/**
 * An explicit property that a destination must be launched with.
 * `alias` null: a `-global` for the whole process; then `qomType` names the driver (`pci-device` works, abstract as it is).
 */
export interface Override {
  readonly alias: string | null;
  readonly qomType: string;
  readonly property: string;
  /** In QEMU's text: `on`, `off`, `1024`. */
  readonly value: string;
  /** How libvirt's `<qemu:property>` types the value. */
  readonly libvirtType: 'bool' | 'unsigned' | 'signed' | 'string';
}
