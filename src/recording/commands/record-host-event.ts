import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { createHash } from 'node:crypto';
import type { HostBuild, HostEvent } from '../../domain/host/report.js';
import type { EventMetadata } from '../../domain/vm/envelope.js';
import { HopledgerError } from '../../errors.js';
import type { Ledger, Position } from '../../ledger/port.js';
import { LEDGER } from '../../ledger/token.js';
import { HostRegistry } from '../host-registry.js';
import { hostStream } from '../streams.js';
import { hostReportSchema, toHostBuild, type ReportedHost } from './host-report-schema.js';
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
  constructor(
    private readonly registry: HostRegistry,
    @Inject(LEDGER) ledger: Ledger,
  ) {
    this.recording = new HostRecording(registry, ledger);
  }

  /** @throws HopledgerError BAD_INPUT, IDEMPOTENCY_CONFLICT */
  async execute({ host, report }: ReportHost): Promise<HostOutcome> {
    checkKey(report);
    const said = parseInput(hostReportSchema, host);
    const small = { ...report, input: withoutProbes(report.input) };
    // Before the report that names them: whoever reads the ledger in its order knows them by then.
    const builds = await this.recordBuilds(said, small);
    return this.recording.record({ type: 'HostReported', ...said, builds }, small);
  }

  private async recordBuilds({ builds }: ReportedHost, report: KeyedReport): Promise<readonly HostBuild[]> {
    const metadata = { ...metadataOfKeyed(report), report: null };
    const recorded: HostBuild[] = [];
    for (const build of builds) {
      const facts =
        build.probe === null ? null : await this.registry.builds.record(build.probe.facts, metadata);
      recorded.push(toHostBuild(build, facts));
    }
    return recorded;
  }
}

/** The raw report is kept with the event; of a probe, which has its own, only what tells it from another. */
const withoutProbes = (input: unknown): unknown => {
  if (!hasBuilds(input)) return input;
  const builds = input.builds.map((build) =>
    build.probe == null
      ? build
      : {
          ...build,
          probe: `sha256:${createHash('sha256').update(JSON.stringify(build.probe)).digest('hex')}`,
        },
  );
  return { ...input, builds };
};

const hasBuilds = (input: unknown): input is { readonly builds: readonly { readonly probe?: unknown }[] } =>
  typeof input === 'object' && input !== null && 'builds' in input && Array.isArray(input.builds);

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
