import type { Build } from '../qemu/build.js';

/** A binary that was asked which device types it has. */
export interface ProbedBuild {
  /** As the types beside it name it. */
  readonly id: string;
  readonly build: Build;
  /** Its list of types is complete below this one: `device` for all there are, `pci-device` for PCI devices. */
  readonly covers: string;
  /** Built with fewer optional parts: what it lacks proves nothing for another build. */
  readonly fewerParts: boolean;
}

/** A QOM type derived from `device`, and what is known of it in the builds probed. */
export interface DeviceTypeEntry {
  readonly name: string;
  /** Null for `device` itself. */
  readonly parent: string | null;
  /** The virtio device that a virtio proxy creates; the proxy has its properties too. */
  readonly inner: string | null;
  readonly abstract: boolean;
  /** In a package of its own or only with an option of the build: no list proves that it cannot be had. */
  readonly optional: boolean;
  /** Builds, of those whose list covers the type, that lack it. */
  readonly absentIn: readonly string[];
  /** Builds that have it and were not asked for its properties. */
  readonly unaskedIn: readonly string[];
  /** Beside those of its ancestors. */
  readonly properties: readonly PropertyGroup[];
}

export interface PropertyGroup {
  readonly names: readonly string[];
  /** Builds that have the type without these. */
  readonly missingIn: readonly string[];
}

/** The releases whose source defines a property that has a pin. */
export interface KnobRange {
  readonly qomType: string;
  readonly property: string;
  /** The oldest release read means that or earlier. */
  readonly firstRelease: string;
  /** Null: the newest release read has it. */
  readonly lastRelease: string | null;
  /**
   * What the range is worth: in `own-file` and `one-file` both ends hold; in `several-files` and `name-only` nothing
   * has the name outside the range, and inside another type may be meant.
   */
  readonly definedIn: 'own-file' | 'one-file' | 'several-files' | 'name-only';
}
