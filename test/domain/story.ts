import { NO_HOSTS, type HostDirectory } from '../../src/domain/host/directory.js';
import type { Build } from '../../src/domain/qemu/build.js';
import type { Device, GlobalProperty, LaunchConfiguration } from '../../src/domain/qemu/device.js';
import type { Catalogue } from '../../src/domain/catalogue/catalogue.js';
import { deriveVm, knowing } from '../../src/domain/vm/derive.js';
import type { EventMetadata, Recorded } from '../../src/domain/vm/envelope.js';
import type { HopVia, StopReason, VmEvent } from '../../src/domain/vm/events.js';
import type { CarriedValue } from '../../src/domain/vm/carried.js';
import type { Vm } from '../../src/domain/vm/vm.js';
import { MEASURED } from './known-catalogue.js';

export const UUID = '11111111-2222-4333-8444-555555555555';
export const DAY = Date.parse('2026-03-01T00:00:00.000Z');
export const time = (seconds: number): string => new Date(DAY + seconds * 1000).toISOString();

export const Q520: Build = { version: '5.2.0', package: 'Debian 1:5.2+dfsg-11+deb11u3' };
export const Q722: Build = { version: '7.2.22', package: 'Debian 1:7.2+dfsg-7+deb12u18+b3' };
export const Q800: Build = { version: '8.0.0', package: 'upstream' };
export const Q801: Build = { version: '8.0.1', package: 'upstream' };
export const Q820: Build = { version: '8.2.0', package: 'upstream' };
export const Q1002: Build = { version: '10.0.2', package: 'Debian 1:10.0.2+ds-2+deb13u1~bpo12+1' };
export const Q10013: Build = { version: '10.0.13', package: 'Debian 1:10.0.13+ds-0+deb13u1' };
export const Q1113: Build = { version: '11.1.3', package: 'Debian 1:11.1.3+ds-1' };

export const device = (alias: string, qomType: string | null, more: Partial<Device> = {}): Device => ({
  alias,
  qomType,
  address: null,
  properties: {},
  ...more,
});
export const PORT = device('pci.1', 'pcie-root-port', { address: '0000:00:02.0' });
export const NIC = device('net0', 'e1000e', { address: '0000:01:00.0' });
export const DISK = device('virtio-disk0', 'virtio-blk-pci', { address: '0000:02:00.0' });
/** With another value for a property of one device. */
export const withProperty = (of: Device, name: string, value: string): Device => ({
  ...of,
  properties: { ...of.properties, [name]: value },
});
export const AER_MASK = 'x-pcie-err-unc-mask';
export const aerOn = (of: Device): Device => withProperty(of, AER_MASK, 'on');

export const machine = (
  devices: readonly Device[] = [PORT, NIC],
  machineType = 'pc-q35-7.2',
  globals: readonly GlobalProperty[] = [],
): LaunchConfiguration => ({ machineType, devices, globals, cpu: null, accelerator: 'kvm' });

/** What a test says of an event beside its data. */
export type Told = Partial<Pick<EventMetadata, 'clockSkewMs' | 'causationId'>> & { readonly id?: string };

/** A VM's events as a test tells them; seconds since midnight, by the clock of the host that speaks. */
export class Story {
  readonly events: Recorded[] = [];

  tell(seconds: number, data: VmEvent, told: Told = {}): string {
    const id = told.id ?? `${String(this.events.length + 1).padStart(3, '0')}-${data.type}`;
    const at = time(seconds);
    const metadata: EventMetadata = {
      schemaVersion: 1,
      occurredAt: at,
      clockSkewMs: told.clockSkewMs ?? null,
      actor: 'test',
      tool: 'test',
      correlationId: id,
      causationId: told.causationId ?? null,
      report: null,
    };
    const revision = BigInt(this.events.length);
    this.events.push({ id, data, metadata, recordedAt: at, position: String(revision), revision });
    return id;
  }

