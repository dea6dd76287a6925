/**
 * A device of a VM as QEMU is told to make it.
 * `alias` is QEMU's `id`, which libvirt calls the alias (`pci.1`, `net0`).
 */
export interface Device {
  readonly alias: string;
  /** `pcie-root-port`, `e1000e`; null when only the alias is known (libvirt's `device-added` says no more). */
  readonly qomType: string | null;
  /** PCI address, `0000:01:00.0`; null when not a PCI device or not known. Survives hops, aliases need not. */
  readonly address: string | null;
  /** Properties given explicitly, in QEMU's text (`on`, `off`, `1024`): `-device` options and libvirt overrides. */
  readonly properties: Readonly<Record<string, string>>;
}

/** `-global DRIVER.PROPERTY=VALUE`, in command line order: the last that matches wins. */
export interface GlobalProperty {
  readonly driver: string;
  readonly property: string;
  readonly value: string;
}

/** The CPU as asked for; features without their prefix. */
export interface CpuConfiguration {
  /** libvirt's cpu mode (`custom`, `host-model`, `host-passthrough`, `maximum`) or `custom` for a bare `-cpu`. */
  readonly mode: string;
  readonly model: string | null;
  readonly features: readonly { readonly name: string; readonly policy: string }[];
}

/** What a QEMU process is launched with, as far as live migration can tell the difference. */
export interface LaunchConfiguration {
  /** Versioned machine type, alias resolved (`pc-q35-7.2`). */
  readonly machineType: string;
  readonly devices: readonly Device[];
  readonly globals: readonly GlobalProperty[];
  readonly cpu: CpuConfiguration | null;
  /** `kvm`, `tcg`, …; null when not known. */
  readonly accelerator: string | null;
  /**
   * True: the devices are all that QEMU is given, as a command line has them. Else they were told by a running guest's
   * definition, as libvirt's is on a hop: one that is missing there was unplugged unseen, one more was plugged unseen.
   */
  readonly exact?: boolean | undefined;
  /** Path of the QEMU binary, as a domain's `<emulator>` names it; left out when not known. */
  readonly emulator?: string | undefined;
}
