import type { HostDirectory } from '../../src/domain/host/directory.js';
import type { Build } from '../../src/domain/qemu/build.js';
import type { Device, LaunchConfiguration } from '../../src/domain/qemu/device.js';
import type { Recorded } from '../../src/domain/vm/envelope.js';
import { BASE_DEVICES, PLUGGABLE, type Happening, type Life, type Reporter } from './lives.js';
import { Reports } from './reporting.js';
import { machine } from './story.js';

/** A guest as it really is: its devices, and for each whether the AER mask was latched on. */
interface Guest {
  readonly devices: readonly Device[];
  readonly aer: ReadonlyMap<string, string>;
}

export interface Lived {
  readonly events: readonly Recorded[];
  readonly hosts: HostDirectory;
  /** How it really was after each happening, in true time. */
  readonly moments: readonly Moment[];
}
export interface Moment {
  readonly atMs: number;
  readonly does: Happening['does'];
  /** Null: off, or saved. */
  readonly running: { readonly host: string; readonly aer: ReadonlyMap<string, string> } | null;
}

/** What QEMU says of the root port of `BASE_DEVICES` when its mask is on in the state and not here. */
const AER_REFUSED = `get_pci_config_device: Bad config data: i=0x10a read: 40 device: 0 cmask: ff wmask: 0 w1cmask:0
error while loading state for instance 0x0 of device '0000:00:02.0/pcie-root-port'`;

/** Plays a life: what really happens, and what each host says of it. What cannot be at the time is left out. */
export const live = (life: Life): Lived => {
  const world = new World(life);
  for (const happening of life.happenings) world.happen(happening);
  const hosts = new Map(
    life.hosts.map(({ name, build }) => [
      name,
      [
        {
          at: 0,
          report: {
            host: name,
            builds: [build],
            libvirt: null,
            kernel: null,
            vendor: null,
            machineTypes: null,
            cpu: null,
          },
        },
      ],
    ]),
  );
  return { events: world.reports.recorded, hosts, moments: world.moments };
};

class World {
  readonly reports: Reports;
  readonly moments: Moment[] = [];
  private now = 0;
  private running: { readonly on: Reporter; readonly guest: Guest } | null = null;
  private managed: { readonly on: Reporter; readonly guest: Guest } | null = null;
  private readonly files: { readonly name: string; readonly guest: Guest }[] = [];

  constructor(private readonly life: Life) {
    this.reports = new Reports(life.noise);
  }

  happen(happening: Happening): void {
    this.now += happening.waitMs;
    if (!this.play(happening)) return;
    // All that is said of it is said by then.
    this.now += 1_500;
    const { running } = this;
    this.moments.push({
      atMs: this.now,
      does: happening.does,
      running: running === null ? null : { host: running.on.name, aer: running.guest.aer },
    });
  }

  private play(happening: Happening): boolean {
    switch (happening.does) {
      case 'boot':
        return this.boot(this.host(happening.host));
      case 'hop':
        return this.hop(this.host(happening.host), happening.lastsMs);
      case 'refused-hop':
        return this.refusedHop(this.host(happening.host), happening.lastsMs);
      case 'asked-only':
        return this.askedOnly(this.host(happening.host));
      case 'reset':
        return this.onRunning(({ on }) => this.reports.reset(on, this.now));
      case 'plug':
        return this.plug(PLUGGABLE[happening.device]);
      case 'unplug':
        return this.unplug(PLUGGABLE[happening.device]);
      case 'save-managed':
        return this.saveManaged();
      case 'restore-managed':
        return this.restoreManaged();
      case 'save-file':
        return this.saveFile(happening.stops);
      case 'restore-file':
        return this.restoreFile(this.host(happening.host), happening.file);
      case 'stop':
        return this.onRunning(({ on }) => {
          this.reports.stopped(on, this.now, happening.reason);
          this.running = null;
        });
    }
  }

  private boot(on: Reporter): boolean {
    if (this.running !== null || this.managed !== null) return false;
    this.reports.booted(on, this.now, configurationOf(BASE_DEVICES));
    this.running = { on, guest: { devices: BASE_DEVICES, aer: latched(BASE_DEVICES, on.build) } };
    return true;
  }

