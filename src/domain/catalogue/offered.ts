import type { Build } from '../qemu/build.js';
import type { Device, GlobalProperty, LaunchConfiguration } from '../qemu/device.js';
import type { Behaviour } from './behaviour.js';
import { binaryOf, valueOnBinary } from './binary.js';
import { machineOf, type Catalogue } from './catalogue.js';
import type { Circumstances } from './condition.js';
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
  /** What it is launched with, as far as a rule asks for it. */
  readonly configuration: LaunchConfiguration | null;
  /** Of the host. */
  readonly kernel?: string | null;
  readonly cpuVendor?: string | null;
  readonly libvirt?: string | null;
}

/** In place of a rule's id: the value is what the binary says of its machine type. */
export const SAID_BY_BINARY = 'said-by-the-binary';

/** What conditions are asked of for a device of a process. */
export const circumstancesOf = (
  device: Device,
  { configuration, kernel = null, cpuVendor = null, libvirt = null }: ProcessOffer,
): Circumstances => ({ device, configuration, kernel, cpuVendor, libvirt });

/** @see QEMU qom/compat-properties.c and hw/core/qdev.c for the order of precedence. */
export const offeredValue = (
  catalogue: Catalogue,
  behaviour: Behaviour,
  device: Device,
  process: ProcessOffer,
): OfferedValue => {
  const where = circumstancesOf(device, process);
  const cpu = process.configuration?.cpu ?? null;
  const explicit = explicitSetting(behaviour, device, process.globals, cpu, where);
  if (explicit !== null) {
    return {
      value: explicit.value,
      possible: [explicit.value],
      certainty: 'certain',
      ruleId: null,
      explicit,
    };
  }
  const binary = process.build === null ? null : binaryOf(catalogue, process.build);
  const said = valueOnBinary(behaviour, device, process.machineType, binary);
  if (said !== null)
    return { value: said, possible: [said], certainty: 'certain', ruleId: SAID_BY_BINARY, explicit };
  const machine = machineOf(catalogue, process.machineType);
  return { ...ruleValue(behaviour, process.build, machine, where), explicit };
};
