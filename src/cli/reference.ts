import type { Argument, Command, Option } from 'commander';
import { Readable, Writable } from 'node:stream';
import { CliCommand } from './command.js';
import { EXIT_CODES } from './exit-codes.js';
import { createProgram } from './program.js';
import { Screen } from './screen.js';

/** docs/reference/cli.md, from the commands themselves. */
export const renderCliReference = (): string => {
  const program = createProgram(nowhere());
  const lines = [
    '# Command line',
    '',
    'Written from the commands in `src/cli` (`renderCliReference`). Do not edit.',
    '',
    program.description(),
    '',
    'Results go to standard output, all else (progress, hints, errors) to standard error. Tables fit the terminal; into',
    'a pipe or file they are written in full and without colours, as with `NO_COLOR`. `--json` prints what the API',
    'answered; an error is then `{ "error": { "code", "message", "advice", "exitCode" } }` on standard error. Times are',
    'UTC. A VM is named by its UUID, or by its name when only one VM has it.',
    '',
    '## Every command',
    '',
    ...optionTable(program),
    '',
    ...table('environment', [
      ['`HOPLEDGER_URL`', 'URL of the server. Default: `http://127.0.0.1:4173`'],
      ['`HOPLEDGER_TOKEN`', 'the token, where no `--token-file` is given'],
      ['`NO_COLOR`', 'no colours on a terminal either'],
    ]),
    '',
    '## Exit status',
    '',
    ...table(
      'status',
      EXIT_CODES.map(({ code, when }) => [String(code), when]),
    ),
  ];
  for (const command of program.commands) lines.push(...section(command, 'hopledger'));
  return `${lines.join('\n')}\n`;
};

const section = (command: Command, parent: string): string[] => {
  const path = `${parent} ${command.name()}`;
  const usage = [path, ...command.registeredArguments.map(argumentText)].join(' ');
  const depth = '#'.repeat(path.split(' ').length);
  const examples = command instanceof CliCommand ? command.exampleLines : [];
  return [
    '',
    `${depth} ${usage.slice('hopledger '.length)}`,
    '',
    `${command.description()}.`,
    ...(command.registeredArguments.length === 0
      ? []
      : [
          '',
          ...table(
            'argument',
            command.registeredArguments.map((one) => [`\`${argumentText(one)}\``, one.description]),
          ),
        ]),
    ...(command.options.length === 0 ? [] : ['', ...optionTable(command)]),
    ...(examples.length === 0 ? [] : ['', '```sh', ...examples, '```']),
    ...command.commands.flatMap((inner) => section(inner, path)),
  ];
};

const argumentText = (argument: Argument): string => {
  const name = `${argument.name()}${argument.variadic ? '…' : ''}`.toUpperCase();
  return argument.required ? name : `[${name}]`;
};

const optionTable = (command: Command): string[] =>
  table(
    'option',
    command.options.map((option) => [`\`${option.flags}\``, optionText(option)]),
  );

const optionText = (option: Option): string => {
  const choices =
    option.argChoices === undefined
      ? []
      : [`one of ${option.argChoices.map((one) => `\`${one}\``).join(', ')}`];
  const otherwise = option.defaultValue === undefined ? [] : [`default \`${String(option.defaultValue)}\``];
  const notes = [...choices, ...otherwise, ...(option.mandatory ? ['required'] : [])];
  return `${option.description}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`;
};

/** Columns are padded as the formatter would. */
const table = (title: string, rows: readonly (readonly [string, string])[]): string[] => {
  const all = [
    [title, 'what'] as const,
    ...rows.map(([name, what]) => [name, what.replaceAll('|', String.raw`\|`)] as const),
  ];
  const [names, whats] = [0, 1].map((column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = ([name, what]: readonly [string, string]): string =>
    `| ${name.padEnd(names ?? 0)} | ${what.padEnd(whats ?? 0)} |`;
  const [head = '', ...body] = all.map(line);
  return [head, `| ${'-'.repeat(names ?? 0)} | ${'-'.repeat(whats ?? 0)} |`, ...body];
};

/** Commands are declared and none is run. */
const nowhere = () => {
  const screen = new Screen(new Writable());
  return { environment: {}, stdin: Readable.from([]), out: screen, err: screen, exitCode: 0 };
};
