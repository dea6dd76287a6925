import type { FeatureBit, FeatureDifference } from './diagnosis.js';
import { isStateKnown, stateNamed } from './state-names.js';
import { featureTable, TRANSPORT_FEATURES } from './virtio-features.js';

const FIRST_TRANSPORT = 24;
const LAST_TRANSPORT = 41;
/** QEMU 11 has 128; a longer number is no feature set. */
const MOST_BITS = 256;

/** Bits that the guest took and the destination does not offer. Others that differ are no reason to refuse. */
export const featureDifference = (
  { incoming, allowed }: { readonly incoming: bigint; readonly allowed: bigint },
  stateName: string | null,
): FeatureDifference => {
  const missing: FeatureBit[] = [];
  for (let bit = 0; bit < MOST_BITS; bit += 1) {
    const mask = 1n << BigInt(bit);
    if ((incoming & mask) !== 0n && (allowed & mask) === 0n) missing.push(featureBit(bit, stateName));
  }
  return { incoming: `0x${incoming.toString(16)}`, allowed: `0x${allowed.toString(16)}`, missing };
};

const featureBit = (bit: number, stateName: string | null): FeatureBit => {
  const isTransport = bit >= FIRST_TRANSPORT && bit <= LAST_TRANSPORT;
  const virtio = stateName !== null && isStateKnown(stateName) ? stateNamed(stateName).virtio : null;
  const table = isTransport ? TRANSPORT_FEATURES : virtio === null ? {} : featureTable(virtio.features);
  const [name = null, property = null] = table[bit] ?? [];
  return { bit, name, property };
};
