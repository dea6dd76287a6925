import { loadRecording, type Recording } from '../../src/demo/recording.js';

/** A host of the synthetic fleet: software of one of the three recorded hosts, under a name of its own. */
export interface SyntheticHost {
  readonly name: string;
  /** Name of the recorded host that it is like: `hosta`, `hostb`, `hostc`. */
  readonly like: string;
}

/** Of each kind; many enough that VMs meet on them, and few enough that each has many. */
const HOSTS_PER_KIND = 8;
/** Before any life begins. */
export const REPORTED_AT = '2026-01-01T00:00:00.000Z';

export const recording: Recording = loadRecording();

export const HOSTS: readonly SyntheticHost[] = recording.hosts.flatMap(({ name: like }) =>
  Array.from({ length: HOSTS_PER_KIND }, (_, index) => ({
    name: `${like}-${String(index + 1).padStart(2, '0')}`,
    like,
  })),
);

/** Input of the mutation `reportHost` for each host. */
export const hostReports = (): readonly Readonly<Record<string, unknown>>[] =>
  HOSTS.flatMap(({ name, like }) =>
    recording.hosts
      .filter((host) => host.name === like)
      .map(({ qemu, libvirt, kernel }) => ({
        idempotencyKey: `synthetic ${name}`,
        host: name,
        builds: [qemu],
        libvirt: libvirt.version,
        kernel,
        occurredAt: REPORTED_AT,
      })),
  );
