import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Recorded } from '../../domain/vm/envelope.js';
import type { VmEvent } from '../../domain/vm/events.js';
import { HopledgerError } from '../../errors.js';
import { Recorder, type RecordOutcome } from '../recorder.js';
import { checkCorrection } from './check-correction.js';
import {
  checkKey,
  idOf,
  metadataOfKeyed,
  orConflict,
  refuseOtherInput,
  type KeyedReport,
} from './keyed-report.js';
import { parseInput } from './parse-input.js';
import { vmEventSchema } from './vm-event-schema.js';
import { withoutSecrets } from './without-secrets.js';

/** Records one event about a VM that somebody reports by hand. `event` is checked here: it may be anything. */
export class RecordVmEvent extends Command<RecordOutcome> {
  constructor(
    readonly uuid: string,
    readonly event: unknown,
    readonly report: KeyedReport,
  ) {
    super();
  }
}

@CommandHandler(RecordVmEvent)
export class RecordVmEventHandler implements ICommandHandler<RecordVmEvent> {
  constructor(private readonly recorder: Recorder) {}

  /**
   * @throws HopledgerError BAD_INPUT, IDEMPOTENCY_CONFLICT, and for statements about what is recorded already
   *   UNKNOWN_VM, UNKNOWN_EVENT; nothing was written then
   */
  async execute({ uuid, event, report }: RecordVmEvent): Promise<RecordOutcome> {
    checkKey(report);
    const data = parseInput(vmEventSchema, withoutSecrets(event));
    const id = idOf(report);
    const recording = this.recorder.recordFrom(uuid, async (history) => {
      const before = history.find((recorded) => recorded.id === id);
      if (before !== undefined) refuseOtherInput(report, before.metadata);
      else refuseBaseless(uuid, data, history);
      return [{ id, data, metadata: metadataOfKeyed(report) }];
    });
    return orConflict(report, recording);
  }
}

const ABOUT_THE_RECORD: ReadonlySet<VmEvent['type']> = new Set([
  'OriginAsserted',
  'LabelsSet',
  'EventCorrected',
  'EventRetracted',
]);

/** What a host saw is taken whatever is known; what somebody says about the record needs a record. */
const refuseBaseless = (uuid: string, data: VmEvent, history: readonly Recorded[]): void => {
  if (!ABOUT_THE_RECORD.has(data.type)) return;
  if (history.length === 0)
    throw new HopledgerError('UNKNOWN_VM', `nothing of VM ${uuid} was recorded`, { uuid });
  if (data.type === 'EventCorrected') checkCorrection(data, history);
};
