import { createHash } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Inject } from '@nestjs/common';
import type { AdviceGiven } from '../../domain/vm/events.js';
import { instantOf } from '../../domain/vm/instant.js';
import { HopledgerError } from '../../errors.js';
import { clockWarnings } from '../../recording/clock-warning.js';
import { eventId } from '../../recording/event-id.js';
import { HostRegistry } from '../../recording/host-registry.js';
import { Recorder, type RecordOutcome } from '../../recording/recorder.js';
import { metadataOf, type ReportContext } from '../../recording/report-context.js';
import { VmReader } from '../../recording/vm-reader.js';
import type { Config } from '../../runtime/config.js';
import type { Logger } from '../../runtime/logging.js';
import type { Metrics } from '../../runtime/metrics.js';
import { CONFIG, LOGGER, METRICS } from '../../runtime/provided.js';
import { BadDomainXml } from './domain-xml.js';
import type { HookAnswer, HookCall } from './hook-call.js';
import { adviceEvent, adviceOn, eventsOfCall, ownRefusal, preparedHop } from './hook-events.js';
import { HookJudge, type Given } from './hook-judgement.js';
import { answersXml, readHookReport, type HookReport } from './hook-report.js';
import type { OverrideForm } from './merge-overrides.js';
import { UnclaimedLines } from './unclaimed-lines.js';

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
  private readonly judge: HookJudge;
  constructor(
    private readonly recorder: Recorder,
    private readonly reader: VmReader,
    private readonly hosts: HostRegistry,
    private readonly unclaimed: UnclaimedLines,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(METRICS) private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.judge = new HookJudge(reader, hosts, config);
  }

  async execute({ call, context }: AnswerHook): Promise<HookAnswer> {
    const started = performance.now();
    const report = await this.read(call, context);
    const told = await this.tell(call, report, context);
    const answer = { ...told, warnings: clockWarnings(context, call.at, this.config.clock.skewWarnMs) };
    await this.claim({ host: call.host, ...report, at: told.position }, context);
    this.metrics.countHookDecision(
      call.argv[1] ?? 'unknown',
      answer.answer,
      (performance.now() - started) / 1000,
    );
    return answer;
  }

  private tell(call: HookCall, report: HookReport, context: ReportContext): Promise<Told> {
    if (!answersXml(call.argv)) return this.note(call, report, context);
    return call.late === null
      ? this.advise(call, report, context)
      : this.noteLate(call, call.late, report, context);
  }

  /** What waited for the VM's name is recorded; if not now, with its next report. The answer does not hang on it. */
  private async claim(told: Parameters<UnclaimedLines['claim']>[0], context: ReportContext): Promise<void> {
    const { host, uuid } = told;
    try {
      await this.unclaimed.claim(told, context);
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
    return noted(await this.recorder.record(report.uuid, eventsOfCall(call, report, context)));
  }

  /**
   * A hop that hopledger was not there for. Whatever it answered, too late to be heard, stays on record; a refusal of the
   * host's own stands beside it, since that is what became of the hop.
   */
  private async noteLate(
    call: HookCall,
    did: 'passed' | 'refused',
    report: HookReport,
    context: ReportContext,
  ): Promise<Told> {
    const prepared = preparedHop(eventsOfCall(call, report, context));
    const outcome = await this.recorder.recordFrom(report.uuid, (history) =>
      Promise.resolve(
        did === 'passed' || adviceOn(history, prepared.id)?.answer === 'refused'
          ? [prepared]
          : [prepared, ownRefusal(prepared, this.reader.catalogue.revision, context)],
      ),
    );
    return noted(outcome);
  }

  private async advise(call: HookCall, report: HookReport, context: ReportContext): Promise<Told> {
    // Made anew when another writer was faster; the last one is what was recorded.
    const made: Given[] = [];
    const outcome = await this.recorder.recordFrom(report.uuid, (history) => {
      const prepared = preparedHop(eventsOfCall(call, report, context));
      const before = adviceOn(history, prepared.id);
      if (before !== null) {
        made.push({ advice: before, form: formOf(before) });
        return Promise.resolve([prepared]);
      }
      const given = this.judge.judge(call, report, prepared.data, instantOf(prepared.metadata), history);
      made.push(given);
      const basedOnRevision = history.at(-1)?.revision.toString() ?? null;
      return Promise.resolve([
        prepared,
        adviceEvent(prepared, { ...given.advice, basedOnRevision }, context),
      ]);
    });
    const given = made.at(-1);
    if (given === undefined) throw new Error('a hop is answered before it is recorded');
    const { advice, form } = given;
    return {
      answer: advice.answer,
      verdict: advice.verdict,
      message: advice.message,
      xml: advice.answer === 'refused' ? null : this.judge.rewrite(call.xml, advice, form),
      ...summary(outcome),
    };
  }
}

type Told = Omit<HookAnswer, 'warnings'>;

/** A repeated call is answered in the form of then: whether `-global` was used shows in the overrides. */
const formOf = ({ overrides }: AdviceGiven): OverrideForm =>
  overrides.length > 0 && overrides.every(({ alias }) => alias === null)
    ? 'qemu:commandline'
    : 'qemu:override';

const noted = (outcome: RecordOutcome): Told => ({
  answer: 'recorded',
  xml: null,
  verdict: null,
  message: null,
  ...summary(outcome),
});

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
