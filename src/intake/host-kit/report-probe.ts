import { isDeepStrictEqual } from 'node:util';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { HostReport } from '../../domain/host/report.js';
import { HopledgerError } from '../../errors.js';
import type { Position } from '../../ledger/port.js';
import { ReportHost } from '../../recording/commands/record-host-event.js';
import { HostRegistry, type KnownHost } from '../../recording/host-registry.js';
import type { ReportContext } from '../../recording/report-context.js';
import { ProbeFailed } from '../qmp/probe-failed.js';
import { readBuildFacts } from '../qmp/read-build-facts.js';
import {
  earlierBuild,
  reportOf,
  type EarlierBuild,
  type ProbedReport,
  type ProbedText,
} from './probed-report.js';
import { readProbeText } from './probe-text.js';

export interface ProbeOutcome {
  readonly host: string;
  /** `10.0.13 (Debian …)` of each binary. */
  readonly builds: readonly { readonly version: string; readonly package: string | null }[];
  /** False: the host had said the same before. */
  readonly news: boolean;
  readonly position: Position | null;
}

/** Records what a host's kit found out about its QEMU binaries. */
export class ReportProbe extends Command<ProbeOutcome> {
  constructor(
    readonly host: string,
    /** ISO 8601, the host's clock. */
    readonly at: string,
    /** For `readProbeText`. */
    readonly text: string,
    readonly context: ReportContext,
  ) {
    super();
  }
}

@CommandHandler(ReportProbe)
export class ReportProbeHandler implements ICommandHandler<ReportProbe> {
  constructor(
    private readonly hosts: HostRegistry,
    private readonly commands: CommandBus,
  ) {}

  /** @throws HopledgerError BAD_INPUT; PROBE_FAILED when what is said to be QEMU's answers is not */
  async execute({ host, at, text, context }: ReportProbe): Promise<ProbeOutcome> {
    const said = readProbed(text);
    const before = this.hosts.host(host);
    // The kit does not know these; what somebody said of them holds.
    const { vendor = null, deviceFeatures = null } = before?.report ?? {};
    const probed = reportOf(host, said, (emulator) => this.lastKnown(host, emulator));
    const report = { ...probed, vendor: said.vendor ?? vendor, deviceFeatures };
    const builds = report.builds.map(({ version, package: packaged }) => ({ version, package: packaged }));
    if (before !== null && !before.retired && saysTheSame(report, before))
      return { host, builds, news: false, position: null };
    const key = { idempotencyKey: `probe of ${host} at ${at}`, occurredAt: at, context, input: report };
    const { position } = await this.commands.execute(new ReportHost(report, key));
    return { host, builds, news: true, position };
  }

  private lastKnown(host: string, emulator: string): EarlierBuild | null {
    const reports = this.hosts.directory().get(host) ?? [];
    return earlierBuild(
      reports.map(({ report }) => report),
      emulator,
      (fingerprint) => this.hosts.builds.factsOf(fingerprint),
    );
  }
}

const readProbed = (text: string): ProbedText => {
  try {
    const said = readProbeText(text);
    const binaries = said.binaries.map(({ emulator, returns }) => ({
      emulator,
      probe: returns === null ? null : readBuildFacts(returns),
    }));
    if (binaries.every(({ probe }) => probe === null))
      throw new HopledgerError('BAD_INPUT', 'no emulator that answered', { field: 'body' });
    return { ...said, binaries };
  } catch (error) {
    if (!(error instanceof ProbeFailed)) throw error;
    throw new HopledgerError('PROBE_FAILED', error.message);
  }
};

type Report = ProbedReport & Pick<HostReport, 'vendor' | 'deviceFeatures'>;

const saysTheSame = (report: Report, { report: before }: KnownHost): boolean => {
  const builds = report.builds.map(({ probe, version, package: packaged, emulator }) => ({
    version,
    package: packaged,
    emulator,
    facts: probe?.facts.fingerprint ?? null,
    cpu: probe?.cpu ?? null,
  }));
  const said: HostReport = { ...report, builds };
  return isDeepStrictEqual(plain(said), plain({ ...before, deviceFeatures: before.deviceFeatures ?? null }));
};

/** As JSON has it. */
const plain = (report: HostReport): unknown => JSON.parse(JSON.stringify(report));
