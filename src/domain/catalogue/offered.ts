import type { Build } from '../qemu/build.js';
import type { Device, GlobalProperty } from '../qemu/device.js';
import { parseMachineType } from '../qemu/machine-type.js';
import type { Behaviour } from './behaviour.js';
import { explicitSetting, type ExplicitSetting } from './knob.js';
import { ruleValue, type RuleValue } from './rule-value.js';

/** What a process would have for a behaviour on a device: from its build, machine type, pins and overrides. */
export interface OfferedValue extends RuleValue {
  readonly explicit: ExplicitSetting | null;
}

/** What makes a process offer what it offers. Null: not known. */
export interface ProcessOffer {
  readonly build: Build | null;
  readonly machineType: string | null;
  readonly globals: readonly GlobalProperty[];
}

/** @see QEMU qom/compat-properties.c and hw/core/qdev.c for the order of precedence. */
export const offeredValue = (behaviour: Behaviour, device: Device, process: ProcessOffer): OfferedValue => {
  const explicit = explicitSetting(behaviour, device, process.globals);
  if (explicit !== null) {
    return {
      value: explicit.value,
      possible: [explicit.value],
      certainty: 'certain',
      ruleId: null,
      explicit,
    };
  }
  const machine = process.machineType === null ? null : parseMachineType(process.machineType);
  return { ...ruleValue(behaviour, process.build, machine), explicit };
};
