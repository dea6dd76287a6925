import { createHash } from 'node:crypto';
import { HopledgerError } from '../errors.js';
import type { VmFilter } from './views.js';

const FORM = /^1:([0-9a-f]{12}):(.{1,200})$/;

/** The same filter, however written: order of states and case of the name part do not count. */
const fingerprint = (filter: VmFilter): string => {
  const { tainted, behaviour, host, build, machineType, name, states } = filter;
  const parts = [
    tainted ?? null,
    behaviour ?? null,
    host ?? null,
    build ?? null,
    machineType ?? null,
    name?.toLowerCase() ?? null,
    states === undefined ? null : [...new Set(states)].toSorted(),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
};

/** Opaque to clients: where the page ended, and of which filter it was. */
export const cursorAfter = (uuid: string, filter: VmFilter): string =>
  Buffer.from(`1:${fingerprint(filter)}:${uuid}`).toString('base64url');

/**
 * The UUID that a cursor stands after.
 * @throws HopledgerError BAD_CURSOR when it is malformed or belongs to another filter
 */
export const uuidOfCursor = (cursor: string, filter: VmFilter): string => {
  const match = FORM.exec(Buffer.from(cursor, 'base64url').toString());
  const [, hash, uuid] = match ?? [];
  if (uuid === undefined) throw new HopledgerError('BAD_CURSOR', 'not a cursor of this list');
  if (hash !== fingerprint(filter))
    throw new HopledgerError('BAD_CURSOR', 'the cursor belongs to a list with another filter');
  return uuid;
};
