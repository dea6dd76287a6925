import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { createHash } from 'node:crypto';
import { assertNever } from '../../domain/assert-never.js';
import type { ProposedEvent } from '../../domain/vm/decide.js';
import { HopledgerError } from '../../errors.js';
import { START, type Position } from '../../ledger/port.js';
import type { KeyedReport } from '../../recording/commands/keyed-report.js';
import { orDuplicate } from '../../recording/commands/keyed-report.js';
import { parseInput } from '../../recording/commands/parse-input.js';
import { ReportHost } from '../../recording/commands/record-host-event.js';
import { RecordVmEvent } from '../../recording/commands/record-vm-event.js';
import { vmEventSchema } from '../../recording/commands/vm-event-schema.js';
import { withoutSecrets } from '../../recording/commands/without-secrets.js';
import { DomainNames } from '../../recording/domain-names.js';
import { eventId } from '../../recording/event-id.js';
import { HostRegistry } from '../../recording/host-registry.js';
import { Recorder } from '../../recording/recorder.js';
import { metadataOf, type ReportContext } from '../../recording/report-context.js';
import { isHostName, isUuid } from '../../recording/streams.js';
import { requireHost, type Principal } from '../../runtime/principal.js';
import { UnclaimedLines } from '../libvirt/unclaimed-lines.js';
import type { Message } from './messages.js';
import type { Reading, SourceReport } from './reading.js';

/** Who sends, and what is known of the request. */
export interface Sender {
  readonly principal: Principal;
  readonly context: ReportContext;
}

/** What came of one message, as far as it was recorded. */
export interface Kept {
  readonly eventIds: readonly string[];
  readonly recorded: number;
  readonly repeated: number;
  /** Waiting until a report names the VM. */
  readonly unclaimed: number;
  readonly position: Position;
}

const NOTHING: Kept = { eventIds: [], recorded: 0, repeated: 0, unclaimed: 0, position: START };

/** Records what a message was understood to say. */
@Injectable()
export class SourceRecorder {
  constructor(
    private readonly recorder: Recorder,
    private readonly hosts: HostRegistry,
    private readonly names: DomainNames,
    private readonly unclaimed: UnclaimedLines,
    private readonly commands: CommandBus,
  ) {}

  /** @throws HopledgerError when it is refused; nothing of it was written then */
  async record(reading: Reading, sender: Sender): Promise<Kept> {
    switch (reading.kind) {
      case 'reports':
        return this.recordReports(reading, sender);
      case 'named':
        return this.recordNamed(reading, sender);
      case 'keyed':
        return this.recordKeyed(reading, sender);
      case 'host':
        return this.recordHost(reading, sender);
      case 'ignored':
        return NOTHING;
      default:
        return assertNever(reading);
    }
  }

  /** Puts on record that a message was refused, where it is known whose it was: once for each content. */
  async keepRefused(
    { text, value }: Message,
    error: HopledgerError,
    { principal, context }: Sender,
  ): Promise<void> {
    const host = principal.host ?? hostOf(value);
    if (host === null) return;
    const digest = createHash('sha256').update(text).digest('hex');
    const { code, message } = error;
    const bytes = Buffer.byteLength(text);
    const id = eventId('ReportRejected', context.tool, host, code, digest);
    const data = {
      type: 'ReportRejected',
      host,
      code,
      message: message.slice(0, 2000),
      digest,
      bytes,
    } as const;
    await this.hosts.append(data, id, metadataOf(context, null, null));
  }

  private async recordReports(
    { uuid, reports, names, raw }: Extract<Reading, { kind: 'reports' }>,
    sender: Sender,
  ): Promise<Kept> {
    if (!isUuid(uuid))
      throw new HopledgerError('BAD_INPUT', 'the VM is not named by a UUID', { field: 'uuid' });
    for (const { host } of names) requireOwn(host, sender);
    const events = reports.map((report) => proposed(report, raw, sender));
    const recording = this.recorder.record(uuid, events);
    const outcome = await orDuplicate(() => 'the same was said before, of another VM', recording);
    const { eventIds, recorded, repeated, position } = outcome;
    for (const { host, name } of names)
      await this.unclaimed.claim({ host, name, uuid, at: position }, sender.context);
    return { eventIds, recorded, repeated, position, unclaimed: 0 };
  }

