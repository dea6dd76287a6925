import type { Difference } from './pins-comparison.js';

/** How the answers of a catalogue compare with what one binary says. */
export interface Compared {
  readonly binary: string;
  readonly package: string | null;
  readonly counts: Readonly<Record<Question, number>>;
  readonly differences: readonly Difference[];
}

export const QUESTIONS = ['machine types', 'rows', 'values', 'behaviours', 'properties'] as const;
export type Question = (typeof QUESTIONS)[number];

/** Why a difference is there and what hopledger makes of it. A difference without a line here fails the test. */
export const EXPLANATIONS: readonly { readonly about: RegExp; readonly why: string }[] = [
  {
    about: /^5\.2\.0: machine type xenfv-/,
    why: 'Machine types of Xen are not in the table. What is not known of them is asked of the host.',
  },
  {
    about: /^11\.1\.3: x86_64-cpu\.x-migrate-error-code /,
    why: 'The newest release of the series whose source was read is 11.1.0, which has the property and pins it up to 10.1. This binary has neither. So on it the error code of a pending exception may be sent to older QEMUs; where a host reports what the binary says, that counts.',
  },
];

export const explanationOf = (text: string): string | null =>
  EXPLANATIONS.find(({ about }) => about.test(text))?.why ?? null;

const table = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `| ${row.join(' | ')} |`).join('\n');

/** docs/reference/pins-against-binaries.md */
export const report = (compared: readonly Compared[]): string => {
  const differences = compared.flatMap((one) => one.differences);
  const explained = differences.map(({ text, machineTypes }) => [
    `\`${text}\``,
    machineTypes.length === 0 ? '' : `${machineTypes.length}: ${machineTypes[0]} to ${machineTypes.at(-1)}`,
    explanationOf(text) ?? 'not explained',
  ]);
  return `# The catalogue against real binaries

Written by \`test/truth/pins-against-binaries.spec.ts\`, which fails when this page is not what it finds:
\`HOPLEDGER_WRITE_REFERENCE=1\` in its environment has it write the page anew.

The pins of the catalogue were read from QEMU's source, and no binary had a part in it. These binaries were asked over QMP
what they have and what their machine types set (\`query-machines\` with \`compat-props\`, which 9.1 and later answer), and
every answer was held against the catalogue's. The catalogue is asked without what binaries say, which would outrank it.

- **machine types**: each that the binary lists, and each x86 one that the catalogue says it has.
- **rows**: for each machine type, each property of each type that either of the two sets there.
- **values**: for each machine type, each property that reaches a device type over any of its ancestors: what is applied last.
- **behaviours**: for each machine type, each behaviour of the catalogue that hangs on one property: the value that its rules
  give against the one that the binary sets or defaults to.
- **properties**: each property with a pin, on each type that the binary has: there or not, by the releases in \`knobs.json\`.
  That file was held against these binaries when it was made, so here it can only fall behind.

${table([
  ['binary', ...QUESTIONS, 'differ'],
  ['---', ...QUESTIONS.map(() => '---:'), '---:'],
  ...compared.map(({ binary, package: packaged, counts, differences: found }) => [
    packaged ?? `${binary}, upstream`,
    ...QUESTIONS.map((question) => (counts[question] === 0 ? '-' : String(counts[question]))),
    String(found.length),
  ]),
])}

A dash: the binary does not tell.

## Differences

${
  explained.length === 0
    ? 'None.'
    : table([['what', 'machine types', 'why'], ['---', '---', '---'], ...explained])
}
`;
};
