import { z } from 'zod';
import type { Build } from '../domain/qemu/build.js';
import type { Device, GlobalProperty, LaunchConfiguration } from '../domain/qemu/device.js';

const text = z.string();
const build = z.object({ version: text, package: text.nullish() });
const device = z.record(text, text);
const global = z.object({ driver: text, property: text, value: text });

/** One step of a history that was played on real QEMUs (test/fixtures/hops/README.md). Other keys are passed over. */
const stepSchema = z.object({
  do: text,
  build: build.optional(),
  to: build.optional(),
  machine: text.optional(),
  devices: z.array(device).optional(),
  device: device.optional(),
  globals: z.array(global).optional(),
  id: text.optional(),
  name: text.optional(),
  result: text.optional(),
  error: z.union([text, z.array(text)]).nullish(),
  observed: z
    .object({
      aer: z.record(text, text).optional(),
      vring: z.record(text, z.array(z.number())).optional(),
      vring_default: z.record(text, z.array(z.number())).optional(),
    })
    .nullish(),
});
const historySchema = z.object({
  id: text,
  machine: text,
  accel: text.optional(),
  steps: z.array(stepSchema),
});

export type Step = z.output<typeof stepSchema>;
export type History = z.output<typeof historySchema>;
/** A device as on the command line: `driver`, `id`, then its properties as written. */
export type GivenDevice = z.output<typeof device>;

/** @throws Error that says what is wrong with the line */
export const readHistory = (line: string): History => {
  const parsed = historySchema.safeParse(JSON.parse(line));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is no history'}`);
};

/** The destination's words. */
export const errorOf = ({ error }: Step): string | null =>
  error == null ? null : typeof error === 'string' ? error : error.join('\n');

/** "upstream v8.0.0" is this data's way of saying that the binary says nothing. */
export const buildOf = (given: z.output<typeof build>): Build => ({
  version: given.version,
  package: given.package?.startsWith('upstream') === true ? 'upstream' : (given.package ?? null),
});

/** Names devices and places as libvirt does: a port is `pci.N`, what sits behind it has bus N. */
export const configurationOf = (
  machineType: string,
  given: readonly GivenDevice[],
  globals: readonly GlobalProperty[],
  accelerator: string | null,
): LaunchConfiguration => {
  const buses = busesOf(given);
  return {
    machineType,
    devices: given.map((device) => deviceOf(device, buses)),
    globals,
    cpu: null,
    accelerator,
    exact: true,
  };
};

export const busesOf = (devices: readonly GivenDevice[]): ReadonlyMap<string, number> =>
  new Map(devices.map((device, index) => [device['id'] ?? '', index + 1]));

const PORTS =
  /^(?:pcie-root-port|ioh3420|x3130-upstream|xio3130-downstream|pcie-pci-bridge|pci-bridge|i82801b11-bridge|cxl-rp|cxl-upstream|cxl-downstream)$/;

export const deviceOf = (given: GivenDevice, buses: ReadonlyMap<string, number>): Device => {
  const { driver, id, bus, addr, ...properties } = given;
  const number = bus === undefined ? 0 : (buses.get(bus) ?? 0);
  const [slot = '0x1f', fn = '0'] = (addr ?? '0x1f').split('.');
  const two = (value: number): string => value.toString(16).padStart(2, '0');
  return {
    alias: aliasOf(given, buses),
    qomType: driver ?? null,
    address:
      addr === undefined && bus === undefined
        ? null
        : `0000:${two(number)}:${two(Number.parseInt(slot, 16))}.${Number.parseInt(fn, 16)}`,
    properties,
  };
};

export const aliasOf = (given: GivenDevice, buses: ReadonlyMap<string, number>): string => {
  const id = given['id'] ?? '';
  return PORTS.test(given['driver'] ?? '') ? `pci.${buses.get(id) ?? 0}` : id;
};
