import type { Build } from '../../domain/qemu/build.js';
import type { LaunchConfiguration } from '../../domain/qemu/device.js';
import type { StopReason, VmEvent } from '../../domain/vm/events.js';

/** What is known of a QEMU process when its monitor is first asked. */
export interface ProcessSeen {
  readonly host: string;
  readonly name: string | null;
  readonly build: Build | null;
  readonly configuration: LaunchConfiguration | null;
  readonly kernel: string | null;
  /** By the host's clock, milliseconds since the epoch. */
  readonly startedAt: number;
  /** How it was started, when its command line is known: from nothing, to take a migration, or to take a saved state. */
  readonly launch: 'cold' | 'incoming' | 'restore' | null;
}

/** One thing that happened. */
export interface Told {
  readonly event: VmEvent;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** `query-status`: a guest's state has yet to come, or went. */
const AWAITING = 'inmigrate';
const SENT = 'postmigrate';

type Phase =
  /** Waits for state. */
  | 'incoming'
  /** Has a guest. */
  | 'holding'
  /** Says that its guest's state went; whether it arrived, the other end knows. */
  | 'sent'
  /** Found stopped after a migration: the guest may be anywhere. */
  | 'left-behind'
  /** Refused what it was sent. */
  | 'refused';

/** Reasons of QMP's SHUTDOWN, `ShutdownCause`. */
const REASONS: Readonly<Record<string, StopReason>> = {
  'guest-shutdown': 'shutdown',
  'guest-reset': 'shutdown',
  'guest-panic': 'crashed',
  'host-error': 'crashed',
  'host-qmp-quit': 'destroyed',
  'host-qmp-system-reset': 'destroyed',
  'host-signal': 'destroyed',
  'host-ui': 'destroyed',
};

/**
 * What one QEMU process tells over QMP, as events. It attests only to what it sees: a guest that it took has arrived;
 * that one it sent has arrived is for the other end to say (a source says `completed` of loads that were refused).
 */
export class ProcessStory {
  private phase: Phase = 'holding';
  private receiving = false;
  private postcopy = false;
  private stopReason: StopReason | null = null;
  private stoppedAt: number | null = null;
  private devices = new Set<string>();

  constructor(private readonly seen: ProcessSeen) {}

  /** @param status - of query-status; @param devices - ids of /machine/peripheral */
  attach(status: string, devices: ReadonlyMap<string, string>, now: number): readonly Told[] {
    this.devices = new Set(devices.keys());
    const { launch, startedAt } = this.seen;
    const via = launch === 'restore' ? 'restore' : 'migration';
    if (status === AWAITING) {
      this.phase = 'incoming';
      return [this.incoming(via, startedAt)];
    }
    if (status === SENT) {
      this.phase = 'left-behind';
      return [];
    }
    if (launch === 'cold') return [{ event: { type: 'VmLaunched', ...this.process }, at: startedAt }];
    if (launch === 'incoming') return [this.incoming(via, startedAt), this.arrived(now)];
    if (launch === 'restore') return [{ event: this.restored, at: startedAt }];
    return [this.adopted(now)];
  }

  /** @param words - for a hop out of here that failed: why, where QEMU says */
  hear(
    name: string,
    data: Readonly<Record<string, unknown>>,
    at: number,
    words: string | null,
  ): readonly Told[] {
    switch (name) {
      case 'MIGRATION':
        return this.migration(String(data['status']), at, words);
      case 'RESUME':
        this.livesOn();
        return this.resumed(at);
      case 'RESET':
        this.livesOn();
        return this.hasGuest ? [this.reset(data['reason'], at)] : [];
      case 'DEVICE_DELETED':
        return typeof data['device'] === 'string' ? this.unplugged(data['device'], at) : [];
      case 'SHUTDOWN':
        this.stopReason = REASONS[String(data['reason'])] ?? 'unknown';
        this.stoppedAt = at;
        return [];
      default:
        return [];
    }
  }

