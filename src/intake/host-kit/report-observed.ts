import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { HopledgerError } from '../../errors.js';
import type { Position } from '../../ledger/port.js';
import { eventId } from '../../recording/event-id.js';
import { Recorder } from '../../recording/recorder.js';
import { metadataOf, type ReportContext } from '../../recording/report-context.js';
import { VmReader } from '../../recording/vm-reader.js';

export interface ObservedOutcome {
  readonly recorded: number;
  readonly repeated: number;
  /** What was derived and what was read, where they differ. */
  readonly drift: readonly {
    readonly alias: string;
    readonly behaviour: string;
    readonly derived: string | null;
    readonly observed: string;
  }[];
  readonly position: Position;
}

/** Where and when values were read. */
export interface ObservedOn {
  readonly host: string;
  readonly uuid: string;
  readonly name: string;
  /** ISO 8601, the host's clock. */
  readonly at: string;
}

/** Records values that were read out of a running guest. */
export class ReportObserved extends Command<ObservedOutcome> {
  constructor(
    readonly on: ObservedOn,
    /** Lines `property ALIAS NAME VALUE` or `register ALIAS NAME VALUE`. */
    readonly text: string,
    readonly context: ReportContext,
  ) {
    super();
  }
}

const LINE = /^(property|register) ([A-Za-z0-9_.-]{1,200}) ([A-Za-z0-9_.-]{1,100}) (\S{1,200})$/;
const MAX_LINES = 1_000;

@CommandHandler(ReportObserved)
export class ReportObservedHandler implements ICommandHandler<ReportObserved> {
  constructor(
    private readonly recorder: Recorder,
    private readonly reader: VmReader,
  ) {}

  /** @throws HopledgerError BAD_INPUT naming the line; UNKNOWN_VM when the VM is not known to run on the host */
  async execute({ on, text, context }: ReportObserved): Promise<ObservedOutcome> {
    const { host, uuid, name, at } = on;
    const seen = valuesOf(text);
    if ((await this.reader.vm(uuid))?.vm.current?.host !== host)
      throw new HopledgerError('UNKNOWN_VM', `VM ${uuid} is not known to run on ${host}`, { uuid });
    const { recorded, repeated, position } = await this.recorder.record(
      uuid,
      seen.map(({ kind, alias, what, value }) => ({
        id: eventId('kit-observed', host, uuid, kind, alias, what, value, at),
        data: { type: 'ValueObserved', host, name, alias, what: { kind, name: what }, value },
        metadata: metadataOf(context, at, null),
      })),
    );
    const carried = (await this.reader.vm(uuid))?.vm.carried ?? [];
    const drift = carried.flatMap(({ alias, behaviour, drift: found }) =>
      found === null ? [] : { alias, behaviour, derived: found.derived, observed: found.observed },
    );
    return { recorded, repeated, position, drift };
  }
}

interface SeenValue {
  readonly kind: 'property' | 'register';
  readonly alias: string;
  readonly what: string;
  readonly value: string;
}

const valuesOf = (text: string): readonly SeenValue[] => {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0 || lines.length > MAX_LINES)
    throw new HopledgerError('BAD_INPUT', `not 1 to ${MAX_LINES} lines`, { field: 'body' });
  return lines.map((line, index) => {
    const [, kind, alias = '', what = '', value = ''] = LINE.exec(line) ?? [];
    if (kind !== 'property' && kind !== 'register')
      throw new HopledgerError('BAD_INPUT', `line ${index + 1}: not KIND ALIAS NAME VALUE`, {
        field: `line ${index + 1}`,
      });
    return { kind, alias, what, value };
  });
};
