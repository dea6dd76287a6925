import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Build } from '../../src/domain/qemu/build.js';
import type { Device, GlobalProperty, LaunchConfiguration } from '../../src/domain/qemu/device.js';

/** One step of a history that was played on real QEMUs (test/fixtures/hops/README.md). */
export interface Step {
  readonly do: 'launch' | 'hop' | 'reset' | 'plug' | 'unplug' | 'save' | 'restore' | 'poweroff';
  readonly build?: { readonly version: string; readonly package: string };
  readonly to?: { readonly version: string; readonly package: string };
  readonly machine?: string;
  readonly devices?: readonly Readonly<Record<string, string>>[];
  readonly device?: Readonly<Record<string, string>>;
  readonly globals?: readonly GlobalProperty[];
  readonly id?: string;
  readonly name?: string;
  readonly result?: 'ok' | 'refused' | 'does-not-start' | 'crash';
  readonly error?: readonly string[] | string;
  readonly observed?: {
    readonly aer?: Readonly<Record<string, string>>;
    readonly vring?: Readonly<Record<string, readonly number[]>>;
    readonly vring_default?: Readonly<Record<string, readonly number[]>>;
  };
}
export interface History {
  readonly id: string;
  readonly machine: string;
  readonly steps: readonly Step[];
}

/** The 400 histories that the project ships. */
export const loadHistories = (): readonly History[] =>
  gunzipSync(readFileSync(new URL('../fixtures/hops/histories.jsonl.gz', import.meta.url)))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as History);

/** "upstream v8.0.0" is this data's way of saying that the binary says nothing. */
export const buildOf = ({
  version,
  package: text,
}: {
  readonly version: string;
  readonly package: string;
}): Build => ({
  version,
  package: text.startsWith('upstream') ? 'upstream' : text,
});

/** Names devices and places as libvirt does: a port is `pci.N`, what sits behind it has bus N. */
export const configurationOf = (
  machineType: string,
  given: readonly Readonly<Record<string, string>>[],
  globals: readonly GlobalProperty[],
): LaunchConfiguration => {
  const buses = busesOf(given);
  return {
    machineType,
    devices: given.map((device) => deviceOf(device, buses)),
    globals,
    cpu: null,
    accelerator: 'tcg',
  };
};

export const busesOf = (devices: readonly Readonly<Record<string, string>>[]): ReadonlyMap<string, number> =>
  new Map(devices.map((device, index) => [device['id'] ?? '', index + 1]));

const PORTS = /^(?:pcie-root-port|ioh3420|x3130-upstream|xio3130-downstream|pcie-pci-bridge|pci-bridge)$/;

export const deviceOf = (
  given: Readonly<Record<string, string>>,
  buses: ReadonlyMap<string, number>,
): Device => {
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

export const aliasOf = (
  given: Readonly<Record<string, string>>,
  buses: ReadonlyMap<string, number>,
): string => {
  const id = given['id'] ?? '';
  return PORTS.test(given['driver'] ?? '') ? `pci.${buses.get(id) ?? 0}` : id;
};