  private async recordNamed(
    { name, hosts, reports, raw }: Extract<Reading, { kind: 'named' }>,
    sender: Sender,
  ): Promise<Kept> {
    for (const host of hosts) requireOwn(host, sender);
    const [uuid] = hosts.flatMap((host) => this.names.uuidOf(host, name) ?? []);
    if (uuid !== undefined)
      return this.recordReports({ kind: 'reports', uuid, reports, names: [], raw }, sender);
    const events = reports.map((report) => proposed(report, raw, sender));
    const [host] = hosts;
    if (host === undefined || events.length === 0) return NOTHING;
    const { put, position } = await this.unclaimed.put(
      host,
      events.map((event) => ({ name, event })),
    );
    // Another report may have named the VM while this one was put aside.
    await this.unclaimed.claimIfKnown(host, name, sender.context);
    const eventIds = events.map(({ id }) => id);
    return { eventIds, recorded: 0, repeated: events.length - put, unclaimed: put, position };
  }

  private async recordKeyed(reading: Extract<Reading, { kind: 'keyed' }>, sender: Sender): Promise<Kept> {
    const { uuid, event } = reading;
    requireHost(sender.principal, event.host);
    const command = new RecordVmEvent(uuid, event, keyedReport(reading, sender));
    const outcome = await this.commands.execute(command);
    const { eventIds, recorded, repeated, position } = outcome;
    return { eventIds, recorded, repeated, position, unclaimed: 0 };
  }

  private async recordHost(reading: Extract<Reading, { kind: 'host' }>, sender: Sender): Promise<Kept> {
    const { host } = reading;
    requireHost(sender.principal, host.host);
    const outcome = await this.commands.execute(new ReportHost(host, keyedReport(reading, sender)));
    const { position, repeated } = outcome;
    const [news, again] = repeated ? [0, 1] : [1, 0];
    return { eventIds: [outcome.eventId], recorded: news, repeated: again, position, unclaimed: 0 };
  }
}

const keyedReport = (
  { key, at, raw }: Extract<Reading, { kind: 'keyed' | 'host' }>,
  { principal, context }: Sender,
): KeyedReport => ({ idempotencyKey: ownKey(key, principal), occurredAt: at, context, input: raw });

/** A sender that speaks for one host has keys of its own: it can use up none of another's. */
const ownKey = (key: string, { host }: Principal): string =>
  host === undefined
    ? key
    : createHash('sha256')
        .update(JSON.stringify([host, key]))
        .digest('hex');

/** What a name on a host is of, is for that host to say. */
const requireOwn = (host: string, { principal }: Sender): void => {
  if (!isHostName(host))
    throw new HopledgerError('BAD_INPUT', `not a host name: ${JSON.stringify(host)}`, { field: 'host' });
  requireHost(principal, host);
};

const proposed = (
  { id, event, at }: SourceReport,
  raw: unknown,
  { principal, context }: Sender,
): ProposedEvent => {
  const data = parseInput(vmEventSchema, withoutSecrets(event));
  requireHost(principal, event.host);
  return { id, data, metadata: metadataOf(context, at, withoutSecrets(raw)) };
};

/** The host that a refused message names, wherever its kind of message does. */
const hostOf = (value: unknown): string | null => {
  if (typeof value !== 'object' || value === null) return null;
  const { host, data } = value as { readonly host?: unknown; readonly data?: unknown };
  if (typeof host === 'string' && isHostName(host)) return host;
  return data === undefined ? null : hostOf(data);
};