  /** What shows when the monitor is asked again, and no event told: a device that was plugged, a missed arrival. */
  look(status: string, devices: ReadonlyMap<string, string>, now: number): readonly Told[] {
    if (status === AWAITING || this.phase === 'refused') {
      this.devices = new Set(devices.keys());
      return [];
    }
    const told: Told[] = [];
    if (this.phase === 'incoming' && status !== SENT) told.push(...this.arrive(now));
    if (this.phase === 'sent' && status === 'running') this.phase = 'holding';
    if (!this.hasGuest) return told;
    for (const alias of this.devices) if (!devices.has(alias)) told.push(...this.unplugged(alias, now));
    for (const [alias, qomType] of devices) {
      if (this.devices.has(alias)) continue;
      this.devices.add(alias);
      const device = { alias, qomType, address: null, properties: {} };
      told.push({ event: { type: 'DevicePlugged', device, ...this.where }, at: now });
    }
    return told;
  }

  /** The process is gone. @param unread - its last words may be lost, so that none is no sign of a crash */
  end(now: number, unread = false): readonly Told[] {
    const at = this.stoppedAt ?? now;
    switch (this.phase) {
      case 'incoming':
        return this.receiving ? [this.failed(null, at)] : [this.stopped('failed', at)];
      case 'holding':
        return [this.stopped(this.stopReason ?? (unread ? 'unknown' : 'crashed'), at)];
      case 'sent':
        return [this.stopped('unknown', at)];
      case 'left-behind':
      case 'refused':
        return [];
    }
  }

  /** A process that was started with -no-shutdown stays after a shutdown, and its guest may be started anew in it. */
  private livesOn(): void {
    [this.stopReason, this.stoppedAt] = [null, null];
  }

  private migration(status: string, at: number, words: string | null): readonly Told[] {
    this.postcopy = status.startsWith('postcopy');
    if (this.phase === 'incoming') {
      if (status === 'completed') return this.arrive(at);
      if (status === 'failed') {
        this.phase = 'refused';
        return [this.failed(words, at)];
      }
      this.receiving ||= status === 'active' || this.postcopy;
      return [];
    }
    if (this.phase !== 'holding') return [];
    if (status === 'completed') this.phase = 'sent';
    if (status === 'failed') return [this.failed(words, at)];
    return status === 'cancelled' ? [this.failed(words ?? 'cancelled at the source', at)] : [];
  }

  private resumed(at: number): readonly Told[] {
    if (this.phase === 'incoming') return this.postcopy ? [] : this.arrive(at);
    const unknown = this.phase === 'left-behind';
    if (unknown || this.phase === 'sent') this.phase = 'holding';
    return unknown ? [this.adopted(at)] : [];
  }

  private arrive(at: number): readonly Told[] {
    this.phase = 'holding';
    return this.seen.launch === 'restore' ? [{ event: this.restored, at }] : [this.arrived(at)];
  }

  private unplugged(alias: string, at: number): readonly Told[] {
    if (!this.devices.delete(alias) || !this.hasGuest) return [];
    return [{ event: { type: 'DeviceUnplugged', alias, ...this.where }, at }];
  }

  private get hasGuest(): boolean {
    return this.phase === 'holding';
  }

  private get where(): { readonly host: string; readonly name: string | null } {
    const { host, name } = this.seen;
    return { host, name };
  }

  private get process() {
    const { build, configuration, kernel } = this.seen;
    return { ...this.where, build, configuration, kernel };
  }

  private get restored(): VmEvent {
    return { type: 'StateRestored', savedState: null, fromVm: null, ...this.process };
  }

  private incoming(via: 'migration' | 'restore', at: number): Told {
    return { event: { type: 'HopStarted', via, ...this.process }, at };
  }

  private arrived(at: number): Told {
    return {
      event: { type: 'HopCompleted', attestedBy: 'destination', statistics: null, ...this.where },
      at,
    };
  }

  private adopted(at: number): Told {
    return { event: { type: 'VmAdopted', ...this.process }, at };
  }

  private failed(error: string | null, at: number): Told {
    return { event: { type: 'HopFailed', error, ...this.where }, at };
  }

  private reset(reason: unknown, at: number): Told {
    const text = typeof reason === 'string' && reason !== '' ? reason.slice(0, 200) : null;
    return { event: { type: 'GuestReset', reason: text, ...this.where }, at };
  }

  private stopped(reason: StopReason, at: number): Told {
    return { event: { type: 'VmStopped', reason, ...this.where }, at };
  }
}
