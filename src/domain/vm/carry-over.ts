import type { Behaviour } from '../catalogue/behaviour.js';
import { behaviourOf, type Catalogue } from '../catalogue/catalogue.js';
import { offeredValue } from '../catalogue/offered.js';
import { inReleases } from '../catalogue/release-range.js';
import type { Device } from '../qemu/device.js';
import {
  latch,
  MACHINE,
  type Carried,
  type CarriedValue,
  type Holder,
  type LatchingEvent,
} from './carried.js';

/** Arrival in another process: nothing changes but `process` values and what the next reset will set. */
export const carryOver = (
  catalogue: Catalogue,
  carried: Carried,
  into: Holder,
  event: LatchingEvent | null,
): Carried =>
  carried.map((value) => {
    const behaviour = behaviourOf(catalogue, value.behaviour);
    const device = deviceOf(value, into);
    if (behaviour === undefined || device === undefined) return value;
    if (behaviour.sticky === 'process')
      return latch(catalogue, behaviour, device, into, 'process', event) ?? value;
    if (behaviour.sticky !== 'negotiate') return value;
    return { ...value, latent: latentAfterHop(catalogue, behaviour, value, device, into) };
  });

const deviceOf = ({ alias }: CarriedValue, { configuration }: Holder): Device | undefined =>
  alias === MACHINE.alias ? MACHINE : configuration?.devices.find((device) => device.alias === alias);

/**
 * What the next guest reset will set. Some builds take it out of the stream, where it travels only if it differs from
 * the value in use; all others, and all when it does not travel, have their own. Null: not to be told.
 */
const latentAfterHop = (
  catalogue: Catalogue,
  behaviour: Behaviour,
  { value, latent, possible }: CarriedValue,
  device: Device,
  into: Holder,
): string | null => {
  const own = offeredValue(catalogue, behaviour, device, into).value;
  if (behaviour.latent === null) return own;
  const travels = into.build === null ? null : inReleases(behaviour.latent.travelsInto, into.build.version);
  if (travels === false) return own;
  if (value === null || latent === null) return possible.every((may) => may === own) ? own : null;
  if (latent === value || latent === own) return own;
  return travels === true ? latent : null;
};

/**
 * Guest reset: only `negotiate` values change, to what the process then offers, which need not be what its build
 * gives: a VM that passed through Debian's 10.0.13 brings the value along (LAB-FACTS, queue sizes).
 */
export const relatchOnReset = (
  catalogue: Catalogue,
  carried: Carried,
  holder: Holder,
  event: LatchingEvent,
): Carried =>
  carried.map((value) => {
    const behaviour = behaviourOf(catalogue, value.behaviour);
    const { latent } = value;
    if (behaviour?.sticky !== 'negotiate' || value.value === latent) return value;
    const device = deviceOf(value, holder);
    const offered = device === undefined ? null : offeredValue(catalogue, behaviour, device, holder);
    return {
      ...value,
      value: latent,
      possible: latent === null ? [...new Set([...value.possible, ...(offered?.possible ?? [])])] : [latent],
      certainty:
        latent === null
          ? 'unknown'
          : value.certainty === 'unknown'
            ? (offered?.certainty ?? 'unknown')
            : value.certainty,
      because: {
        how: 'guest-reset',
        eventId: event.id,
        at: event.at,
        process: holder.process,
        ruleId: latent === offered?.value ? offered.ruleId : value.because.ruleId,
        explicit: null,
      },
      drift: null,
    };
  });
