import type { Build } from '../qemu/build.js';
import type { Device } from '../qemu/device.js';
import type { Override } from '../qemu/override.js';
import type { Behaviour } from './behaviour.js';
import { isSettableOn } from './binary.js';
import type { Catalogue } from './catalogue.js';
import type { Circumstances } from './condition.js';
import { isIdle, knobsOf } from './knob.js';

/** The override that sets a value on a device; null when no knob that the build is known to have can. */
export const overrideFor = (
  catalogue: Catalogue,
  behaviour: Behaviour,
  device: Device,
  value: string,
  build: Build,
  where: Circumstances | null = null,
): Override | null => {
  for (const knob of knobsOf(behaviour, device)) {
    if (isIdle(knob, where)) continue;
    const text = knob.texts[value];
    if (text === undefined || device.qomType === null) continue;
    if (isSettableOn(catalogue, knob, device, build) !== true) continue;
    const [driver] = knob.qomTypes;
    const whole = behaviour.scope === 'machine' && driver !== undefined;
    return {
      alias: whole ? null : device.alias,
      qomType: whole ? driver : device.qomType,
      property: knob.property,
      value: text,
      libvirtType: knob.libvirtType,
    };
  }
  return null;
};
