import type { NamedDevice, RegisterBit, RegisterDifference } from './diagnosis.js';
import { layoutOf } from './pci-layouts.js';
import { HEADER, HEADER_0, HEADER_1, registersOf, type PciRegister } from './pci-registers.js';
import type { ConfigBytes } from './said.js';
import { isStateKnown, stateNamed } from './state-names.js';

const HEADER_BYTES = 0x40;
const FIRST_EXTENDED = 0x100;

/** A register and how it is known to be there. */
interface Place {
  readonly register: PciRegister;
  readonly structure: string;
  /** In config space. */
  readonly at: number;
  readonly isCertain: boolean;
}

/** The byte that QEMU complains of, named as far as the device is known. */
export const registerDifference = (bytes: ConfigBytes, device: NamedDevice | null): RegisterDifference => {
  const { offset, incoming, here } = bytes;
  const place = offset < HEADER_BYTES ? inHeader(offset, device) : inCapability(bytes, device);
  const byte = place === null ? 0 : offset - place.at;
  return {
    offset,
    name: place?.register.name ?? null,
    structure: place?.structure ?? null,
    byte,
    certainty: place?.isCertain === true ? 'certain' : 'inferred',
    incoming,
    here,
    bits: differing(bytes).map((bit) => named(bit + byte * 8, incoming >> bit, place?.register)),
  };
};

/** What QEMU compares: not what a guest can write, and not status that it clears by writing ones. */
const differing = ({ incoming, here, compared, writable, clearedByOne }: ConfigBytes): readonly number[] => {
  const bits = (incoming ^ here) & compared & ~writable & ~clearedByOne;
  return [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => ((bits >> bit) & 1) === 1);
};

const named = (bit: number, shifted: number, register: PciRegister | undefined): RegisterBit => {
  const [, , name = null] = register?.bits.find(([from, to]) => from <= bit && bit <= to) ?? [];
  const isFull = name === null || name.startsWith('PCI_');
  return {
    bit,
    name: isFull ? name : `${register?.name ?? ''}_${name}`,
    incoming: (shifted & 1) === 1,
  };
};

const covers = (register: PciRegister, at: number): boolean =>
  register.at <= at && at < register.at + register.bytes;

const inHeader = (offset: number, device: NamedDevice | null): Place | null => {
  const found = (registers: readonly PciRegister[]): PciRegister | undefined =>
    registers.find((register) => covers(register, offset));
  const common = found(HEADER);
  if (common !== undefined) return { register: common, structure: 'header', at: common.at, isCertain: true };
  const name = device?.stateName ?? null;
  const isBridge = name !== null && (stateNamed(name).header === 1 || /port|bridge/.test(name));
  const register = found(isBridge ? HEADER_1 : HEADER_0);
  if (register === undefined) return null;
  const isCertain =
    name !== null && (isStateKnown(name) || layoutOf(name, false).some(({ isFixed }) => isFixed));
  return { register, structure: isBridge ? 'header of a bridge' : 'header', at: register.at, isCertain };
};

const inCapability = ({ offset, clearedByOne }: ConfigBytes, device: NamedDevice | null): Place | null => {
  const name = device?.stateName ?? null;
  const layout = layoutOf(name, device?.behind != null);
  const start = layout.findLast(({ at }) => at <= offset);
  if (start === undefined || (start.at < FIRST_EXTENDED && offset >= FIRST_EXTENDED)) return null;
  const { at, structure, isFixed } = start;
  // A virtio device can have ATS where others have AER, whose error status is never compared.
  const isAts = structure === 'AER' && !isFixed && [4, 5].includes(offset - at) && clearedByOne === 0;
  const kind = isAts ? 'ATS' : structure;
  const register = registersOf(kind).find((one) => covers(one, offset - at));
  if (register === undefined) return null;
  return {
    register,
    structure: `${kind} capability at 0x${at.toString(16)}`,
    at: at + register.at,
    isCertain: isFixed,
  };
};
