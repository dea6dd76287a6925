import { InvalidArgumentError } from 'commander';

/** Parsers of option values. What they throw becomes a usage error that names the option. */

export const wholeNumber = (text: string): number => {
  if (!/^\d{1,15}$/.test(text) || Number(text) === 0)
    throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(text);
};

/** An instant; without an offset it would depend on where the command runs. @returns ISO 8601 in UTC */
export const instant = (text: string): string => {
  const full = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/i.test(text);
  const parsed = full ? new Date(text.replace(' ', 'T')) : new Date(Number.NaN);
  if (Number.isNaN(parsed.getTime())) {
    throw new InvalidArgumentError('It must be a time with its offset, such as 2026-11-21T05:06:07Z.');
  }
  return parsed.toISOString();
};

export const repeatable = (text: string, earlier: readonly string[] | undefined): readonly string[] => [
  ...(earlier ?? []),
  text,
];

/** An upstream version and, behind the first colon, the package that `query-version` names. */
export interface BuildInput {
  readonly version: string;
  readonly package: string | null;
}

export const build = (text: string): BuildInput => {
  const colon = text.indexOf(':');
  const version = colon < 0 ? text : text.slice(0, colon);
  const rest = colon < 0 ? '' : text.slice(colon + 1).trim();
  if (!/^\d+\.\d+(\.\d+){0,2}(-[\w.]+)?$/.test(version)) {
    throw new InvalidArgumentError(
      'It must be VERSION or VERSION:PACKAGE, such as 8.0.1 or "10.0.13:Debian 1:10.0.13+ds-0+deb13u1".',
    );
  }
  return { version, package: rest === '' ? null : rest };
};
