import { machineOf, type Catalogue } from '../catalogue/catalogue.js';
import { concerns } from '../catalogue/concerns.js';
import { explicitSetting } from '../catalogue/knob.js';
import { referenceValue } from '../catalogue/rule-value.js';
import { selects } from '../catalogue/selects.js';
import type { LaunchConfiguration } from '../qemu/device.js';
import type { Evaluated } from './evaluate.js';
import { holdsGuest } from './link.js';
import type { Leftover } from './vm.js';

/** An override in a configuration that gives a device another value than a correct build would. */
export interface FoundOverride {
  readonly alias: string;
  readonly behaviour: string;
  readonly property: string;
  readonly text: string;
  readonly from: 'device' | 'global' | 'cpu';
}

/** The overrides of a configuration that would taint a guest cold-booted with it. */
export const taintingOverrides = (
  catalogue: Catalogue,
  configuration: LaunchConfiguration,
): readonly FoundOverride[] => {
  const machine = machineOf(catalogue, configuration.machineType);
  return catalogue.behaviours.flatMap((behaviour) =>
    configuration.devices.flatMap((device) => {
      if (behaviour.scope !== 'device' || concerns(behaviour, machine) === false) return [];
      if (selects(behaviour, device, configuration) === false) return [];
      const explicit = explicitSetting(behaviour, device, configuration.globals);
      if (explicit === null || explicit.value === referenceValue(behaviour, machine)) return [];
      return {
        alias: device.alias,
        behaviour: behaviour.id,
        property: explicit.property,
        text: explicit.text,
        from: explicit.from,
      };
    }),
  );
};

/** Overrides found in the definitions of cold boots. On a hop an override is no leftover: it latches nothing. */
export const leftoversOf = (
  processes: readonly Evaluated[],
  current: Evaluated | undefined,
  catalogue: Catalogue,
): readonly Leftover[] =>
  processes
    .filter(({ link }) => link.origin === 'cold-boot' && holdsGuest(link))
    .flatMap(({ link, view }) => {
      const launched =
        link.process.starts.map(({ data }) => data.configuration).find((found) => found !== null) ?? null;
      if (launched === null) return [];
      return taintingOverrides(catalogue, launched).map((found) => ({
        ...found,
        process: link.id,
        host: view.host,
        at: view.openedAt,
        inEffect: current?.view.powerCycle === view.powerCycle,
      }));
    });
