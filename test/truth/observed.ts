import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { CarriedValue } from '../../src/domain/vm/carried.js';
import {
  aliasOf,
  busesOf,
  readHistory,
  type GivenDevice,
  type History,
  type Step,
} from '../../src/truth/history.js';
import type { Played } from '../../src/truth/play.js';

/** The 400 histories that the project ships. */
export const loadHistories = (): readonly History[] =>
  gunzipSync(readFileSync(new URL('../fixtures/hops/histories.jsonl.gz', import.meta.url)))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map(readHistory);

/** One thing that was read out of a running QEMU, and what hopledger derives for it. */
export interface Compared {
  readonly what: string;
  readonly derived: string;
  readonly real: string;
}

/** Registers and queue sizes as they were read after a step. */
export const compareObserved = ({ observed }: Step, { vm, devices }: Played): readonly Compared[] => {
  const buses = busesOf(devices);
  const given = (id: string): GivenDevice | undefined => devices.find((device) => device['id'] === id);
  const carried = (id: string, behaviour: string): CarriedValue | undefined => {
    const device = given(id);
    const alias = device === undefined ? id : aliasOf(device, buses);
    return vm?.carried.find((value) => value.alias === alias && value.behaviour === behaviour);
  };
  const aer = Object.entries(observed?.aer ?? {}).map(([id, register]) => ({
    what: `AER of ${id}`,
    derived: carried(id, 'pcie-err-unc-mask')?.value ?? 'none',
    real: register === '0x02400000' ? 'on' : register === '0x00000000' ? 'off' : register,
  }));
  const rings = (
    sizes: Readonly<Record<string, readonly number[]>> | undefined,
    field: 'value' | 'latent',
  ): readonly Compared[] =>
    Object.entries(sizes ?? {}).map(([id, read]) => ({
      what: `queues of ${id}, ${field}`,
      derived: carried(id, 'virtio-queue-size-1024')?.[field] ?? 'none',
      real: sizeOf(read, given(id)),
    }));
  return [...aer, ...rings(observed?.vring, 'value'), ...rings(observed?.vring_default, 'latent')];
};

/** A device whose own size is 1024 does not occur in the data. */
const sizeOf = (sizes: readonly number[], device: GivenDevice | undefined): string => {
  const [first] = sizes;
  const asked = device?.['queue-size'] ?? device?.['virtqueue_size'];
  if (asked !== undefined && String(first) === asked) return asked;
  return sizes.every((size) => size === 1024) ? '1024' : 'own';
};
