import type { Catalogue } from '../catalogue/catalogue.js';
import { cpuOf } from '../host/cpu-features.js';
import type { HostDirectory } from '../host/directory.js';
import type { HostReport } from '../host/report.js';
import type { Destination } from '../hop/assessment.js';
import { asGlobals, renderOverrides } from '../hop/render.js';
import { askState } from '../plan/ask-state.js';
import { alike, type AlikeDestinations } from '../plan/destination-class.js';
import { plainBuild, sameBuild, type Build } from '../qemu/build.js';
import { compareDotted, parseVersion, seriesOf } from '../qemu/version.js';
import type { GuestState } from '../shape/guest-state.js';
import type { Knowledge } from '../vm/derive.js';
import type { Need } from './notice.js';

/** Kinds of hosts that are asked about, those that most hosts are of first. */
const MAX_KINDS = 16;

/** A host as a destination, with the build that it uses by default, or another of its builds. */
export const destinationFrom = (report: HostReport, build?: Build): Destination | null => {
  const [byDefault] = report.builds;
  const chosen = build ?? (byDefault === undefined ? undefined : plainBuild(byDefault));
  if (chosen === undefined) return null;
  const isDefault = byDefault !== undefined && sameBuild(chosen, byDefault);
  return {
    host: report.host,
    build: chosen,
    libvirt: report.libvirt,
    machineTypes: isDefault ? report.machineTypes : null,
    kernel: report.kernel,
    cpu: cpuOf(
      report.cpu,
      report.builds.find((candidate) => sameBuild(candidate, chosen)),
    ),
    deviceFeatures: report.deviceFeatures ?? null,
  };
};

const fleet = (hosts: HostDirectory): readonly AlikeDestinations[] => {
  const destinations = [...hosts.values()].flatMap((reports) => {
    const latest = reports.at(-1);
    return latest === undefined ? [] : (destinationFrom(latest.report) ?? []);
  });
  return alike(destinations)
    .toSorted((a, b) => b.hosts.length - a.hosts.length || (a.key < b.key ? -1 : 1))
    .slice(0, MAX_KINDS);
};

/** Asked for VM after VM, of the same hosts. */
const fleets = new WeakMap<HostDirectory, readonly AlikeDestinations[]>();
const fleetOf = (hosts: HostDirectory): readonly AlikeDestinations[] => {
  const known = fleets.get(hosts) ?? fleet(hosts);
  fleets.set(hosts, known);
  return known;
};

const bare = (build: Build): Destination => ({ host: null, build, libvirt: null, machineTypes: null });

/** What the guest's next hop needs, for each kind of host that the fleet has, and for more of the build it runs on. */
export const needsOf = (guest: GuestState, knowledge: Knowledge): readonly Need[] => {
  const kinds = fleetOf(knowledge.hosts);
  const { build } = guest;
  const isThere = build === null || kinds.some(({ destination }) => sameBuild(destination.build, build));
  const own = isThere ? [] : [{ destination: bare(plainBuild(build)), hosts: [] }];
  return [...kinds, ...own].flatMap(({ destination, hosts }) => need(guest, destination, hosts, knowledge));
};

/** The same for releases that the catalogue knows and that came after: the newest of each series, each when it is asked for. */
export function* needsOnReleases(guest: GuestState, knowledge: Knowledge): Generator<Need> {
  for (const version of laterReleases(knowledge.catalogue, guest.build))
    yield* need(guest, bare({ version, package: null }), [], knowledge);
}

const need = (
  guest: GuestState,
  destination: Destination,
  hosts: readonly string[],
  knowledge: Knowledge,
): readonly Need[] => {
  const { assessment, carried, configuration } = askState(guest, destination, knowledge);
  if (assessment === null || configuration === null) return [];
  const { build } = destination;
  const { overrides, removals, verdict, reasons, wayOut } = assessment;
  const globals = asGlobals(knowledge.catalogue, overrides, carried, configuration, build);
  const rendered = renderOverrides(overrides, globals);
  return [{ build, hosts, verdict, overrides, removals, rendered, why: reasons, wayOut }];
};

const laterReleases = ({ releases }: Catalogue, build: Build | null): readonly string[] => {
  const from = build === null ? null : parseVersion(build.version);
  const newest = new Map<string, string>();
  for (const { version } of releases) {
    const parsed = parseVersion(version);
    if (parsed === null || (from !== null && compareDotted(seriesOf(parsed), seriesOf(from)) <= 0)) continue;
    const known = newest.get(seriesOf(parsed));
    if (known === undefined || compareDotted(version, known) > 0) newest.set(seriesOf(parsed), version);
  }
  return [...newest.values()];
};
