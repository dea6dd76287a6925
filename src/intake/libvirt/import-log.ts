import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ProposedEvent } from '../../domain/vm/decide.js';
import type { VmEvent } from '../../domain/vm/events.js';
import { SAME_END_MS } from '../../domain/vm/host-process.js';
import { instantOf } from '../../domain/vm/instant.js';
import type { VmProcess } from '../../domain/vm/vm.js';
import { START, type Position } from '../../ledger/port.js';
import { DomainNames } from '../../recording/domain-names.js';
import { eventId } from '../../recording/event-id.js';
import { Recorder } from '../../recording/recorder.js';
import { metadataOf, type ReportContext } from '../../recording/report-context.js';
import { VmReader } from '../../recording/vm-reader.js';
import { parseDomainLog, type DomainLog } from './logs.js';
import { UnclaimedLines } from './unclaimed-lines.js';

export interface ImportOutcome {
  readonly recorded: number;
  readonly repeated: number;
  readonly vms: readonly string[];
  /** Line by line, what could not be read and why. */
  readonly unreadable: readonly {
    readonly lineNumber: number;
    readonly text: string;
    readonly why: string;
  }[];
  /** Lines of other kinds: warnings, chatter. */
  readonly skippedLines: number;
  readonly position: Position;
}

/**
 * Imports one of libvirt's per-VM logs, or a piece of it. A piece without a start (logrotate's `copytruncate` leaves one)
 * is of the VM that the file is named after. Importing it again changes nothing.
 */
export class ImportDomainLog extends Command<ImportOutcome> {
  constructor(
    readonly host: string,
    /** Its name: `web01.log`, `web01.log.1.gz`. */
    readonly file: string,
    readonly text: string,
    readonly context: ReportContext,
  ) {
    super();
  }
}

@CommandHandler(ImportDomainLog)
export class ImportDomainLogHandler implements ICommandHandler<ImportDomainLog> {
  constructor(
    private readonly recorder: Recorder,
    private readonly unclaimed: UnclaimedLines,
    private readonly names: DomainNames,
    private readonly reader: VmReader,
  ) {}

  async execute({ host, file, text, context }: ImportDomainLog): Promise<ImportOutcome> {
    const log = await this.read(host, file, text, context);
    const byVm = new Map<string, { events: ProposedEvent[]; name: string | null }>();
    const orphans: { lineNumber: number; text: string; why: string }[] = [];
    for (const { lineNumber, at, event, uuid, name } of log.entries) {
      if (uuid === null) {
        orphans.push({ lineNumber, text: event.type, why: 'nothing in the file says which VM it is' });
        continue;
      }
      const vm = byVm.get(uuid) ?? { events: [], name: null };
      vm.events.push({
        // A start whose lines were still being written is another event than the whole one; both speak of one process.
        id: eventId('libvirt-log', host, uuid, event.type, at, isCutOff(event) ? 'cut off' : ''),
        data: event,
        metadata: metadataOf(context, at, { file, lineNumber }),
      });
      byVm.set(uuid, { events: vm.events, name: name ?? vm.name });
    }
    let [recorded, repeated, position]: [number, number, Position] = [0, 0, START];
    for (const [uuid, { events, name }] of byVm) {
      const outcome = await this.recorder.record(uuid, events);
      recorded += outcome.recorded;
      repeated += outcome.repeated;
      if (outcome.position > position) ({ position } = outcome);
      await this.unclaimed.claimOld({ host, name, uuid, at: outcome.position }, context);
    }
    return {
      recorded,
      repeated,
      vms: [...byVm.keys()],
      unreadable: [...log.unreadable, ...orphans],
      skippedLines: log.skippedLines,
      position,
    };
  }

  private async read(host: string, file: string, text: string, context: ReportContext): Promise<DomainLog> {
    const log = parseDomainLog(text, host);
    const name = nameOf(file);
    const uuid = name === null ? null : this.names.uuidOf(host, name);
    if (log.entries.length > 0 || log.unreadable.length === 0 || uuid === null) return log;
    const known = await this.reader.vm(uuid);
    const named = parseDomainLog(text, host, { uuid, name });
    // Names are used again: an end of nothing that this VM ran there is of another VM.
    const fits =
      known !== null &&
      named.entries.every(({ at }) => {
        const ended = instantOf(metadataOf(context, at, null));
        return known.vm.processes.some((one) => endsAt(one, host, ended));
      });
    return fits ? named : log;
  }
}

const nameOf = (file: string): string | null =>
  /^(?:.*\/)?([^/]+)\.log(?:[.-]\d+)?(?:\.gz)?$/.exec(file)?.[1] ?? null;

/** @param at - corrected by the skew of the host's clock, as a process' own times are */
const endsAt = ({ host, openedAt, endedAt }: VmProcess, on: string, at: number): boolean =>
  host === on &&
  Date.parse(openedAt) <= at &&
  (endedAt === null || Math.abs(Date.parse(endedAt) - at) <= SAME_END_MS);

const isCutOff = (event: VmEvent): boolean => 'configuration' in event && event.configuration === null;
