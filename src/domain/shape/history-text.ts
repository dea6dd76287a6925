import type { HostDirectory } from '../host/directory.js';
import { birthOn } from '../hop/guest-cpu.js';
import type { Build } from '../qemu/build.js';
import { assertedOrigins } from '../vm/asserted-origin.js';
import { stateOf, type Lineage } from '../vm/derive.js';
import { factsOf } from '../vm/facts.js';
import { holdsGuest, type Link, type SavedStateRef } from '../vm/link.js';
import type { ActivityMark } from '../vm/marks.js';
import { lifeOf, type Refusal } from '../vm/refusals.js';
import { savedStatesOf } from '../vm/saved-state-refs.js';
import { birthWithoutIdentity, takesFromHost } from './cpu-without-identity.js';
import { configurationText, deviceWithoutIdentity } from './configuration-text.js';

/**
 * All that a VM's derived values depend on but the catalogue, as text: which processes led to what it carries now and to
 * each of its saved states, with what they were made of and what happened to them, in order. UUIDs, names of hosts and
 * times are not in it, nor what left no trace: hops that failed without a word of the guest's state, earlier power
 * cycles, repeated reports.
 *
 * Two VMs of one text derive to the same values, saved states (in the order of `savedInOrder`), taints and number of
 * leftovers, whatever the catalogue (held by a property test).
 */
export const historyText = (lineage: Lineage, hosts: HostDirectory): string => {
  const { counting, links } = lineage;
  const relevant = relevantOf(links);
  const places = new Map(relevant.map(({ id }, index) => [id, index]));
  const asserted = assertedOrigins(links, counting);
  const configurations = new Numbered();
  const hostNumbers = new Numbered();
  const births = new Numbered();
  const modes = modesOf(relevant, hosts);
  const standing = standingIds(links);

  const partsOf = (link: Link): unknown => {
    const facts = factsOf(link.process, { hosts }, undefined);
    const assertion = asserted.get(link.id);
    const activity = activityOf(link);
    return [
      hostNumbers.of(link.process.host),
      [link.origin, link.attested, link.gap, holdsGuest(link), link.end?.reason ?? null],
      placeOf(places, link.parent),
      link.origin === 'cold-boot'
        ? modes.map((mode) => births.of(birthText(mode, link, facts.build, hosts)))
        : null,
      [facts.build?.version, facts.build?.package, facts.buildCertainty, facts.kernel, facts.cpuVendor],
      configurations.of(configurationText(facts.configuration)),
      activity.map(activityParts),
      adoptedAs(link).map((text) => configurations.of(text)),
      savedInOrder(link).map((ref) => [
        placeInLife(activity, ref),
        ref.told,
        standing.get(ref.id) === `${ref.process} ${ref.at}`,
      ]),
      link.savedStates.map((ref) => [
        placeOf(places, ref.process),
        savedInOrder(linkOf(links, ref.process)).findIndex(({ id }) => id === ref.id),
        ref.told === 'presumed',
        ref.host === link.process.host,
        namedIn(link, ref),
      ]),
      assertion === undefined
        ? null
        : [
            assertion.data.build.version,
            assertion.data.build.package,
            configurations.of(configurationText(assertion.data.configuration)),
          ],
    ];
  };

  const parts = relevant.map(partsOf);
  const boots = bootsOf(links).map(([text, count]) => [configurations.of(text), count]);
  const last = links.findLast(holdsGuest);
  return JSON.stringify([
    stateOf(links),
    placeOf(places, last?.id ?? null),
    parts,
    boots,
    configurations.texts,
    births.texts,
  ]);
};

/** The ways of its processes to take their CPU from the host. */
const modesOf = (links: readonly Link[], hosts: HostDirectory): readonly string[] => {
  const modes = links.map(({ process }) => factsOf(process, { hosts }, undefined).configuration?.cpu?.mode);
  return [...new Set(modes)].filter((mode) => mode !== undefined).filter(takesFromHost);
};

const birthText = (mode: string, { process }: Link, build: Build | null, hosts: HostDirectory): string =>
  JSON.stringify(birthWithoutIdentity(mode, birthOn(process.host, process.openedAt, build, hosts)));

