import { createHash } from 'node:crypto';
import type { StreamName } from '../ledger/port.js';

export const VM_PREFIX = 'vm-';
export const HOST_PREFIX = 'host-';
export const BUILD_PREFIX = 'build-';
export const UNCLAIMED_PREFIX = 'unclaimed-';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export const isUuid = (text: string): boolean => UUID.test(text);

/** `vm-<uuid>`, the UUID in lower case. */
export const vmStream = (uuid: string): StreamName => `${VM_PREFIX}${uuid.toLowerCase()}` as StreamName;
export const uuidOfStream = (stream: string): string | null =>
  stream.startsWith(VM_PREFIX) ? stream.slice(VM_PREFIX.length) : null;

/** Host names are DNS names: letters, digits, dots, dashes; 1 to 120 characters. */
export const HOST_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,118}[A-Za-z0-9])?$/;
export const isHostName = (text: string): boolean => HOST_NAME.test(text);
export const hostStream = (host: string): StreamName => `${HOST_PREFIX}${host}` as StreamName;

/** `build-<fingerprint>`: what a QEMU binary said of itself. */
export const buildStream = (fingerprint: string): StreamName => `${BUILD_PREFIX}${fingerprint}` as StreamName;

/** Event lines of a domain whose UUID the host has not told yet. The name is hashed: it may hold anything. */
export const unclaimedStream = (host: string, name: string): StreamName => {
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 24);
  return `${UNCLAIMED_PREFIX}${host}-${hash}` as StreamName;
};
