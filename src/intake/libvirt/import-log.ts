import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ProposedEvent } from '../../domain/vm/decide.js';
import type { VmEvent } from '../../domain/vm/events.js';
import { START, type Position } from '../../ledger/port.js';
import { eventId } from '../../recording/event-id.js';
import { Recorder } from '../../recording/recorder.js';
import { metadataOf, type ReportContext } from '../../recording/report-context.js';
import { parseDomainLog } from './logs.js';
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

/** Imports one of libvirt's per-VM logs, or a piece of it that begins with a start. Importing it again changes nothing. */
export class ImportDomainLog extends Command<ImportOutcome> {
  constructor(
    readonly host: string,
    /** For messages. */
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
  ) {}

  async execute({ host, file, text, context }: ImportDomainLog): Promise<ImportOutcome> {
    const log = parseDomainLog(text, host);
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
      await this.unclaimed.claimOld(host, name, uuid, context);
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
}

const isCutOff = (event: VmEvent): boolean => 'configuration' in event && event.configuration === null;