/** A process's saved states, in the order in which they count as its first, second and so on. */
export const savedInOrder = (link: Link | undefined): readonly SavedStateRef[] =>
  link === undefined
    ? []
    : [...savedStatesOf(link)].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));

/** Numbers texts in the order in which they come up. */
class Numbered {
  readonly #numbers = new Map<string, number>();
  of(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(text, number);
    return number;
  }
  get texts(): readonly string[] {
    return [...this.#numbers.keys()];
  }
}

const placeOf = (places: ReadonlyMap<string, number>, id: string | null): number | null =>
  id === null ? null : (places.get(id) ?? null);

const linkOf = (links: readonly Link[], id: string): Link | undefined => links.find((link) => link.id === id);

/** The process that held the guest last, those with saved states, and all that those came from. In their order. */
const relevantOf = (links: readonly Link[]): readonly Link[] => {
  const byId = new Map(links.map((link) => [link.id, link]));
  const found = new Set<Link>();
  const add = (link: Link | undefined): void => {
    if (link === undefined || found.has(link)) return;
    found.add(link);
    if (link.parent !== null) add(byId.get(link.parent));
    for (const { process } of link.savedStates) add(byId.get(process));
  };
  add(links.findLast(holdsGuest));
  for (const link of links) if (savedStatesOf(link).length > 0) add(link);
  return links.filter((link) => found.has(link));
};

/** Where the file of each id was written last: an older one of the same id is no more. */
const standingIds = (links: readonly Link[]): ReadonlyMap<string, string> => {
  const latest = new Map<string, SavedStateRef>();
  for (const ref of links.flatMap(savedStatesOf)) {
    if ((latest.get(ref.id)?.at ?? Number.NEGATIVE_INFINITY) <= ref.at) latest.set(ref.id, ref);
  }
  return new Map([...latest].map(([id, { process, at }]) => [id, `${process} ${at}`]));
};

const namedIn = ({ process }: Link, { id }: SavedStateRef): boolean =>
  process.starts.some(({ data }) => data.type === 'StateRestored' && data.savedState === id);

type Step = ActivityMark | Refusal;

/** A second guest reset right after the first finds everything as the first left it. */
const activityOf = (link: Link): readonly Step[] =>
  lifeOf(link).filter((step, index, all) => !isReset(step) || !isReset(all[index - 1]));

const isReset = (step: Step | undefined): boolean =>
  step !== undefined && 'data' in step && step.data.type === 'GuestReset';

const activityParts = (step: Step): unknown => {
  if ('registers' in step) {
    return ['Refused', step.registers.map(({ device, words }) => [device.section, words])];
  }
  const { data } = step;
  switch (data.type) {
    case 'GuestReset':
    case 'StateSaved':
      return data.type;
    case 'DevicePlugged':
      return [data.type, deviceWithoutIdentity(data.device)];
    case 'DeviceUnplugged':
      return [data.type, data.alias];
    case 'ValueObserved':
      return [data.type, data.alias, data.what.kind, data.what.name, data.value];
  }
};

/** After which of the things that happened it was saved; null: at the end. */
const placeInLife = (activity: readonly Step[], { at }: SavedStateRef): number | null => {
  const index = activity.findLastIndex(
    (step) => 'data' in step && step.data.type === 'StateSaved' && step.at === at,
  );
  return index < 0 ? null : index;
};

/** A device plugged under its name alone is looked up in the definition of a process seen running. */
const adoptedAs = ({ process }: Link): readonly string[] =>
  process.activity.some(({ data }) => data.type === 'DevicePlugged' && data.device.qomType === null)
    ? process.starts.flatMap(({ data }) =>
        data.type === 'VmAdopted' ? configurationText(data.configuration) : [],
      )
    : [];

/** Cold boots by what they were told: each may have had leftovers. */
const bootsOf = (links: readonly Link[]): readonly (readonly [string, number])[] => {
  const counts = new Map<string, number>();
  for (const link of links) {
    if (link.origin !== 'cold-boot' || !holdsGuest(link)) continue;
    const told = link.process.starts.map(({ data }) => data.configuration).find((found) => found !== null);
    if (told === undefined) continue;
    const text = configurationText(told);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
};