  private hop(to: Reporter, lastsMs: number): boolean {
    return this.onRunning(({ on, guest }) => {
      this.reports.incoming(to, this.now, configurationOf(guest.devices));
      this.now += 700 + lastsMs;
      this.reports.arrived(to, this.now);
      this.reports.left(on, this.now + 100);
      this.running = { on: to, guest };
    }, to);
  }

  private refusedHop(to: Reporter, lastsMs: number): boolean {
    return this.onRunning(({ guest }) => {
      this.reports.incoming(to, this.now, configurationOf(guest.devices));
      this.now += 700 + lastsMs;
      this.reports.refused(to, this.now, guest.aer.get('pci.1') === 'on' ? AER_REFUSED : null);
    }, to);
  }

  private askedOnly(to: Reporter): boolean {
    return this.onRunning(
      ({ guest }) => this.reports.prepared(to, this.now, 'migration', configurationOf(guest.devices)),
      to,
    );
  }

  private plug(device: Device | undefined): boolean {
    return this.onRunning(({ on, guest }) => {
      // A plug that no event line tells of is none that any ledger could know.
      if (device === undefined || !on.events || guest.devices.includes(device)) return;
      this.reports.line(on, this.now, { type: 'DevicePlugged', host: on.name, name: 'vm1', device });
      const aer = new Map([...guest.aer, ...latched([device], on.build)]);
      this.running = { on, guest: { devices: [...guest.devices, device], aer } };
    });
  }

  private unplug(device: Device | undefined): boolean {
    return this.onRunning(({ on, guest }) => {
      if (device === undefined || !on.events || !guest.devices.includes(device)) return;
      this.reports.line(on, this.now, {
        type: 'DeviceUnplugged',
        host: on.name,
        name: 'vm1',
        alias: device.alias,
      });
      const aer = new Map([...guest.aer].filter(([alias]) => alias !== device.alias));
      this.running = { on, guest: { devices: guest.devices.filter((other) => other !== device), aer } };
    });
  }

  private saveManaged(): boolean {
    return this.onRunning(({ on, guest }) => {
      this.reports.savedManaged(on, this.now);
      this.managed = { on, guest };
      this.running = null;
    });
  }

  private restoreManaged(): boolean {
    const { managed } = this;
    if (managed === null) return false;
    this.reports.restoredManaged(managed.on, this.now, configurationOf(managed.guest.devices));
    this.running = managed;
    this.managed = null;
    return true;
  }

  private saveFile(stops: boolean): boolean {
    return this.onRunning(({ on, guest }) => {
      const name = `file-${this.files.length}`;
      this.reports.tell(on, this.now, {
        type: 'StateSaved',
        host: on.name,
        name: 'vm1',
        savedState: name,
        stopped: stops,
      });
      this.files.push({ name, guest });
      if (stops) this.running = null;
    });
  }

  private restoreFile(on: Reporter, file: number): boolean {
    const saved = this.files[file];
    if (saved === undefined || this.running !== null || this.managed !== null) return false;
    const facts = { build: null, configuration: configurationOf(saved.guest.devices), kernel: null };
    this.reports.tell(on, this.now, {
      type: 'StateRestored',
      host: on.name,
      name: 'vm1',
      savedState: saved.name,
      fromVm: null,
      ...facts,
    });
    this.running = { on, guest: saved.guest };
    return true;
  }

  private onRunning(
    act: (running: { readonly on: Reporter; readonly guest: Guest }) => void,
    elsewhere?: Reporter,
  ): boolean {
    const { running } = this;
    if (running === null || running.on === elsewhere) return false;
    act(running);
    return true;
  }

  private host(number: number): Reporter {
    const { hosts } = this.life;
    const [first] = hosts;
    const found = hosts[number] ?? first;
    if (found === undefined) throw new Error('a life has hosts');
    return found;
  }
}

const configurationOf = (devices: readonly Device[]): LaunchConfiguration => machine(devices);

/** On 8.0.0 every device with AER, whatever the machine type; else off for pc-q35-7.2. */
const latched = (devices: readonly Device[], build: Build): ReadonlyMap<string, string> =>
  new Map(
    devices
      .filter(({ qomType }) => qomType === 'pcie-root-port' || qomType === 'e1000e')
      .map(({ alias }) => [alias, build.version === '8.0.0' ? 'on' : 'off']),
  );
