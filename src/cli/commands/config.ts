import { readFileSync } from 'node:fs';
import type { Cli } from '../cli.js';
import { CliCommand } from '../command.js';
import { renderTable, type Column } from '../show/table.js';

interface Setting {
  readonly path: string;
  readonly value: unknown;
  readonly from: string;
}

/** `hopledger config`: what a server started here and now would be set to. */
export const configCommand = (cli: Cli): CliCommand =>
  new CliCommand('config').description("The server's settings").addCommand(showCommand(cli));

const showCommand = (cli: Cli): CliCommand =>
  new CliCommand('show')
    .description('The settings that a server started here would have, and where each comes from')
    .option('--json', 'print JSON')
    .examples('hopledger config show', 'HOPLEDGER_CONFIG=/etc/hopledger.json hopledger config show --json')
    .action(async (options: { json?: boolean }) => {
      const [{ loadConfig }, { eachSetting }] = await Promise.all([
        import('../../runtime/config.js'),
        import('../../runtime/config.settings.js'),
      ]);
      const { environment } = cli;
      const config = loadConfig(environment);
      const file = environment['HOPLEDGER_CONFIG'] ?? '';
      const inFile: unknown = file === '' ? {} : JSON.parse(readFileSync(file, 'utf8'));
      const settings = eachSetting().map(({ group, name, path, variable, setting: { secret } }): Setting => {
        const inForce = fieldOf(fieldOf(config, group), name);
        const value = secret === true && inForce !== undefined ? '(set; not shown)' : inForce;
        if ((environment[variable] ?? '') !== '') return { path, value, from: variable };
        return { path, value, from: fieldOf(fieldOf(inFile, group), name) === undefined ? 'default' : file };
      });
      if (options.json === true)
        cli.out.json(
          Object.fromEntries(settings.map(({ path, value, from }) => [path, { value: value ?? null, from }])),
        );
      else for (const line of renderTable(COLUMNS, settings, cli.out)) cli.out.line(line);
    });

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (Reflect.get(value, name) as unknown) : undefined;

const COLUMNS: readonly Column<Setting>[] = [
  { title: 'SETTING', cell: ({ path }) => path },
  {
    title: 'VALUE',
    cell: ({ value }) =>
      value === undefined ? '-' : typeof value === 'string' ? value : JSON.stringify(value),
    least: 16,
  },
  {
    title: 'FROM',
    cell: ({ from }) => from,
    mark: (text, { from }, style) => (from === 'default' ? style.dim(text) : text),
    least: 10,
  },
];
