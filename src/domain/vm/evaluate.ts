import { hostAt } from '../host/directory.js';
import type { Build } from '../qemu/build.js';
import type { Device, LaunchConfiguration } from '../qemu/device.js';
import { carryOver, latchColdBoot, latchPlug, MACHINE, observe, relatchOnReset, unplug, type Carried, type Holder } from './carried.js';
import type { Effective } from './effective.js';
import type { Knowledge } from './derive.js';
import { instantOf } from './instant.js';
import { savedStatesOf, type Link, type SavedStateRef } from './lineage.js';
import type { ActivityMark, HostProcess, Mark } from './processes.js';
import { transfer, unseen, type Source } from './transfer.js';
import type { VmProcess } from './vm.js';

/** A process with what it carried, and each state saved from it. */
export interface Evaluated {
  readonly link: Link;
  readonly view: VmProcess;
  /** The process as a source of guest state: its devices and values at its end, or now. */
  readonly source: Source;
  /** What came in with a hop, before the process made anything of it. Empty for a cold boot. */
  readonly carriedIn: Carried;
  readonly saved: readonly { readonly ref: SavedStateRef; readonly source: Source }[];
  /** Other saved states could have been the one restored, and carry other values. */
  readonly ambiguousSave: boolean;
}

/** Walks the lineage from the oldest process on: parents come before children, so each finds its source evaluated. */
export const evaluate = (
  links: readonly Link[],
  events: readonly Effective[],
  knowledge: Knowledge,
): ReadonlyMap<string, Evaluated> => {
  const done = new Map<string, Evaluated>();
  const asserted = assertions(links, events);
  for (const link of links) done.set(link.id, evaluateProcess(link, done, asserted.get(link.id), knowledge));
  return done;
};

const evaluateProcess = (
  link: Link,
  done: ReadonlyMap<string, Evaluated>,
  asserted: Mark<'OriginAsserted'> | undefined,
  knowledge: Knowledge,
): Evaluated => {
  const { process } = link;
  const parent = link.parent === null ? undefined : done.get(link.parent);
  const restored = restoredFrom(link, done);
  const from = restored?.source ?? parent?.source;
  const facts = factsOf(process, knowledge, from);
  const holder: Holder = {
    process: link.id,
    build: facts.build,
    machineType: facts.configuration?.machineType ?? null,
    globals: facts.configuration?.globals ?? [],
    configuration: facts.configuration,
  };
  const doubtful = link.gap || restored?.ambiguous === true;
  const brought = broughtIn(link, holder, from, asserted, knowledge);
  const carriedIn = doubtful ? brought.map(doubt) : brought;
  const initial = link.origin === 'cold-boot' ? coldBoot(link, holder, knowledge) : arrive(link, carriedIn, holder, knowledge);
  const lived = live(process.activity, { holder, carried: initial }, process, knowledge);
  const refs = savedStatesOf(link);
  return {
    link,
    source: lived.source,
    carriedIn,
    saved: refs.map((ref) => ({ ref, source: lived.snapshots.get(ref.at) ?? lived.source })),
    ambiguousSave: restored?.ambiguous ?? false,
    view: {
      id: link.id,
      host: process.host,
      origin: link.origin,
      attested: link.attested,
      ...facts,
      configuration: lived.source.holder.configuration,
      openedAt: new Date(process.openedAt).toISOString(),
      endedAt: link.end === null ? null : new Date(link.end.at).toISOString(),
      endReason: link.end?.reason ?? null,
      powerCycle: from === undefined || link.origin === 'cold-boot' ? link.id : (done.get(from.holder.process)?.view.powerCycle ?? link.id),
      carried: link.outcome === 'failed' || link.outcome === 'prepared' ? [] : lived.source.carried,
      eventIds: eventIdsOf(process),
    },
  };
};

/** The saved state a restore loads: the latest before it, in doubt when an older one carries other values. */
const restoredFrom = (
  link: Link,
  done: ReadonlyMap<string, Evaluated>,
): { readonly source: Source; readonly ambiguous: boolean } | null => {
  const candidates = link.savedStates.flatMap(
    (ref) => done.get(ref.process)?.saved.find((saved) => saved.ref.id === ref.id)?.source ?? [],
  );
  const [likeliest, ...others] = candidates;
  if (likeliest === undefined) return null;
  const values = (source: Source): string =>
    JSON.stringify(source.carried.map(({ alias, behaviour, value, latent }) => [alias, behaviour, value, latent]).sort());
  return { source: likeliest, ambiguous: others.some((other) => values(other) !== values(likeliest)) };
};

const startOf = ({ process }: Link): { readonly id: string; readonly at: number } | null => {
  const [start] = process.starts;
  return start === undefined ? null : { id: start.id, at: start.at };
};

const coldBoot = (link: Link, holder: Holder, { catalogue }: Knowledge): Carried =>
  latchColdBoot(catalogue, holder, startOf(link));

const arrive = (link: Link, carried: Carried, holder: Holder, { catalogue }: Knowledge): Carried =>
  carryOver(catalogue, carried, holder, startOf(link));

