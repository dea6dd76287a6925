import { createHash } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Inject } from '@nestjs/common';
import { askHop, type HopAnswered } from '../../domain/hop/ask.js';
import { hostDestination } from '../../domain/hop/host-destination.js';
import type { LaunchConfiguration } from '../../domain/qemu/device.js';
import type { ProposedEvent } from '../../domain/vm/decide.js';
import type { Recorded } from '../../domain/vm/envelope.js';
import type { AdviceGiven, HopPrepared, VmEventOf } from '../../domain/vm/events.js';
import { instantOf } from '../../domain/vm/instant.js';
import type { Position } from '../../ledger/port.js';
import { clockWarnings } from '../../recording/clock-warning.js';
import { eventId } from '../../recording/event-id.js';
import { HostRegistry } from '../../recording/host-registry.js';
import { Recorder, type RecordOutcome } from '../../recording/recorder.js';
import { metadataOf, type ReportContext } from '../../recording/report-context.js';
import { VmReader } from '../../recording/vm-reader.js';
import { HopledgerError } from '../../errors.js';
import { CONFIG, LOGGER, METRICS } from '../../runtime/provided.js';
import type { Config } from '../../runtime/config.js';
import type { Logger } from '../../runtime/logging.js';
import type { Metrics } from '../../runtime/metrics.js';
import { BadDomainXml, parseDomainXml } from './domain-xml.js';
import { decideHook } from './hook-policy.js';
import { answersXml, readHookReport, type HookReport } from './hook-report.js';
import { launchConfigurationOf } from './launch-configuration.js';
import { mergeOverrides, type OverrideForm } from './merge-overrides.js';
import { removeOverrides } from './remove-overrides.js';
import { UnclaimedLines } from './unclaimed-lines.js';

/** One call of libvirt's hook, as the host sent it. */
export interface HookCall {
  readonly host: string;
  /** VM name, operation, sub-operation, extra. */
  readonly argv: readonly string[];
  readonly xml: string;
  /** ISO 8601, the host's clock when the hook was called; null: now. */
  readonly at: string | null;
  /** Whatever makes the call known when it is sent again; null: `at` and the content do. */
  readonly id: string | null;
}

export interface HookAnswer {
  readonly answer: AdviceGiven['answer'] | 'recorded';
  /** Null unless the operation takes an XML back. */
  readonly xml: string | null;
  readonly verdict: AdviceGiven['verdict'] | null;
  readonly message: string | null;
  readonly uuid: string;
  readonly eventIds: readonly string[];
  readonly position: Position;
  /** The call was on record already; the answer is the one given then. */
  readonly repeated: boolean;
  /** Nothing that stops anything, such as a clock that is off. */
  readonly warnings: readonly string[];
}

/** Records a hook call; for `migrate begin` and `restore begin` says which XML to use. */
export class AnswerHook extends Command<HookAnswer> {
  constructor(
    readonly call: HookCall,
    readonly context: ReportContext,
  ) {
    super();
  }
}