  launched(
    seconds: number,
    host: string,
    build: Build | null,
    configuration: LaunchConfiguration | null = machine(),
  ): string {
    return this.tell(seconds, { type: 'VmLaunched', host, name: 'vm1', build, configuration, kernel: null });
  }
  /** libvirt's hooks of a start: `prepare`, `start`, and `started` when it came up. */
  startHooks(
    seconds: number,
    host: string,
    build: Build | null,
    configuration: LaunchConfiguration | null = machine(),
    up = true,
  ): void {
    this.tell(seconds, { type: 'ProcessPrepared', host, name: 'vm1', phase: 'prepare' });
    this.tell(seconds + 0.02, { type: 'ProcessPrepared', host, name: 'vm1', phase: 'start' });
    if (up)
      this.tell(seconds + 0.5, {
        type: 'ProcessStarted',
        host,
        name: 'vm1',
        build,
        configuration,
        kernel: null,
      });
  }
  asked(
    seconds: number,
    host: string,
    configuration: LaunchConfiguration | null = machine(),
    via: HopVia = 'migration',
  ): string {
    return this.tell(seconds, { type: 'HopPrepared', host, name: 'vm1', via, configuration });
  }
  /** All hooks of an incoming process, from `migrate begin` on. */
  incomingHooks(
    seconds: number,
    host: string,
    build: Build | null,
    configuration: LaunchConfiguration | null = machine(),
  ): void {
    this.asked(seconds, host, configuration);
    this.startHooks(seconds + 0.02, host, build, configuration);
  }
  incoming(
    seconds: number,
    host: string,
    build: Build | null,
    configuration: LaunchConfiguration | null = machine(),
  ): string {
    return this.tell(seconds, {
      type: 'HopStarted',
      host,
      name: 'vm1',
      via: 'migration',
      build,
      configuration,
      kernel: null,
    });
  }
  arrived(seconds: number, host: string): string {
    return this.tell(seconds, {
      type: 'HopCompleted',
      host,
      name: 'vm1',
      attestedBy: 'destination',
      statistics: null,
    });
  }
  left(seconds: number, host: string): string {
    return this.tell(seconds, {
      type: 'HopCompleted',
      host,
      name: 'vm1',
      attestedBy: 'source',
      statistics: null,
    });
  }
  refused(seconds: number, host: string, error: string | null = null): string {
    return this.tell(seconds, { type: 'HopFailed', host, name: 'vm1', error });
  }
  stopped(seconds: number, host: string, reason: StopReason = 'destroyed'): string {
    return this.tell(seconds, { type: 'VmStopped', host, name: 'vm1', reason });
  }
  reset(seconds: number, host: string): string {
    return this.tell(seconds, { type: 'GuestReset', host, name: 'vm1', reason: null });
  }
  plugged(seconds: number, host: string, plugged: Device): string {
    return this.tell(seconds, { type: 'DevicePlugged', host, name: 'vm1', device: plugged });
  }
  unplugged(seconds: number, host: string, alias: string): string {
    return this.tell(seconds, { type: 'DeviceUnplugged', host, name: 'vm1', alias });
  }
  saved(seconds: number, host: string, savedState: string | null = null, stopped = true): string {
    return this.tell(seconds, { type: 'StateSaved', host, name: 'vm1', savedState, stopped });
  }
  restored(
    seconds: number,
    host: string,
    build: Build | null,
    savedState: string | null = null,
    configuration: LaunchConfiguration | null = machine(),
  ): string {
    return this.tell(seconds, {
      type: 'StateRestored',
      host,
      name: 'vm1',
      build,
      configuration,
      kernel: null,
      savedState,
      fromVm: null,
    });
  }
  adopted(
    seconds: number,
    host: string,
    build: Build | null,
    configuration: LaunchConfiguration | null = machine(),
  ): string {
    return this.tell(seconds, { type: 'VmAdopted', host, name: 'vm1', build, configuration, kernel: null });
  }
  register(seconds: number, host: string, alias: string, value: string): string {
    const what = { kind: 'register', name: 'PCI_ERR_UNCOR_MASK' } as const;
    return this.tell(seconds, { type: 'ValueObserved', host, name: 'vm1', alias, what, value });
  }
  retracted(seconds: number, eventId: string): string {
    return this.tell(seconds, { type: 'EventRetracted', eventId, reason: 'told wrongly' });
  }
  corrected(seconds: number, eventId: string, replacement: Readonly<Record<string, unknown>>): string {
    return this.tell(seconds, { type: 'EventCorrected', eventId, replacement, reason: 'told wrongly' });
  }
  /** A live migration attested by both ends, half a second long. */
  hop(
    seconds: number,
    from: string,
    to: string,
    build: Build,
    configuration: LaunchConfiguration | null = machine(),
  ): void {
    this.incoming(seconds, to, build, configuration);
    this.arrived(seconds + 0.5, to);
    this.left(seconds + 0.5, from);
  }

  vm(
    options: { readonly asOf?: number; readonly catalogue?: Catalogue; readonly hosts?: HostDirectory } = {},
  ): Vm {
    const knowledge = knowing(options.catalogue ?? MEASURED, options.hosts ?? NO_HOSTS);
    return deriveVm(
      UUID,
      this.events,
      knowledge,
      options.asOf === undefined ? {} : { asOf: DAY + options.asOf * 1000 },
    );
  }
}

/** `net0: on` by device, of one behaviour; `?` unknown, `(on)` assumed. */
export const valuesOf = (
  carried: readonly CarriedValue[],
  behaviour: string,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    carried
      .filter((value) => value.behaviour === behaviour)
      .map(({ alias, value, certainty }) => [
        alias,
        value === null ? '?' : certainty === 'certain' ? value : `(${value})`,
      ]),
  );

/** The AER mask by device, as the VM carries it now. */
export const mask = (vm: Vm): Readonly<Record<string, string>> => valuesOf(vm.carried, 'pcie-err-unc-mask');
export const ON = { 'pci.1': 'on', net0: 'on' };
export const OFF = { 'pci.1': 'off', net0: 'off' };
