/** A time at the start of a line, and the text after it. */
export interface Stamped {
  /** ISO 8601 in UTC with milliseconds, `2026-11-21T03:10:21.127Z`. */
  readonly at: string;
  readonly rest: string;
}

const STAMP = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:?\d{2})/;

/**
 * Reads the time that libvirt (`2026-11-21 03:10:21.127+0000`) and QEMU (`2026-11-21T03:10:29.266869Z`) put before
 * what they say. Null when there is none, or none that exists (30 February). Finer than a millisecond is cut off.
 */
export const readTimestamp = (line: string): Stamped | null => {
  const match = STAMP.exec(line);
  if (match === null) return null;
  const [whole, date = '', time = '', fraction = '', zone = ''] = match;
  const ms = fraction.slice(0, 3).padEnd(3, '0');
  const local = new Date(`${date}T${time}.${ms}Z`);
  // V8 rolls 30 February over to March: only a date that prints as it was read is one.
  if (Number.isNaN(local.getTime()) || local.toISOString() !== `${date}T${time}.${ms}Z`) return null;
  const utc = new Date(local.getTime() - offsetMs(zone));
  return { at: utc.toISOString(), rest: line.slice(whole.length) };
};

const offsetMs = (zone: string): number => {
  if (zone === 'Z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  const digits = zone.slice(1).replace(':', '');
  return sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000;
};
