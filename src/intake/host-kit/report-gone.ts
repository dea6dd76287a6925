import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Recorded } from '../../domain/vm/envelope.js';
import { instantOf } from '../../domain/vm/instant.js';
import type { VmProcess } from '../../domain/vm/vm.js';
import { START, type Ledger, type Position } from '../../ledger/port.js';
import { LEDGER } from '../../ledger/token.js';
import { eventId } from '../../recording/event-id.js';
import { Recorder } from '../../recording/recorder.js';
import { metadataOf, type ReportContext } from '../../recording/report-context.js';
import { VmReader } from '../../recording/vm-reader.js';
import { reached } from '../../views/queries/reached.js';
import { VIEWS } from '../../views/token.js';
import type { Views } from '../../views/views.js';

export interface GoneOutcome {
  /** VMs that were thought to run there and do not. */
  readonly gone: readonly string[];
  readonly position: Position;
}

/**
 * Tells what no longer runs on a host from all that does: a host that lost its power ends its guests without a word.
 * To be sent after the logs, which know more of an end than that it came.
 */
export class ReportGone extends Command<GoneOutcome> {
  constructor(
    readonly host: string,
    /** UUIDs, lower case; complete. */
    readonly running: ReadonlySet<string>,
    /** ISO 8601, the host's clock before it asked libvirt: what opened since is none of this, by the server's clock. */
    readonly at: string,
    readonly context: ReportContext,
  ) {
    super();
  }
}

const PAGE = 1_000;
/** Within what a host waits for an answer (`report_timeout`, 3 s). */
const VIEWS_WAIT_MS = 2_000;
const OF_LIBVIRT: ReadonlySet<string> = new Set([
  'libvirt-hook',
  'virsh-event',
  'libvirt-log',
  'libvirt-running',
]);

/** Whether libvirt ever told of the process: one that runs beside it (`follow qmp`) is in no list of `virsh`. */
const isOfLibvirt = ({ eventIds }: VmProcess, events: readonly Recorded[]): boolean =>
  events.some(({ id, metadata }) => eventIds.includes(id) && OF_LIBVIRT.has(metadata.tool));

@CommandHandler(ReportGone)
export class ReportGoneHandler implements ICommandHandler<ReportGone> {
  constructor(
    private readonly recorder: Recorder,
    private readonly reader: VmReader,
    @Inject(VIEWS) private readonly views: Views,
    @Inject(LEDGER) private readonly ledger: Pick<Ledger, 'head'>,
  ) {}

  /**
   * As of all that the ledger holds now: a host tells of an end once, and a start that the views have not read yet would
   * stay without one.
   * @throws HopledgerError POSITION_NOT_REACHED when the views do not get there in time; the host keeps the report
   */
  async execute({ host, running, at, context }: ReportGone): Promise<GoneOutcome> {
    await reached(this.views, { position: await this.ledger.head(), timeoutMs: VIEWS_WAIT_MS });
    const metadata = metadataOf(context, at, { running: running.size });
    const gone: string[] = [];
    let position: Position = START;
    for (const uuid of this.thoughtToRun(host)) {
      if (running.has(uuid)) continue;
      // What came since is in the VM's own stream.
      const known = await this.reader.vm(uuid);
      const current = known?.vm.state === 'running' ? known.vm.current : null;
      if (current?.host !== host || Date.parse(current.openedAt) >= instantOf(metadata)) continue;
      if (known === null || !isOfLibvirt(current, known.events)) continue;
      const outcome = await this.recorder.record(uuid, [
        {
          id: eventId('libvirt-gone', host, uuid, current.id),
          data: { type: 'VmStopped', host, name: known.vm.name, reason: 'unknown' },
          metadata,
        },
      ]);
      gone.push(uuid);
      if (outcome.position > position) ({ position } = outcome);
    }
    return { gone, position };
  }

  private thoughtToRun(host: string): readonly string[] {
    const uuids: string[] = [];
    let after: string | null = null;
    do {
      const page = this.views.vms({ host, states: ['running'] }, PAGE, after);
      uuids.push(...page.rows.map(({ uuid }) => uuid));
      after = page.hasNext ? page.endCursor : null;
    } while (after !== null);
    return uuids;
  }
}
