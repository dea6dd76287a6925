import type { Catalogue } from '../catalogue/catalogue.js';
import { ancestorsOf } from '../catalogue/device-type-lookup.js';
import { assessHop } from '../hop/assess.js';
import type { Destination } from '../hop/assessment.js';
import { guestCpuOf } from '../hop/guest-cpu.js';
import { asGlobals, renderOverrides } from '../hop/render.js';
import { hostAt } from '../host/directory.js';
import type { LaunchConfiguration } from '../qemu/device.js';
import { plainBuild, type Build } from '../qemu/build.js';
import type { Override } from '../qemu/override.js';
import type { Recorded } from '../vm/envelope.js';
import type { AdviceGiven } from '../vm/events.js';
import { instantOf } from '../vm/instant.js';
import type { Hop, Vm, VmProcess } from '../vm/vm.js';
import { guestOf } from './guest.js';
import { hopBehaviours } from './hop-behaviours.js';
import { destinationFrom } from './needs.js';
import type { EndSaid, HopSaid, Notice, OverridesSaid } from './notice.js';
import { sameProcess, type Moment } from './vm-notices.js';

/** The events that both ends of hops are made of: the VM's, up to the one that is looked at. */
export interface HopContext extends Moment {
  readonly events: readonly Recorded[];
}

/** What became of hops by this event, and whether they were made as they should have been. */
export const hopNotices = (before: Moment, after: HopContext): readonly Notice[] =>
  after.vm.hops.flatMap((hop): readonly Notice[] => {
    const said = endSaid(hop);
    if (said === null) return [];
    const known = before.vm.hops.find((earlier) => sameHop(before.vm, earlier, after.vm, hop));
    if (known !== undefined && endSaid(known) === said) return [];
    const { catalogue } = after.knowledge;
    const behaviours = hopBehaviours(catalogue, { carried: hop.carriedIn, overrides: [], reasons: [] });
    const notice = { key: hop.id, hosts: hostsOf(hop), behaviours };
    return [{ ...notice, type: said, data: { hop: hopSaid(hop) } }, ...unsafe(hop, after)];
  });

const endSaid = ({ outcome }: Hop): 'hop.completed' | 'hop.failed' | null => {
  switch (outcome) {
    case 'completed':
    case 'unconfirmed':
      return 'hop.completed';
    case 'failed':
      return 'hop.failed';
    case 'prepared':
    case 'in-flight':
      return null;
  }
};

const sameHop = (before: Vm, a: Hop, after: Vm, b: Hop): boolean =>
  sameProcess(processOf(before, a.to.process), processOf(after, b.to.process));

const processOf = (vm: Vm, id: string): VmProcess | null =>
  vm.processes.find((process) => process.id === id) ?? null;

const hostsOf = ({ from, to }: Hop): readonly string[] => [
  ...new Set([...(from === null ? [] : [from.host]), to.host]),
];

const endOf = ({ host, build }: { readonly host: string; readonly build: Build | null }): EndSaid => ({
  host,
  build: build === null ? null : plainBuild(build),
});

const hopSaid = (hop: Hop): HopSaid => ({
  id: hop.id,
  via: hop.via,
  outcome: hop.outcome,
  from: hop.from === null ? null : endOf(hop.from),
  to: endOf(hop.to),
  startedAt: hop.startedAt,
  endedAt: hop.endedAt,
  confirmedBy: hop.confirmedBy,
  statistics: hop.statistics,
  error: hop.error,
  advice:
    hop.advice === null
      ? null
      : { event: hop.advice.eventId, verdict: hop.advice.verdict, answer: hop.advice.answer },
});

/**
 * Made without what was advised, or without what the guest needed: the destination as it was launched is judged by what
 * came to it, whatever was answered before.
 */
