import type { HopVia, StopReason, VmEvent } from '../../domain/vm/events.js';
import { parseDomainXml, type DomainXml } from './domain-xml.js';
import type { LaunchNote } from './given-overrides.js';
import { readHookArguments, type HookArguments } from './hook-arguments.js';
import { launchConfigurationOf } from './launch-configuration.js';
import type { MarkupLimits } from './markup.js';
import { redactDomainXml } from './redact.js';

export { answersXml, BadHookCall, UnknownHookOperation } from './hook-arguments.js';

export interface ReportedHookCall {
  readonly host: string;
  /** VM name, operation, sub-operation, extra; libvirt passes `-` for what it leaves empty. */
  readonly argv: readonly string[];
  /** The hook's standard input. */
  readonly xml: string;
}

export interface HookReport {
  /** Lower case. */
  readonly uuid: string;
  /** As the hook was called: with `--dname` the XML of the source may have another. */
  readonly name: string;
  readonly events: readonly VmEvent[];
  /** Fit to be stored. */
  readonly xml: string;
  readonly notes: readonly LaunchNote[];
}

/**
 * What one call of libvirt's qemu hook attests to, and no more: `started` tells no cold boot from an incoming one and
 * is no arrival; `stopped` gives no reason. Pure.
 * @throws {BadHookCall} when the arguments are not four strings with a name
 * @throws {UnknownHookOperation} for an operation that libvirt does not document
 * @throws {BadDomainXml}
 * @see libvirt docs/hooks.rst; the order of calls was measured on libvirt 9.0, 11.3 and 12.8
 */
export const readHookReport = (call: ReportedHookCall, limits?: MarkupLimits): HookReport => {
  const args = readHookArguments(call.argv);
  const domain = parseDomainXml(call.xml, limits);
  const { events, notes } = eventsOf(call.host, args, domain);
  return { uuid: domain.uuid, name: args.name, events, notes, xml: redactDomainXml(call.xml, limits) };
};

type Attested = Pick<HookReport, 'events' | 'notes'>;

const eventsOf = (host: string, { name, operation, extra }: HookArguments, domain: DomainXml): Attested => {
  const at = { host, name };
  const only = (event: VmEvent): Attested => ({ events: [event], notes: [] });
  const launched = (): { readonly facts: ProcessFacts; readonly notes: readonly LaunchNote[] } => {
    const { configuration, notes } = launchConfigurationOf(domain);
    // Neither the arguments nor the XML name the binary or the kernel: the host's own report does.
    return { facts: { build: null, configuration, kernel: null }, notes };
  };
  const hop = (via: HopVia): Attested => {
    const { configuration, notes } = launchConfigurationOf(domain);
    return { events: [{ type: 'HopPrepared', ...at, via, configuration }], notes };
  };

  switch (operation) {
    case 'prepare begin':
      return only({ type: 'ProcessPrepared', ...at, phase: 'prepare' });
    case 'start begin':
      return only({ type: 'ProcessPrepared', ...at, phase: 'start' });
    case 'started begin': {
      const { facts, notes } = launched();
      return { events: [{ type: 'ProcessStarted', ...at, ...facts }], notes };
    }
    case 'reconnect begin':
    case 'attach begin': {
      const { facts, notes } = launched();
      return { events: [{ type: 'VmAdopted', ...at, ...facts }], notes };
    }
    case 'migrate begin':
      return hop('migration');
    case 'restore begin':
      return hop('restore');
    case 'stopped end':
      return only({ type: 'VmStopped', ...at, reason: 'unknown' });
    case 'release end':
      return only(released(at, extra));
  }
};

interface ProcessFacts {
  readonly build: null;
  readonly configuration: ReturnType<typeof launchConfigurationOf>['configuration'];
  readonly kernel: null;
}

/** libvirt before 10.5 gives `-` for the reason: then its source cannot tell a hop from a power-off. */
const released = (at: { readonly host: string; readonly name: string }, reason: string): VmEvent => {
  if (reason === 'migrated') return { type: 'HopCompleted', ...at, attestedBy: 'source', statistics: null };
  if (reason === 'saved') return { type: 'StateSaved', ...at, savedState: null, stopped: true };
  return { type: 'VmStopped', ...at, reason: STOP_REASONS.get(reason) ?? 'unknown' };
};

const STOP_REASONS: ReadonlyMap<string, StopReason> = new Map<string, StopReason>([
  ['shutdown', 'shutdown'],
  ['destroyed', 'destroyed'],
  ['crashed', 'crashed'],
  ['failed', 'failed'],
  ['daemon', 'daemon'],
  ['from snapshot', 'from-snapshot'],
]);
