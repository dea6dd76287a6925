/**
 * QEMU's upstream versions. Releases are a tree of series (`8.0`, `8.1`, …), each with point releases:
 * 8.2.5 has fixes that 9.0.0, dated earlier, has not. So versions are compared only within a series,
 * and series only with series; there is no `>=` over versions here on purpose.
 */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly micro: number;
}

const VERSION = /^(\d{1,4})\.(\d{1,4})(?:\.(\d{1,5}))?(?:\.\d+)?$/;

/** `10.0.13` → its parts; `8.0` means `8.0.0`. Null when it is no upstream version. */
export const parseVersion = (text: string): Version | null => {
  const match = VERSION.exec(text.trim());
  if (match === null) return null;
  const [, major, minor, micro] = match;
  return { major: Number(major), minor: Number(minor), micro: Number(micro ?? '0') };
};

/** `8.0` of `8.0.1`. */
export const seriesOf = (version: Version): string => `${version.major}.${version.minor}`;

/** Micro 50 and up is a development build of what comes next: its behaviour is not a release's. */
export const isDevelopment = (version: Version): boolean => version.micro >= 50;

/** Versions come in few texts, and each is compared over and over; some come with a question, so the store is bounded. */
const MOST_KEPT = 10_000;
const numbers = new Map<string, readonly number[]>();

const numbersOf = (text: string): readonly number[] => {
  const known = numbers.get(text);
  if (known !== undefined) return known;
  const parsed = text.split('.').map(Number);
  if (numbers.size >= MOST_KEPT) numbers.clear();
  numbers.set(text, parsed);
  return parsed;
};

/** Orders series, and machine versions of two or three numbers: negative, zero, positive. */
export const compareDotted = (a: string, b: string): number => {
  if (a === b) return 0;
  const [left, right] = [numbersOf(a), numbersOf(b)];
  const length = Math.max(left.length, right.length);
  for (let i = 0; i < length; i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};
