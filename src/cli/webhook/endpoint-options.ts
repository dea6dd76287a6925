import { InvalidArgumentError } from 'commander';
import type { Client } from '../client/client.js';
import { findVm } from '../client/find-vm.js';
import type { CliCommand } from '../command.js';
import { repeatable, wholeNumber } from '../options/texts.js';

interface Label {
  readonly name: string;
  readonly values: readonly string[];
}

/** What `add` and `change` have in common. */
export interface EndpointOptions {
  readonly description?: string;
  readonly type?: readonly string[];
  readonly vm?: readonly string[];
  readonly host?: readonly string[];
  readonly behaviour?: readonly string[];
  readonly label?: readonly Label[];
  readonly concurrency?: number;
  readonly perSecond?: number;
  readonly json?: boolean;
}

/** `NAME` or `NAME=VALUE`; values of one name are alternatives. */
const label = (text: string, earlier: readonly Label[] | undefined): readonly Label[] => {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  if (name === '') throw new InvalidArgumentError('It must be NAME or NAME=VALUE.');
  const values = equals < 0 ? [] : [text.slice(equals + 1)];
  const same = earlier?.find((one) => one.name === name);
  if (same === undefined) return [...(earlier ?? []), { name, values }];
  return (earlier ?? []).map((one) => (one === same ? { name, values: [...same.values, ...values] } : one));
};

export const withEndpointOptions = (command: CliCommand): CliCommand =>
  command
    .option('--description <text>', 'for people')
    .option('--type <type>', 'only messages of this type, such as vm.tainted; again for each', repeatable)
    .option('--vm <vm>', 'only messages about this VM, by UUID or name; again for each', repeatable)
    .option('--host <name>', 'only messages about this host; again for each', repeatable)
    .option('--behaviour <id>', 'only messages about this behaviour; again for each', repeatable)
    .option('--label <name[=value]>', 'only messages about VMs with this label; again for each', label)
    .option('--concurrency <count>', 'requests under way at once, up to 32', wholeNumber)
    .option('--per-second <count>', 'requests begun in one second, up to 1000', wholeNumber)
    .option('--json', 'print JSON');

/** Undefined when no filter was asked for. */
export const filterOf = async (
  client: Client,
  { type, vm, host, behaviour, label: labels }: EndpointOptions,
): Promise<object | undefined> => {
  if ([type, vm, host, behaviour, labels].every((list) => list === undefined)) return undefined;
  const vms = vm === undefined ? undefined : await Promise.all(vm.map((one) => findVm(client, one)));
  return { types: type, vms, hosts: host, behaviours: behaviour, labels };
};

/** Undefined when none was given. @param before what stands for one that is not given */
export const limitsOf = (
  { concurrency, perSecond }: EndpointOptions,
  before: { readonly concurrency: number; readonly perSecond: number } | undefined,
): object | undefined =>
  concurrency === undefined && perSecond === undefined
    ? undefined
    : { concurrency: concurrency ?? before?.concurrency, perSecond: perSecond ?? before?.perSecond };
