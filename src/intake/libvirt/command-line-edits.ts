import type { Element } from '@xmldom/xmldom';
import { changeDeviceOption, type PropertyChanges } from './device-option.js';
import type { DomainXml } from './domain-xml.js';
import { cutFrom, setAttribute } from './element-edits.js';
import { commandLineArguments } from './given-overrides.js';
import { readQemuArguments, type QemuArgument } from './qemu-arguments.js';
import type { TextEdit } from './text-edits.js';
import { childrenOf, QEMU_NAMESPACE } from './xml-elements.js';

/** What is to become of `<qemu:commandline>`. */
export interface CommandLineChanges {
  /** By alias. */
  readonly devices: ReadonlyMap<string, PropertyChanges>;
  /** Properties whose `-global` goes. */
  readonly globals: ReadonlySet<string>;
}

/** The aliases of devices that a `-device` of `<qemu:commandline>` makes: libvirt knows nothing of them. */
export const commandLineAliases = (xml: DomainXml): ReadonlySet<string> =>
  new Set(
    readQemuArguments(commandLineArguments(xml)).flatMap((argument) =>
      argument.kind === 'device' ? [argument.alias] : [],
    ),
  );

/**
 * Writes the changes into the `-device` arguments themselves, and takes out every `-set` of a changed property, which
 * would outrank them.
 * A `-set` of its own would do for fewer devices: QEMU looks its device up among those given as an option list, so for
 * one in JSON, which is how libvirt writes its own since QEMU 6.2, QEMU ends with `there is no device "net0" defined`;
 * the id is read up to its first dot, so `pci.1` is never found; and a device without an id cannot be named.
 * @see QEMU system/vl.c `qemu_set_option`, and `QEMU_OPTION_device`, which keeps JSON apart (measured on 7.2.22)
 * @throws {UnwritableOverride} for a value not of its type
 */
export const commandLineEdits = (xml: DomainXml, changes: CommandLineChanges): readonly TextEdit[] => {
  const containers = childrenOf(xml.domain, 'commandline', QEMU_NAMESPACE);
  const elements = containers.flatMap((container) => childrenOf(container, 'arg', QEMU_NAMESPACE));
  const values = commandLineArguments(xml);
  const doomed = new Set<Element>();
  const edits = readQemuArguments(values).flatMap((argument) => {
    const [option, element] = elements.slice(argument.at - 1, argument.at + 1);
    if (option === undefined || element === undefined) return [];
    if (isDoomed(argument, changes)) doomed.add(option).add(element);
    const properties = argument.kind === 'device' ? changes.devices.get(argument.alias) : undefined;
    return properties === undefined
      ? []
      : setAttribute(xml, element, 'value', changeDeviceOption(values[argument.at] ?? '', properties));
  });
  return [...edits, ...containers.flatMap((container) => cutFrom(xml, container, doomed))];
};

const isDoomed = (argument: QemuArgument, { devices, globals }: CommandLineChanges): boolean => {
  switch (argument.kind) {
    case 'global':
      return globals.has(argument.global.property);
    case 'set':
      return devices.get(argument.alias)?.has(argument.property) === true;
    case 'device':
      return false;
  }
};
