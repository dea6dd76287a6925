import fc from 'fast-check';
import type { Build } from '../../src/domain/qemu/build.js';
import type { Device } from '../../src/domain/qemu/device.js';
import type { StopReason } from '../../src/domain/vm/events.js';

/** How a host of a made-up fleet reports: by hooks, by event lines or by both, and with which clock. */
export interface Reporter {
  readonly name: string;
  readonly build: Build;
  readonly hooks: boolean;
  readonly events: boolean;
  /** libvirt before 10.5: `release` has no reason. */
  readonly silentRelease: boolean;
  /** Host ahead of true time. Within a second of it unmeasured, else measured with every report. */
  readonly clockAheadMs: number;
  readonly skewIsMeasured: boolean;
}

/** What happens to a VM, if it can at the time. Hosts and devices by number. */
export type Happening = { readonly waitMs: number } & (
  | { readonly does: 'boot' | 'restore-managed'; readonly host: number }
  | { readonly does: 'hop' | 'refused-hop' | 'asked-only'; readonly host: number; readonly lastsMs: number }
  | { readonly does: 'reset' | 'save-managed' }
  | { readonly does: 'plug' | 'unplug'; readonly device: number }
  | { readonly does: 'save-file'; readonly stops: boolean }
  | { readonly does: 'restore-file'; readonly host: number; readonly file: number }
  | { readonly does: 'stop'; readonly reason: StopReason }
);

export interface Life {
  readonly hosts: readonly Reporter[];
  readonly happenings: readonly Happening[];
  /** For the noise in the reports' times. */
  readonly noise: readonly number[];
}

const BUILDS: readonly Build[] = [
  { version: '7.2.22', package: 'Debian 1:7.2+dfsg-7+deb12u18+b3' },
  { version: '8.0.0', package: 'upstream' },
  { version: '10.0.13', package: 'Debian 1:10.0.13+ds-0+deb13u1' },
  { version: '10.0.2', package: 'Debian 1:10.0.2+ds-2+deb13u1~bpo12+1' },
  { version: '11.1.3', package: 'Debian 1:11.1.3+ds-1' },
];

export const BASE_DEVICES: readonly Device[] = [
  { alias: 'pci.1', qomType: 'pcie-root-port', address: '0000:00:02.0', properties: {} },
  { alias: 'virtio-disk0', qomType: 'virtio-blk-pci', address: '0000:01:00.0', properties: {} },
];
export const PLUGGABLE: readonly Device[] = [
  { alias: 'net1', qomType: 'e1000e', address: '0000:02:00.0', properties: {} },
  { alias: 'virtio-disk1', qomType: 'virtio-blk-pci', address: '0000:03:00.0', properties: {} },
];

const clock = fc.oneof(
  fc.record({ clockAheadMs: fc.integer({ min: -950, max: 950 }), skewIsMeasured: fc.constant(false) }),
  fc.record({
    clockAheadMs: fc.oneof(
      fc.integer({ min: -20_000_000, max: -3_000 }),
      fc.integer({ min: 3_000, max: 20_000_000 }),
    ),
    skewIsMeasured: fc.constant(true),
  }),
);
const reporting = fc.constantFrom(
  { hooks: true, events: true },
  { hooks: true, events: false },
  { hooks: false, events: true },
);

const reporter = (name: string): fc.Arbitrary<Reporter> =>
  fc
    .tuple(fc.constantFrom(...BUILDS), reporting, fc.boolean(), clock)
    .map(([build, how, silentRelease, time]) => ({ name, build, ...how, silentRelease, ...time }));

const host = fc.nat({ max: 3 });
const waitMs = fc.oneof(fc.integer({ min: 300, max: 4_000 }), fc.integer({ min: 5_000, max: 400_000 }));
const lastsMs = fc.oneof(fc.integer({ min: 300, max: 3_000 }), fc.integer({ min: 300, max: 40_000 }));
const reason = fc.constantFrom<StopReason>('shutdown', 'destroyed', 'crashed');

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ does: fc.constant('boot'), host, waitMs }) },
  { weight: 8, arbitrary: fc.record({ does: fc.constant('hop'), host, lastsMs, waitMs }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('refused-hop'), host, lastsMs, waitMs }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('asked-only'), host, lastsMs, waitMs }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('reset'), waitMs }) },
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constantFrom('plug', 'unplug'), device: fc.nat({ max: 1 }), waitMs }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('save-managed'), waitMs }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('restore-managed'), host, waitMs }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('save-file'), stops: fc.boolean(), waitMs }) },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant('restore-file'), host, file: fc.nat({ max: 3 }), waitMs }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('stop'), reason, waitMs }) },
);

export const lives: fc.Arbitrary<Life> = fc.record({
  hosts: fc.tuple(reporter('a'), reporter('b'), reporter('c'), reporter('d')),
  happenings: fc
    .tuple(
      fc.record({ does: fc.constant('boot' as const), host, waitMs }),
      fc.array(happening, { minLength: 1, maxLength: 16 }),
    )
    .map(([boot, rest]) => [boot, ...rest]),
  noise: fc.array(fc.nat({ max: 40 }), { minLength: 16, maxLength: 16 }),
});