@CommandHandler(AnswerHook)
export class AnswerHookHandler implements ICommandHandler<AnswerHook> {
  constructor(
    private readonly recorder: Recorder,
    private readonly reader: VmReader,
    private readonly hosts: HostRegistry,
    private readonly unclaimed: UnclaimedLines,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(METRICS) private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async execute({ call, context }: AnswerHook): Promise<HookAnswer> {
    const started = performance.now();
    const report = await this.read(call, context);
    const told = answersXml(call.argv)
      ? await this.advise(call, report, context)
      : await this.note(call, report, context);
    const answer = { ...told, warnings: clockWarnings(context, call.at, this.config.clock.skewWarnMs) };
    await this.claim(call, report, context);
    this.metrics.countHookDecision(
      call.argv[1] ?? 'unknown',
      answer.answer,
      (performance.now() - started) / 1000,
    );
    return answer;
  }

  /** What waited for the VM's name is recorded; if not now, with its next report. The answer does not hang on it. */
  private async claim({ host }: HookCall, { name, uuid }: HookReport, context: ReportContext): Promise<void> {
    try {
      await this.unclaimed.claim(host, name, uuid, context);
    } catch (err) {
      this.logger.error({ err, host, vm: uuid }, 'event lines that wait for this VM were not recorded');
    }
  }

  /** Broken XML is refused, and the attempt put on record: a host that sends it is worth knowing of. */
  private async read(call: HookCall, context: ReportContext): Promise<HookReport> {
    try {
      return readHookReport(call, this.config.xml);
    } catch (error) {
      if (!(error instanceof BadDomainXml)) throw error;
      const digest = createHash('sha256').update(call.xml).digest('hex');
      const id = eventId('ReportRejected', call.host, ...call.argv, call.at ?? context.correlationId, digest);
      const bytes = Buffer.byteLength(call.xml);
      await this.hosts.append(
        { type: 'ReportRejected', host: call.host, code: error.code, message: error.message, digest, bytes },
        id,
        metadataOf(context, call.at, { argv: call.argv }),
      );
      throw new HopledgerError('BAD_DOMAIN_XML', error.message, {
        line: error.line ?? 0,
        column: error.column ?? 0,
      });
    }
  }

  private async note(call: HookCall, report: HookReport, context: ReportContext): Promise<Told> {
    const outcome = await this.recorder.record(report.uuid, this.propose(call, report, context));
    return { answer: 'recorded', xml: null, verdict: null, message: null, ...summary(outcome) };
  }

  private async advise(call: HookCall, report: HookReport, context: ReportContext): Promise<Told> {
    // Made anew when another writer was faster; the last one is what was recorded.
    const made: Given[] = [];
    const outcome = await this.recorder.recordFrom(report.uuid, (history) => {
      const [prepared] = this.propose(call, report, context);
      if (prepared?.data.type !== 'HopPrepared') throw new Error('an operation that takes an XML is a hop');
      const before = adviceOn(history, prepared.id);
      if (before !== null) {
        made.push({ advice: before, form: formOf(before) });
        return Promise.resolve([prepared]);
      }
      const given = this.judge(call, report, prepared.data, instantOf(prepared.metadata), history);
      made.push(given);
      const basedOnRevision = history.at(-1)?.revision.toString() ?? null;
      return Promise.resolve([
        prepared,
        this.adviceEvent(prepared, { ...given.advice, basedOnRevision }, context),
      ]);
    });
    const given = made.at(-1);
    if (given === undefined) throw new Error('a hop is answered before it is recorded');
    const { advice, form } = given;
    return {
      answer: advice.answer,
      verdict: advice.verdict,
      message: advice.message,
      xml: advice.answer === 'refused' ? null : this.rewrite(call.xml, advice, form),
      ...summary(outcome),
    };
  }

  private judge(
    call: HookCall,
    report: HookReport,
    prepared: HopPrepared,
    at: number,
    history: readonly Recorded[],
  ): Given {
    const destination = hostDestination({
      hosts: this.hosts.directory(),
      host: call.host,
      at,
      retired: this.hosts.host(call.host)?.retired === true,
      build: null,
      emulator: prepared.configuration?.emulator,
      factsOf: (fingerprint) => this.hosts.builds.factsOf(fingerprint),
    });
    const knowledge = this.reader.knowledge();
    const ask = (configuration: LaunchConfiguration | null): HopAnswered | null =>
      destination === null
        ? null
        : askHop({
            uuid: report.uuid,
            events: history,
            knowledge,
            destination,
            configuration,
            via: prepared.via,
            savedState: null,
            at,
          });
    const answered = ask(prepared.configuration);
    const decision = decideHook(answered, destination, this.config.hook, knowledge.catalogue);
    const removals = decision.answer === 'rewritten' ? (answered?.assessment?.removals ?? []) : [];
    const advice: VmEventOf<'AdviceGiven'> = {
      type: 'AdviceGiven',
      host: call.host,
      name: report.name,
      verdict: decision.verdict,
      answer: decision.answer,
      overrides: decision.overrides,
      removals,
      message: decision.message,
      catalogueRevision: knowledge.catalogue.revision,
      basedOnRevision: null,
    };
    const given: Given = { advice, form: decision.form };
    if (decision.answer !== 'rewritten') return given;
    const left = ask(this.configurationOf(this.rewrite(call.xml, advice, decision.form)))?.assessment;
    return left == null || (left.overrides.length === 0 && left.removals.length === 0)
      ? given
      : { ...given, advice: this.unwritten(advice) };
  }

  /** What libvirt will make of an XML. */
  private configurationOf(xml: string): LaunchConfiguration {
    return launchConfigurationOf(parseDomainXml(xml, this.config.xml)).configuration;
  }

  /** The rewritten XML was read and judged again, and would still not do: something in it outranks what was put in. */
  private unwritten(advice: AdviceGiven): AdviceGiven {
    const why =
      'hopledger: the domain XML sets the same properties in a way that outranks an override; set them there by hand';
    return {
      ...advice,
      answer: this.config.hook.blocked === 'refuse' ? 'refused' : 'warned',
      overrides: [],
      removals: [],
      message: `${why}\n${advice.message ?? ''}`,
    };
  }

  private rewrite(xml: string, advice: AdviceGiven, form: OverrideForm): string {
    return advice.answer === 'rewritten'
      ? mergeOverrides(
          removeOverrides(xml, advice.removals, this.config.xml),
          advice.overrides,
          form,
          this.config.xml,
        )
      : xml;
  }

  private propose(call: HookCall, report: HookReport, context: ReportContext): readonly ProposedEvent[] {
    const same =
      call.id ??
      (call.at === null
        ? context.correlationId
        : `${call.at} ${createHash('sha256').update(call.xml).digest('hex')}`);
    const raw = { argv: call.argv, xml: report.xml };
    return report.events.map((data, index) => ({
      id: eventId('libvirt-hook', call.host, ...call.argv, same, String(index)),
      data,
      metadata: metadataOf(context, call.at, raw),
    }));
  }

  private adviceEvent(prepared: ProposedEvent, data: AdviceGiven, context: ReportContext): ProposedEvent {
    const { occurredAt } = prepared.metadata;
    return {
      id: eventId('AdviceGiven', prepared.id),
      data,
      metadata: {
        ...metadataOf(context, occurredAt, null, prepared.id),
        actor: 'hopledger',
        clockSkewMs: prepared.metadata.clockSkewMs,
      },
    };
  }
}

type Told = Omit<HookAnswer, 'warnings'>;

interface Given {
  readonly advice: AdviceGiven;
  readonly form: OverrideForm;
}

/** A repeated call is answered in the form of then: whether `-global` was used shows in the overrides. */
const formOf = ({ overrides }: AdviceGiven): OverrideForm =>
  overrides.length > 0 && overrides.every(({ alias }) => alias === null)
    ? 'qemu:commandline'
    : 'qemu:override';

const adviceOn = (history: readonly Recorded[], preparedId: string): AdviceGiven | null => {
  const found = history.find(
    ({ data, metadata }) => data.type === 'AdviceGiven' && metadata.causationId === preparedId,
  );
  return found?.data.type === 'AdviceGiven' ? found.data : null;
};

const summary = ({
  uuid,
  eventIds,
  position,
  recorded,
}: RecordOutcome): Pick<HookAnswer, 'uuid' | 'eventIds' | 'position' | 'repeated'> => ({
  uuid,
  eventIds,
  position,
  repeated: recorded === 0,
});
