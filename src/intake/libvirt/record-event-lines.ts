import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ProposedEvent } from '../../domain/vm/decide.js';
import { START, type Position } from '../../ledger/port.js';
import { DomainNames } from '../../recording/domain-names.js';
import { clockWarnings } from '../../recording/clock-warning.js';
import { eventId } from '../../recording/event-id.js';
import { Recorder } from '../../recording/recorder.js';
import { metadataOf, type ReportContext } from '../../recording/report-context.js';
import type { Config } from '../../runtime/config.js';
import { CONFIG } from '../../runtime/provided.js';
import { parseVirshEvents, type UnreadableLine } from './events.js';
import { UnclaimedLines, type NamedEvent } from './unclaimed-lines.js';

export interface EventLinesOutcome {
  readonly recorded: number;
  readonly repeated: number;
  /** Kept until the host names the VM with a UUID. */
  readonly unclaimed: number;
  readonly ignored: number;
  readonly unreadable: readonly UnreadableLine[];
  readonly position: Position;
  readonly warnings: readonly string[];
}

/** Records lines of `virsh event --all --timestamp`, as many as came. */
export class RecordEventLines extends Command<EventLinesOutcome> {
  constructor(
    readonly host: string,
    readonly text: string,
    /** UUIDs by domain name, where the host sends them along. */
    readonly domains: Readonly<Record<string, string>>,
    readonly context: ReportContext,
  ) {
    super();
  }
}

@CommandHandler(RecordEventLines)
export class RecordEventLinesHandler implements ICommandHandler<RecordEventLines> {
  constructor(
    private readonly recorder: Recorder,
    private readonly names: DomainNames,
    private readonly unclaimed: UnclaimedLines,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async execute({ host, text, domains, context }: RecordEventLines): Promise<EventLinesOutcome> {
    const parsed = parseVirshEvents(text, host);
    const byVm = new Map<string, ProposedEvent[]>();
    const nameless: NamedEvent[] = [];
    // A domain may be called `constructor`: names are looked up in maps.
    const told = new Map(Object.entries(domains).map(([name, uuid]) => [name, uuid.toLowerCase()]));
    for (const { line, at, domain, event } of parsed.events) {
      if (event === null) continue;
      const proposed = {
        id: eventId('virsh-event', host, line),
        data: event,
        metadata: metadataOf(context, at, { line }),
      };
      const uuid = told.get(domain) ?? this.names.uuidOf(host, domain);
      if (uuid === null) nameless.push({ name: domain, event: proposed });
      else byVm.set(uuid, [...(byVm.get(uuid) ?? []), proposed]);
    }
    let [recorded, repeated, position]: [number, number, Position] = [0, 0, START];
    const reached = new Map<string, Position>();
    for (const [uuid, events] of byVm) {
      const outcome = await this.recorder.record(uuid, events);
      recorded += outcome.recorded;
      repeated += outcome.repeated;
      reached.set(uuid, outcome.position);
      if (outcome.position > position) ({ position } = outcome);
    }
    const put = nameless.length === 0 ? null : await this.unclaimed.put(host, nameless);
    for (const [name, uuid] of told)
      await this.unclaimed.claim({ host, name, uuid, at: reached.get(uuid) ?? START }, context);
    // A hook may have named the VM while its lines were put aside.
    for (const name of new Set(parsed.events.map(({ domain }) => domain)))
      await this.unclaimed.claimIfKnown(host, name, context);
    return {
      recorded,
      repeated: repeated + nameless.length - (put?.put ?? nameless.length),
      unclaimed: put?.put ?? 0,
      ignored: parsed.events.filter(({ event }) => event === null).length,
      unreadable: parsed.unreadable,
      position: put !== null && put.position > position ? put.position : position,
      warnings: clockWarnings(context, parsed.events.at(-1)?.at ?? null, this.config.clock.skewWarnMs),
    };
  }
}
