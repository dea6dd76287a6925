import { createHash } from 'node:crypto';
import type { Catalogue } from '../domain/catalogue/catalogue.js';
import type { LaunchConfiguration } from '../domain/qemu/device.js';
import type { Build } from '../domain/qemu/build.js';
import type { VmEvent } from '../domain/vm/events.js';
import type { Vm } from '../domain/vm/vm.js';
import { MemoryLedger } from '../ledger/memory/memory-ledger.js';
import { RecordVmEvent, RecordVmEventHandler } from '../recording/commands/record-vm-event.js';
import { HostRegistry } from '../recording/host-registry.js';
import { Recorder } from '../recording/recorder.js';
import { reportContext } from '../recording/report-context.js';
import { VmReader } from '../recording/vm-reader.js';
import { AssessHop, AssessHopHandler, type HopAdvised } from '../views/queries/assess-hop.js';
import { AssessLaunch, AssessLaunchHandler, type LaunchAdvised } from '../views/queries/assess-launch.js';

/** hopledger for one VM, without a server around it: the same commands, fold and verdicts, on a ledger in memory. */
export class Stand {
  private readonly ledger = new MemoryLedger();
  private readonly hosts = new HostRegistry(this.ledger);
  private readonly record = new RecordVmEventHandler(new Recorder(this.ledger));
  private readonly reader: VmReader;
  private readonly uuid: string;
  private events = 0;
  private now = Date.parse('2026-01-01T00:00:00Z');

  constructor(name: string, catalogue: Catalogue) {
    this.reader = new VmReader(this.ledger, this.hosts, catalogue);
    const hex = createHash('sha256').update(name).digest('hex');
    this.uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }

  /** One second after the event before. */
  async report(event: VmEvent): Promise<void> {
    this.now += 1000;
    this.events += 1;
    await this.record.execute(
      new RecordVmEvent(this.uuid, event, {
        idempotencyKey: String(this.events),
        occurredAt: new Date(this.now).toISOString(),
        context: reportContext({ actor: 'truth', tool: 'truth' }, this.now),
        input: event,
      }),
    );
  }

  askHop(build: Build, configuration: LaunchConfiguration, savedState: string | null): Promise<HopAdvised> {
    return new AssessHopHandler(this.reader, this.hosts).execute(
      new AssessHop({ uuid: this.uuid, savedState }, { host: null, build }, configuration),
    );
  }

  askLaunch(build: Build, configuration: LaunchConfiguration): Promise<LaunchAdvised> {
    return new AssessLaunchHandler(this.reader, this.hosts).execute(
      new AssessLaunch({ host: null, build }, configuration),
    );
  }

  /** Null when nothing of it was reported. */
  async vm(): Promise<Vm | null> {
    return (await this.reader.vm(this.uuid))?.vm ?? null;
  }
}
