import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import type { HostEvent } from '../../domain/host/report.js';
import type { EventMetadata } from '../../domain/vm/envelope.js';
import { HopledgerError } from '../../errors.js';
import type { Ledger, Position } from '../../ledger/port.js';
import { LEDGER } from '../../ledger/token.js';
import { HostRegistry } from '../host-registry.js';
import { hostStream } from '../streams.js';
import { hostReportSchema } from './host-report-schema.js';
import {
  checkKey,
  idOf,
  metadataOfKeyed,
  orConflict,
  refuseOtherInput,
  type KeyedReport,
} from './keyed-report.js';
import { parseInput } from './parse-input.js';
import { hostName, prose } from './schema-text.js';

/** What became of a report about a host. */
export interface HostOutcome {
  readonly host: string;
  readonly eventId: string;
  readonly position: Position;
  readonly repeated: boolean;
}

/** Records what a host says of itself. `host` is checked here: it may be anything. */
export class ReportHost extends Command<HostOutcome> {
  constructor(
    readonly host: unknown,
    readonly report: KeyedReport,
  ) {
    super();
  }
}

/** Records that a host is taken out of service. */
export class RetireHost extends Command<HostOutcome> {
  constructor(
    readonly host: string,
    readonly reason: string | null,
    readonly report: KeyedReport,
  ) {
    super();
  }
}

/** One event into the stream of its host, once for each key. */
class HostRecording {
  constructor(
    private readonly registry: HostRegistry,
    private readonly ledger: Ledger,
  ) {}

  async record(data: HostEvent, report: KeyedReport): Promise<HostOutcome> {
    const id = idOf(report);
    const recording = this.registry.append(data, id, metadataOfKeyed(report));
    const { position, repeated } = await orConflict(report, recording);
    if (repeated) await this.refuseOtherInput(data.host, id, report);
    return { host: data.host, eventId: id, position, repeated };
  }

  private async refuseOtherInput(host: string, id: string, report: KeyedReport): Promise<void> {
    for await (const stored of this.ledger.readStream(hostStream(host))) {
      // The metadata of a host's events was written by this program.
      if (stored.id === id) refuseOtherInput(report, stored.metadata as EventMetadata);
    }
  }
}

@CommandHandler(ReportHost)
export class ReportHostHandler implements ICommandHandler<ReportHost> {
  private readonly recording: HostRecording;
  constructor(registry: HostRegistry, @Inject(LEDGER) ledger: Ledger) {
    this.recording = new HostRecording(registry, ledger);
  }

  /** @throws HopledgerError BAD_INPUT, IDEMPOTENCY_CONFLICT */
  async execute({ host, report }: ReportHost): Promise<HostOutcome> {
    checkKey(report);
    return this.recording.record({ type: 'HostReported', ...parseInput(hostReportSchema, host) }, report);
  }
}

const retirementSchema = z.object({ host: hostName, reason: prose(2000).nullable() });

@CommandHandler(RetireHost)
export class RetireHostHandler implements ICommandHandler<RetireHost> {
  private readonly recording: HostRecording;
  constructor(
    private readonly registry: HostRegistry,
    @Inject(LEDGER) ledger: Ledger,
  ) {
    this.recording = new HostRecording(registry, ledger);
  }

  /** @throws HopledgerError BAD_INPUT, UNKNOWN_HOST, IDEMPOTENCY_CONFLICT */
  async execute({ host, reason, report }: RetireHost): Promise<HostOutcome> {
    checkKey(report);
    parseInput(retirementSchema, { host, reason });
    if (this.registry.host(host) === null)
      throw new HopledgerError('UNKNOWN_HOST', `no report of host ${host}`, { host });
    return this.recording.record({ type: 'HostRetired', host, reason }, report);
  }
}
