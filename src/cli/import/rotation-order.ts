import { basename, dirname } from 'node:path';

/** A log file with its place among the rotations of one log. */
export interface RotatedLog {
  readonly file: string;
  /** The same for all rotations of one log. */
  readonly log: string;
}

/**
 * Oldest first within each log, and logs in the order in which they were named: what a rotation cut in two is read
 * with its beginning. Knows logrotate's numbers (`vm1.log.2.gz`, higher is older) and dates (`vm1.log-20261121`).
 */
export const inRotationOrder = (files: readonly string[]): readonly RotatedLog[] => {
  const logs = new Map<string, { file: string; age: Age }[]>();
  for (const file of new Set(files)) {
    const { log, age } = partsOf(file);
    logs.set(log, [...(logs.get(log) ?? []), { file, age }]);
  }
  return [...logs].flatMap(([log, rotations]) =>
    rotations.toSorted((a, b) => byAge(a.age, b.age)).map(({ file }) => ({ file, log })),
  );
};

/** `number`: 0 for the log that is written now. `date` sorts as text. */
type Age = { readonly number: number } | { readonly date: string };

const partsOf = (file: string): { readonly log: string; readonly age: Age } => {
  const name = basename(file).replace(/\.gz$/i, '');
  const numbered = /^(.*)\.(\d{1,4})$/.exec(name);
  const dated = /^(.*)-(\d{8}(?:-?\d{1,10})?)$/.exec(name);
  const base = numbered?.[1] ?? dated?.[1] ?? name;
  const age: Age = dated?.[2] !== undefined ? { date: dated[2] } : { number: Number(numbered?.[2] ?? 0) };
  return { log: `${dirname(file)}/${base}`, age };
};

const byAge = (a: Age, b: Age): number => {
  if ('date' in a && 'date' in b) return a.date < b.date ? -1 : a.date > b.date ? 1 : 0;
  if ('number' in a && 'number' in b) return b.number - a.number;
  // The log that is written now has neither; a dated one is older than any that has no date.
  return 'date' in a ? -1 : 1;
};
