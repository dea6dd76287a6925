import type { LaunchConfiguration } from '../../src/domain/qemu/device.js';
import type { Recorded } from '../../src/domain/vm/envelope.js';
import type { HopVia, StopReason, VmEvent } from '../../src/domain/vm/events.js';
import { DAY } from './story.js';
import type { Reporter } from './lives.js';

const NOBODY_SAID = { build: null, configuration: null, kernel: null } as const;
const HOOK = 0;
/** An event line trails the hook of the same fact. */
const LINE = 8;

/** What libvirt's hooks and event lines of each host would say, at their times, in the order that was measured. */
export class Reports {
  readonly recorded: Recorded[] = [];

  constructor(private readonly noise: readonly number[]) {}

  booted(on: Reporter, atMs: number, configuration: LaunchConfiguration): void {
    this.made(on, atMs, configuration);
    this.line(on, atMs + 510, { type: 'VmLaunched', ...where(on), ...this.facts(on, configuration) });
  }

  prepared(on: Reporter, atMs: number, via: HopVia, configuration: LaunchConfiguration): void {
    this.hook(on, atMs, { type: 'HopPrepared', ...where(on), via, configuration });
  }

  incoming(on: Reporter, atMs: number, configuration: LaunchConfiguration): void {
    this.prepared(on, atMs, 'migration', configuration);
    this.made(on, atMs + 60, configuration);
    this.line(on, atMs + 580, {
      type: 'HopStarted',
      ...where(on),
      via: 'migration',
      ...this.facts(on, configuration),
    });
  }

  arrived(on: Reporter, atMs: number): void {
    this.line(on, atMs, { type: 'HopCompleted', ...where(on), attestedBy: 'destination', statistics: null });
  }

  left(on: Reporter, atMs: number): void {
    const left = { type: 'HopCompleted', ...where(on), attestedBy: 'source', statistics: null } as const;
    this.ended(on, atMs, left);
    this.line(on, atMs + 60, left);
  }

  /** @param error - QEMU's words, where the log has some */
  refused(on: Reporter, atMs: number, error: string | null): void {
    this.ended(on, atMs, { type: 'VmStopped', ...where(on), reason: 'failed' });
    this.line(on, atMs + 60, { type: 'VmStopped', ...where(on), reason: 'failed' });
    if (error !== null) this.line(on, atMs + 90, { type: 'HopFailed', ...where(on), error });
  }

  stopped(on: Reporter, atMs: number, reason: StopReason): void {
    this.ended(on, atMs, { type: 'VmStopped', ...where(on), reason });
    this.line(on, atMs + 60, { type: 'VmStopped', ...where(on), reason });
  }

  savedManaged(on: Reporter, atMs: number): void {
    const saved = { type: 'StateSaved', ...where(on), savedState: null, stopped: true } as const;
    this.ended(on, atMs, saved);
    this.line(on, atMs + 60, saved);
  }

  restoredManaged(on: Reporter, atMs: number, configuration: LaunchConfiguration): void {
    this.prepared(on, atMs, 'restore', configuration);
    this.made(on, atMs + 60, configuration);
    const facts = this.facts(on, configuration);
    this.line(on, atMs + 580, {
      type: 'StateRestored',
      ...where(on),
      savedState: null,
      fromVm: null,
      ...facts,
    });
  }

  /** libvirt's event says it twice for one reset. */
  reset(on: Reporter, atMs: number): void {
    this.line(on, atMs, { type: 'GuestReset', ...where(on), reason: null });
    this.line(on, atMs + 80, { type: 'GuestReset', ...where(on), reason: null });
  }

  line(on: Reporter, atMs: number, data: VmEvent): void {
    if (on.events) this.tell(on, atMs + LINE, data);
  }

  /** By a tool that asks QEMU, beside hooks and event lines. */
  tell(on: Reporter, atMs: number, data: VmEvent): void {
    const index = this.recorded.length;
    const noise = this.noise[index % this.noise.length] ?? 0;
    // Only event lines are late by chance; a hook's own clock reading keeps its place among hooks.
    const at = atMs + (data.type === 'ProcessPrepared' || data.type === 'HopPrepared' ? 0 : noise);
    const occurredAt = new Date(DAY + at + on.clockAheadMs).toISOString();
    // What is measured is the skew less the time that the report took.
    const clockSkewMs = on.skewIsMeasured ? on.clockAheadMs - 4 * noise : null;
    const id = `${String(index).padStart(4, '0')}-${on.name}-${data.type}`;
    const metadata = {
      schemaVersion: 1,
      occurredAt,
      clockSkewMs,
      actor: 'test',
      tool: 'test',
      correlationId: id,
      causationId: null,
      report: null,
    };
    this.recorded.push({
      id,
      data,
      metadata,
      recordedAt: occurredAt,
      position: String(index),
      revision: BigInt(index),
    });
  }

  private hook(on: Reporter, atMs: number, data: VmEvent): void {
    if (on.hooks) this.tell(on, atMs + HOOK, data);
  }

  private made(on: Reporter, atMs: number, configuration: LaunchConfiguration): void {
    this.hook(on, atMs, { type: 'ProcessPrepared', ...where(on), phase: 'prepare' });
    this.hook(on, atMs + 20, { type: 'ProcessPrepared', ...where(on), phase: 'start' });
    this.hook(on, atMs + 460, {
      type: 'ProcessStarted',
      ...where(on),
      build: null,
      configuration,
      kernel: null,
    });
  }

  private ended(on: Reporter, atMs: number, released: VmEvent): void {
    this.hook(on, atMs, { type: 'VmStopped', ...where(on), reason: 'unknown' });
    this.hook(
      on,
      atMs + 50,
      on.silentRelease ? { type: 'VmStopped', ...where(on), reason: 'unknown' } : released,
    );
  }

  /** Where there are no hooks, the tool that relays event lines adds the definition. */
  private facts(on: Reporter, configuration: LaunchConfiguration) {
    return on.hooks ? NOBODY_SAID : { ...NOBODY_SAID, configuration };
  }
}

const where = ({ name }: Reporter): { readonly host: string; readonly name: string } => ({
  host: name,
  name: 'vm1',
});
