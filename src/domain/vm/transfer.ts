import type { Behaviour } from '../catalogue/behaviour.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import { offeredValue } from '../catalogue/offered.js';
import type { Device, LaunchConfiguration } from '../qemu/device.js';
import { latch, MACHINE, type Carried, type CarriedValue, type Holder } from './carried.js';
import { matchDevices } from './match-devices.js';

/** A process or saved state that guest state comes from. */
export interface Source {
  readonly holder: Holder;
  readonly carried: Carried;
}

/**
 * The source's values, told of the destination's devices: renamed where aliases were dealt anew, resolved where
 * only now the type of a hot-plugged device is known, dropped where a device is no longer there, unknown where
 * one came that nobody reported.
 */
export const transfer = (catalogue: Catalogue, source: Source, into: Holder): Carried => {
  const to = into.configuration;
  if (to === null) return source.carried;
  const matched = matchDevices(source.holder.configuration?.devices ?? [], to.devices);
  const machine = source.carried.filter(({ alias }) => alias === MACHINE.alias);
  return [
    ...machine,
    ...to.devices.flatMap((device) => {
      const origin = matched.get(device);
      if (origin === undefined) return newcomer(catalogue, device, source, into);
      if (origin.qomType === null) return resolve(catalogue, source, origin, device, to);
      return source.carried
        .filter(({ alias }) => alias === origin.alias)
        .map((value) => ({ ...value, alias: device.alias }));
    }),
  ];
};

/**
 * A device plugged under a name alone, its type known at last: latched as at the time, by the process of the time.
 * When that process is gone by now, nobody knows how.
 */
const resolve = (
  catalogue: Catalogue,
  source: Source,
  origin: Device,
  device: Device,
  configuration: LaunchConfiguration,
): Carried => {
  const pending = source.carried.filter(({ alias }) => alias === origin.alias);
  if (device.qomType === null) return pending.map((value) => ({ ...value, alias: device.alias }));
  const holder: Holder = { ...source.holder, configuration };
  const [because] = pending.map((value) => value.because);
  if (because?.how !== 'plug' || because.process !== holder.process) return unseen(catalogue, device, holder);
  const event =
    because.eventId === null || because.at === null ? null : { id: because.eventId, at: because.at };
  return deviceBehaviours(catalogue).flatMap(
    (behaviour) => latch(catalogue, behaviour, bare(behaviour, device), holder, 'plug', event) ?? [],
  );
};

/**
 * A device that the source was not known to have: plugged there unreported, or made by the destination on its own
 * (QEMU takes an extra device silently). Known when both come to the same, or when the destination's devices are exact:
 * then it is the destination's own, and the stream brings nothing for it.
 */
const newcomer = (catalogue: Catalogue, device: Device, source: Source, into: Holder): Carried =>
  deviceBehaviours(catalogue).flatMap((behaviour) => {
    if (into.configuration?.exact === true)
      return latch(catalogue, behaviour, device, into, 'plug', null) ?? [];
    const there = latch(
      catalogue,
      behaviour,
      bare(behaviour, device),
      { ...source.holder, configuration: into.configuration },
      'unseen',
      null,
    );
    const here = latch(catalogue, behaviour, device, into, 'unseen', null);
    if (there === null || here === null) return [];
    const possible = [...new Set([...there.possible, ...here.possible])];
    const [value] = possible;
    const same = possible.length === 1 && value !== undefined ? value : null;
    return {
      ...there,
      value: same,
      latent: same,
      possible,
      certainty: same === null ? 'unknown' : 'assumed',
    };
  });

/** Nobody saw the device or the guest's birth: known only where every build agrees for this machine type. */
export const unseen = (catalogue: Catalogue, device: Device, holder: Holder): Carried =>
  catalogue.behaviours
    .filter(({ scope }) => (scope === 'machine') === (device === MACHINE))
    .flatMap((behaviour) => unseenValue(catalogue, behaviour, device, holder) ?? []);

const unseenValue = (
  catalogue: Catalogue,
  behaviour: Behaviour,
  device: Device,
  holder: Holder,
): CarriedValue | null => {
  const nobody: Holder = { ...holder, build: null, buildCertainty: 'unknown', globals: [] };
  const value = latch(catalogue, behaviour, bare(behaviour, device), nobody, 'unseen', null);
  if (value === null) return null;
  return { ...value, possible: offeredValue(catalogue, behaviour, bare(behaviour, device), nobody).possible };
};

/** Without the knobs: what the process at hand was given says nothing of how the value was latched. */
const bare = (behaviour: Behaviour, device: Device): Device => {
  const knobs = new Set(behaviour.knobs.map(({ property }) => property));
  return {
    ...device,
    properties: Object.fromEntries(Object.entries(device.properties).filter(([name]) => !knobs.has(name))),
  };
};

const deviceBehaviours = (catalogue: Catalogue): readonly Behaviour[] =>
  catalogue.behaviours.filter(({ scope }) => scope === 'device');
