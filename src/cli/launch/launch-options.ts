import type { Readable } from 'node:stream';
import type { CliCommand } from '../command.js';
import { usageFailure } from '../failure.js';
import { repeatable } from '../options/texts.js';
import { configurationInput, type LaunchConfigurationInput } from './configuration-input.js';
import { cpuOf, deviceOf, globalOf } from './device-text.js';
import { readDomainFile } from './domain-file.js';

/** How a launch configuration is given: as libvirt's XML, or piece by piece. */
export interface LaunchOptions {
  readonly xml?: string;
  readonly machineType?: string;
  readonly device?: readonly string[];
  readonly global?: readonly string[];
  readonly cpu?: string;
  readonly accelerator?: string;
}

export interface GivenLaunch {
  readonly configuration: LaunchConfigurationInput;
  /** The XML says whose it is. */
  readonly domain: { readonly uuid: string; readonly name: string } | null;
}

const checked =
  (parse: (text: string) => unknown) =>
  (text: string, earlier: readonly string[] | undefined): readonly string[] => {
    parse(text); // here, so that a fault is told with the name of its option
    return repeatable(text, earlier);
  };

export const withLaunchOptions = (command: CliCommand): CliCommand =>
  command
    .option('--xml <file>', "libvirt's domain XML (virsh dumpxml); - reads standard input")
    .option('--machine-type <name>', 'versioned machine type, such as pc-q35-7.2, where there is no XML')
    .option(
      '--device <text>',
      'alias=A[,type=T][,address=P][,PROPERTY=VALUE…]; again for each device',
      checked(deviceOf),
    )
    .option('--global <text>', 'DRIVER.PROPERTY=VALUE; again for each', checked(globalOf))
    .option('--cpu <text>', 'as for -cpu: MODEL[,FEATURE=on|off…]', (text: string) => (cpuOf(text), text))
    .option('--accelerator <name>', 'kvm or tcg');

/** @returns null when no option speaks of a launch */
export const givenLaunch = async (options: LaunchOptions, stdin: Readable): Promise<GivenLaunch | null> => {
  const { xml, machineType, device = [], global = [], cpu, accelerator } = options;
  const pieces = device.length + global.length > 0 || cpu !== undefined || accelerator !== undefined;
  if (xml !== undefined) {
    if (machineType !== undefined || pieces)
      throw usageFailure(
        '--xml says all of the launch; leave out --machine-type, --device, --global, --cpu and --accelerator',
      );
    const { uuid, name, configuration } = await readDomainFile(xml, stdin);
    // A domain's XML leaves to libvirt what it adds by itself.
    return { configuration: { ...configurationInput(configuration), exact: false }, domain: { uuid, name } };
  }
  if (machineType === undefined) {
    if (pieces) throw usageFailure('--device, --global, --cpu and --accelerator need --machine-type');
    return null;
  }
  const configuration = configurationInput({
    machineType,
    devices: device.map(deviceOf),
    globals: global.map(globalOf),
    cpu: cpu === undefined ? null : cpuOf(cpu),
    accelerator: accelerator ?? null,
  });
  return { configuration, domain: null };
};
