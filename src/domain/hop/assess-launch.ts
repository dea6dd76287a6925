import { withBinary } from '../catalogue/binary.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import { buildLabel } from '../qemu/build.js';
import type { LaunchConfiguration } from '../qemu/device.js';
import { parseMachineType } from '../qemu/machine-type.js';
import { isTaint, latchColdBoot, type Carried, type CarriedValue } from '../vm/carried.js';
import type { Verdict } from '../vm/events.js';
import { taintingOverrides, type FoundOverride } from '../vm/leftovers.js';
import type { Destination } from './assessment.js';
import { machineTypeThere } from './judge.js';
import { kernelGaps } from './kernel-gaps.js';
import { machineTypeEndText } from './machine-type-end.js';
import { startFindings } from './startable.js';
import { withoutUnknownKnobs } from './unknown-knobs.js';

/** What is worth knowing before a guest is born. */
export interface LaunchAdvice {
  /** SAFE, RISKY (it will be born tainted, or something else is warned of) or BLOCKED (it will not start). */
  readonly verdict: Verdict;
  /** Whether QEMU starts with just this; null: whether it has the machine type is not known. */
  readonly starts: boolean | null;
  readonly warnings: readonly {
    readonly kind: LaunchWarning;
    readonly text: string;
    readonly alias: string | null;
  }[];
  /** What the guest would carry and have to have remembered. */
  readonly taints: readonly CarriedValue[];
  readonly leftovers: readonly FoundOverride[];
  readonly catalogueRevision: string;
}
export type LaunchWarning =
  | 'born-tainted'
  | 'leftover'
  | 'unversioned-machine-type'
  | 'deprecated-machine-type'
  | 'machine-type-missing'
  | 'will-not-start'
  | 'host-cpu'
  | 'kernel-gap';

/** Warns before a VM is born tainted, and of what will trouble its hops later. */
export const assessLaunch = (
  known: Catalogue,
  host: Destination,
  configuration: LaunchConfiguration,
): LaunchAdvice => {
  const catalogue = withBinary(known, host.facts ?? null);
  const { machineType } = configuration;
  const machine = parseMachineType(machineType);
  const born = (kernel: string | null): Carried => {
    const holder = {
      process: 'launch',
      build: host.build,
      machineType,
      globals: configuration.globals,
      configuration,
      buildCertainty: 'certain' as const,
      kernel,
      cpuVendor: host.cpu?.vendor ?? null,
    };
    return latchColdBoot(catalogue, holder, null);
  };
  const kernel = host.kernel ?? null;
  const carried = born(kernel);
  const gaps = kernel === null ? [] : kernelGaps(carried, born(null));
  const taints = carried.filter((value) => isTaint(value) === true);
  const leftovers = taintingOverrides(catalogue, configuration);
  const presence = machineTypeThere(catalogue, machineType, host);
  const missing = presence === 'absent';
  const { devices, globals, removals } = withoutUnknownKnobs(catalogue, configuration, host.build);
  const stopping = startFindings(catalogue, { devices, globals }, host.build);
  const willNotStart = missing || removals.length > 0 || stopping.length > 0;
  const ends = machineTypeEndText(catalogue, machineType, host.build.version);
  const warnings: LaunchAdvice['warnings'] = [
    ...(missing
      ? [{ kind: 'machine-type-missing' as const, text: `no machine type ${machineType} there`, alias: null }]
      : []),
    ...removals.map(({ alias, property }) => ({
      kind: 'will-not-start' as const,
      text: `${alias ?? '-global'}: ${buildLabel(host.build)} does not know ${property}`,
      alias,
    })),
    ...stopping.map(({ reason: { text, alias } }) => ({ kind: 'will-not-start' as const, text, alias })),
    ...taints
      .filter((value) => !gaps.includes(value))
      .map((value) => ({
        kind: 'born-tainted' as const,
        text: `${value.alias} will carry ${value.behaviour} ${value.value ?? 'unknown'} until the next cold boot`,
        alias: value.alias,
      })),
    ...gaps.map(({ alias, behaviour, value, reference }) => ({
      kind: 'kernel-gap' as const,
      text: `${alias}: ${machineType} has ${behaviour} ${reference ?? ''}, the kernel ${kernel ?? ''} makes it ${value ?? ''}`,
      alias,
    })),
    ...leftovers.map((found) => ({
      kind: 'leftover' as const,
      text: `${found.alias}: ${found.property}=${found.text} is left in the definition`,
      alias: found.alias,
    })),
    ...(machine.version === null
      ? [
          {
            kind: 'unversioned-machine-type' as const,
            text: `${machineType} has no version: it means another machine on another QEMU`,
            alias: null,
          },
        ]
      : []),
    ...(ends === null ? [] : [{ kind: 'deprecated-machine-type' as const, text: ends, alias: null }]),
    ...(configuration.cpu?.mode === 'host-passthrough'
      ? [
          {
            kind: 'host-cpu' as const,
            text: 'the host CPU passed through: hops work between like hosts only',
            alias: null,
          },
        ]
      : []),
  ];
  return {
    verdict: verdictOf(
      willNotStart,
      presence === 'unknown' || carried.some(({ value }) => value === null),
      warnings.length > 0,
    ),
    starts: willNotStart ? false : presence === 'unknown' ? null : true,
    warnings,
    taints,
    leftovers,
    catalogueRevision: catalogue.revision,
  };
};

/** An unknown property stops QEMU at start as surely as a missing machine type. */
const verdictOf = (willNotStart: boolean, notKnown: boolean, warned: boolean): Verdict => {
  if (willNotStart) return 'BLOCKED';
  if (notKnown) return 'UNKNOWN';
  return warned ? 'RISKY' : 'SAFE';
};