const unsafe = (hop: Hop, { vm, events, knowledge }: HopContext): readonly Notice[] => {
  const process = processOf(vm, hop.to.process);
  const launched = process?.configuration ?? null;
  const { build } = hop.to;
  if (process === null || launched === null || build === null) return [];
  const report = hostAt(knowledge.hosts, hop.to.host, Date.parse(hop.startedAt))?.report;
  const destination: Destination = (report === undefined ? null : destinationFrom(report, build)) ?? {
    host: hop.to.host,
    build,
    libvirt: null,
    machineTypes: null,
  };
  const assessment = assessHop({
    catalogue: knowledge.catalogue,
    carried: hop.carriedIn,
    configuration: launched,
    source: hop.from?.build ?? null,
    guestCpu: guestCpuOf(vm, hop, knowledge.hosts),
    destination,
    policy: knowledge.tiers,
  });
  const { verdict, overrides, removals, reasons } = assessment;
  const ignored = (adviceOf(hop, events)?.overrides ?? []).filter(
    (override) => !isGiven(knowledge.catalogue, override, launched),
  );
  const lacking = verdict === 'NEEDS_OVERRIDES' || verdict === 'BLOCKED';
  if (!lacking && ignored.length === 0 && hop.advice?.answer !== 'refused') return [];
  const globals = asGlobals(knowledge.catalogue, overrides, hop.carriedIn, launched, build);
  const data = {
    hop: hopSaid(hop),
    verdict,
    why: reasons,
    ignored,
    overrides,
    removals,
    rendered: renderOverrides(overrides, globals),
  };
  const behaviours = hopBehaviours(knowledge.catalogue, {
    carried: hop.carriedIn,
    overrides: [...ignored, ...overrides],
    reasons,
  });
  return [{ type: 'hop.unsafe', key: hop.id, hosts: hostsOf(hop), behaviours, data }];
};

const adviceOf = ({ advice }: Hop, events: readonly Recorded[]): AdviceGiven | null => {
  const event = events.find(({ id }) => id === advice?.eventId);
  return event?.data.type === 'AdviceGiven' ? event.data : null;
};

/** On the device, or by a `-global` of its type or one that it derives from; the device's own beats every global. */
const isGiven = (
  catalogue: Catalogue,
  { alias, qomType, property, value }: Override,
  { devices, globals }: LaunchConfiguration,
): boolean => {
  const own = devices.find((device) => device.alias === alias)?.properties[property];
  if (own !== undefined) return own === value;
  const types = [qomType, ...ancestorsOf(catalogue, qomType)];
  return (
    globals.findLast((global) => global.property === property && types.includes(global.driver))?.value ===
    value
  );
};

/** hopledger answered before a hop. */
export const adviceNotices = (event: Recorded, { vm, events, knowledge }: HopContext): readonly Notice[] => {
  const { data: advice, metadata } = event;
  if (advice.type !== 'AdviceGiven') return [];
  const asked = events.find(({ id }) => id === metadata.causationId)?.data;
  const given = asked !== undefined && 'configuration' in asked ? asked.configuration : null;
  const report = hostAt(knowledge.hosts, advice.host, instantOf(metadata))?.report;
  const destination = report === undefined ? null : destinationFrom(report);
  const guest = guestOf(vm, knowledge.hosts);
  const carried = guest?.carried ?? [];
  const configuration = given ?? guest?.configuration ?? null;
  const { overrides, removals, host, verdict, answer, message, catalogueRevision } = advice;
  const globals =
    configuration === null || destination === null
      ? null
      : asGlobals(knowledge.catalogue, overrides, carried, configuration, destination.build);
  const said: OverridesSaid = { overrides, removals, rendered: renderOverrides(overrides, globals) };
  const build = destination?.build ?? null;
  const data = { ...said, host, build, verdict, answer, message, catalogueRevision };
  const hosts = [...new Set([...(vm.current === null ? [] : [vm.current.host]), host])];
  const behaviours = hopBehaviours(knowledge.catalogue, { carried, overrides, reasons: [] });
  return [{ type: 'hop.advised', key: host, hosts, behaviours, data }];
};
