import type { Build } from '../../domain/qemu/build.js';
import type { Device, LaunchConfiguration } from '../../domain/qemu/device.js';
import { HopledgerError } from '../../errors.js';
import { buildSchema, launchConfigurationSchema } from '../../recording/commands/launch-schema.js';
import { parseInput } from '../../recording/commands/parse-input.js';
import type { DestinationAsked } from '../../views/queries/destination.js';
import type { HopSubject } from '../../views/queries/assess-hop.js';
import type * as G from '../schema.generated.js';
import { bounded } from './filters.js';

/** From GraphQL's form (lists of pairs, absent fields) to that of the domain. What it holds is checked by the schemas. */
export const toBuild = (given: G.BuildInput | null | undefined): Build | null =>
  given == null ? null : { version: given.version, package: given.package ?? null };

/** @param at path of the device, for the fault */
export const toDevice = ({ alias, qomType, address, properties }: G.DeviceInput, at: string): Device => {
  const names = properties.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    const field = `${at}.properties`;
    throw new HopledgerError('BAD_INPUT', `${field}: names ${JSON.stringify(twice.slice(0, 60))} twice`, {
      field,
    });
  }
  return {
    alias,
    qomType: qomType ?? null,
    address: address ?? null,
    properties: Object.fromEntries(properties.map(({ name, value }) => [name, value])),
  };
};

export const toConfiguration = (
  given: G.LaunchConfigurationInput | null | undefined,
  at = 'configuration',
): LaunchConfiguration | null =>
  given == null
    ? null
    : {
        machineType: given.machineType,
        devices: given.devices.map((device, index) => toDevice(device, `${at}.devices.${index}`)),
        globals: given.globals.map(({ driver, property, value }) => ({ driver, property, value })),
        cpu:
          given.cpu == null
            ? null
            : {
                mode: given.cpu.mode,
                model: given.cpu.model ?? null,
                features: given.cpu.features.map(({ name, policy }) => ({ name, policy })),
              },
        accelerator: given.accelerator ?? null,
        ...(given.exact == null ? {} : { exact: given.exact }),
        ...(given.emulator == null ? {} : { emulator: given.emulator }),
      };

/** For questions, which no command checks: just this is to be launched. @throws HopledgerError BAD_INPUT */
export const toCheckedConfiguration = (given: G.LaunchConfigurationInput): LaunchConfiguration =>
  parseInput(launchConfigurationSchema, { exact: true, ...toConfiguration(given) }, ['configuration']);

/** @throws HopledgerError BAD_INPUT */
export const toCheckedBuilds = (given: readonly G.BuildInput[], field: string): readonly Build[] =>
  given.map((one, index) => parseInput(buildSchema, toBuild(one), [field, String(index)]));

/** @throws HopledgerError BAD_INPUT */
export const toDestination = ({ host, build }: G.DestinationInput): DestinationAsked => {
  bounded('destination.host', host);
  const asked = toBuild(build);
  return {
    host: host ?? null,
    build: asked === null ? null : parseInput(buildSchema, asked, ['destination', 'build']),
  };
};

/** @throws HopledgerError BAD_INPUT unless exactly one is given */
export const toSubject = ({ vm, savedState }: G.HopSubject): HopSubject => {
  if (vm != null && savedState == null) return { uuid: vm, savedState: null };
  if (savedState != null && vm == null) return { uuid: savedState.vm, savedState: savedState.id };
  throw new HopledgerError('BAD_INPUT', 'subject: give either vm or savedState', { field: 'subject' });
};
