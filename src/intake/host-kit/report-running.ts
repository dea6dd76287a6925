import { createHash } from 'node:crypto';
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { HopledgerError } from '../../errors.js';
import { START, type Position } from '../../ledger/port.js';
import { eventId } from '../../recording/event-id.js';
import { Recorder } from '../../recording/recorder.js';
import { metadataOf, type ReportContext } from '../../recording/report-context.js';
import type { Config } from '../../runtime/config.js';
import { CONFIG } from '../../runtime/provided.js';
import { BadDomainXml, parseDomainXml, type DomainXml } from '../libvirt/domain-xml.js';
import { launchConfigurationOf } from '../libvirt/launch-configuration.js';
import { redactDomainXml } from '../libvirt/redact.js';
import { UnclaimedLines } from '../libvirt/unclaimed-lines.js';

/** A domain as its host finds it running. */
export interface RunningDomain {
  readonly host: string;
  /** As `virsh domstate --reason` says: `paused (user)`. */
  readonly state: string;
  /** Tells its QEMU process from every other of the host. */
  readonly process: string;
  /** ISO 8601, the host's clock. */
  readonly at: string;
  /** As `virsh dumpxml` prints it. */
  readonly xml: string;
}

export interface RunningOutcome {
  readonly uuid: string;
  readonly recorded: number;
  readonly repeated: number;
  /** Why nothing is recorded; null otherwise. */
  readonly passedOver: string | null;
  readonly position: Position;
}

/**
 * Records that a VM runs on a host: its follower says so of every domain when it starts, and after it was cut off from
 * libvirt. The same process with the same XML is recorded once.
 */
export class ReportRunning extends Command<RunningOutcome> {
  constructor(
    readonly domain: RunningDomain,
    readonly context: ReportContext,
  ) {
    super();
  }
}

/**
 * States of a process that waits for a guest or gives one away: it is there and holds no guest that could be adopted.
 * @see libvirt `virDomainStateReasonToString`
 */
const IN_BETWEEN =
  /\((?:migrating|starting up|post-copy|post-copy failed|from snapshot|saving)\)$|^in shutdown/;

@CommandHandler(ReportRunning)
export class ReportRunningHandler implements ICommandHandler<ReportRunning> {
  constructor(
    private readonly recorder: Recorder,
    private readonly unclaimed: UnclaimedLines,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws HopledgerError BAD_DOMAIN_XML */
  async execute({ domain, context }: ReportRunning): Promise<RunningOutcome> {
    const { host, state, process, at, xml } = domain;
    const parsed = this.parse(xml);
    const { uuid, name } = parsed;
    if (IN_BETWEEN.test(state))
      return { uuid, recorded: 0, repeated: 0, passedOver: `it is ${state}`, position: START };
    const { configuration } = launchConfigurationOf(parsed);
    const digest = createHash('sha256').update(xml).digest('hex');
    const outcome = await this.recorder.record(uuid, [
      {
        id: eventId('libvirt-running', host, uuid, process, digest),
        data: { type: 'VmAdopted', host, name, build: null, configuration, kernel: null },
        metadata: metadataOf(context, at, { state, process, xml: redactDomainXml(xml, this.config.xml) }),
      },
    ]);
    const { recorded, repeated, position } = outcome;
    await this.unclaimed.claim({ host, name, uuid, at: position }, context);
    return { uuid, recorded, repeated, passedOver: null, position };
  }

  private parse(xml: string): DomainXml {
    try {
      return parseDomainXml(xml, this.config.xml);
    } catch (error) {
      if (!(error instanceof BadDomainXml)) throw error;
      const { line, column } = error;
      throw new HopledgerError('BAD_DOMAIN_XML', error.message, { line: line ?? 0, column: column ?? 0 });
    }
  }
}