/** The values as the stream brings them; what an operator asserted where no source is known; else unknown. */
const broughtIn = (
  link: Link,
  holder: Holder,
  from: Source | undefined,
  asserted: Mark<'OriginAsserted'> | undefined,
  { catalogue }: Knowledge,
): Carried => {
  if (link.origin === 'cold-boot') return [];
  if (from !== undefined) return transfer(catalogue, from, holder);
  if (asserted !== undefined) {
    const { build, configuration } = asserted.data;
    const born: Holder = { ...holder, build, globals: configuration?.globals ?? [], configuration: configuration ?? holder.configuration };
    const values = latchColdBoot(catalogue, born, { id: asserted.id, at: asserted.at });
    return transfer(catalogue, { holder: born, carried: values }, holder);
  }
  return [MACHINE, ...(holder.configuration?.devices ?? [])].flatMap((device) => unseen(catalogue, device, holder));
};

/** What happens to the values while the process holds the guest. */
const live = (
  activity: readonly ActivityMark[],
  start: Source,
  process: HostProcess,
  { catalogue }: Knowledge,
): { readonly source: Source; readonly snapshots: ReadonlyMap<number, Source> } => {
  let { holder, carried } = start;
  const snapshots = new Map<number, Source>();
  for (const mark of activity) {
    const event = { id: mark.id, at: mark.at };
    switch (mark.data.type) {
      case 'GuestReset':
        carried = relatchOnReset(catalogue, carried, holder, event);
        break;
      case 'DevicePlugged': {
        const device = typed(mark.data.device, process);
        holder = withDevices(holder, (devices) => [...devices.filter(({ alias }) => alias !== device.alias), device]);
        carried = latchPlug(catalogue, carried, device, holder, event);
        break;
      }
      case 'DeviceUnplugged': {
        const { alias } = mark.data;
        holder = withDevices(holder, (devices) => devices.filter((device) => device.alias !== alias));
        carried = unplug(carried, alias);
        break;
      }
      case 'ValueObserved':
        carried = observe(
          catalogue,
          carried,
          { alias: mark.data.alias, ...mark.data.what, text: mark.data.value },
          event,
        );
        break;
      case 'StateSaved':
        snapshots.set(mark.at, { holder, carried });
        break;
    }
  }
  return { source: { holder, carried }, snapshots };
};

/** libvirt's event names only the alias; a later report of the same process may say what it is. */
const typed = (device: Device, process: HostProcess): Device => {
  if (device.qomType !== null) return device;
  for (const { data } of process.starts) {
    const known = data.type === 'VmAdopted' ? data.configuration?.devices.find(({ alias }) => alias === device.alias) : undefined;
    if (known !== undefined) return known;
  }
  return device;
};

const withDevices = (holder: Holder, change: (devices: readonly Device[]) => readonly Device[]): Holder =>
  holder.configuration === null
    ? holder
    : { ...holder, configuration: { ...holder.configuration, devices: change(holder.configuration.devices) } };

const doubt = (value: Carried[number]): Carried[number] =>
  value.certainty === 'certain' ? { ...value, certainty: 'assumed' } : value;

/** Build and configuration: as reported with the start; else the host's own report, what was asked, the source's. */
const factsOf = (
  process: HostProcess,
  { hosts }: Knowledge,
  from: Source | undefined,
): { build: Build | null; buildCertainty: VmProcess['buildCertainty']; configuration: LaunchConfiguration | null; kernel: string | null } => {
  const host = hostAt(hosts, process.host, process.openedAt);
  const reported = process.starts.map(({ data }) => data.build).find((build) => build !== null) ?? null;
  const build = reported ?? host?.report.builds[0] ?? null;
  const configurations = process.starts.map(({ data }) => data.configuration);
  return {
    build,
    buildCertainty: reported !== null ? 'certain' : build === null ? 'unknown' : (host?.certainty ?? 'unknown'),
    configuration:
      configurations.find((configuration) => configuration !== null) ??
      process.prepared?.data.configuration ??
      from?.holder.configuration ??
      null,
    kernel: process.starts.map(({ data }) => data.kernel).find((kernel) => kernel !== null) ?? host?.report.kernel ?? null,
  };
};

const eventIdsOf = (process: HostProcess): readonly string[] => [
  ...(process.prepared === null ? [] : [process.prepared.id]),
  ...process.starts.map(({ id }) => id),
  ...process.arrivals.map(({ id }) => id),
  ...process.activity.map(({ id }) => id),
  ...process.ends.map(({ id }) => id),
];

/** The process each assertion of origin speaks of: the one open on that host then; the latest assertion counts. */
const assertions = (links: readonly Link[], events: readonly Effective[]): ReadonlyMap<string, Mark<'OriginAsserted'>> => {
  const found = new Map<string, Mark<'OriginAsserted'>>();
  const byId = new Map(links.map((link) => [link.id, link]));
  const marks = events
    .flatMap(({ data, ...rest }) => (data.type === 'OriginAsserted' ? { ...rest, data, at: instantOf(rest.metadata) } : []))
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  for (const mark of marks) {
    let link = links.findLast(({ process }) => process.host === mark.data.host && process.openedAt <= mark.at);
    while (link?.parent !== undefined && link.parent !== null) link = byId.get(link.parent);
    if (link !== undefined) found.set(link.id, mark);
  }
  return found;
};
