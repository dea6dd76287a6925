import { readdirSync, readFileSync } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { CommanderError, type Command } from 'commander';
import { createProgram } from './program.js';
import { Screen } from './screen.js';

const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const read = (path: string): string => readFileSync(file(path), 'utf8');
const filesOf = (folder: string): readonly string[] =>
  readdirSync(file(folder)).map((name) => `${folder}/${name}`);

type Words = readonly string[];

/** The command line itself, with commands that do nothing. What it says against a line is collected. */
const idle = (): { readonly program: Command; readonly said: string[] } => {
  const said: string[] = [];
  const heard = new Writable({
    write(chunk: Buffer, _encoding, done) {
      said.push(chunk.toString());
      done();
    },
  });
  const screen = new Screen(heard);
  const cli = { environment: {}, stdin: Readable.from([]), out: screen, err: screen, exitCode: 0 };
  const program = createProgram(cli);
  const calm = (command: Command): void => {
    if (command.commands.length === 0) command.action(() => undefined);
    command.commands.forEach(calm);
  };
  calm(program);
  return { program, said };
};

/** What the command line has against those words: nothing when it takes them. */
const against = async (words: Words): Promise<string> => {
  const { program, said } = idle();
  try {
    await program.parseAsync(words, { from: 'user' });
    return '';
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return ''; // help
    return said.join('').split('\n')[0] ?? error.message;
  }
};

const COMMANDS: readonly string[] = idle().program.commands.map((command) => command.name());
/** Not a namespace of that name. */
const CALL = /(?<![\w./-]|-n )(?:hopledger|node dist\/cli\/main\.js) (?=[a-z-])/;

/** Words of a call, to where another command or a redirection begins. */
const wordsOf = (rest: string): Words => {
  // What another command would say: a number fits wherever a word does.
  const settled = rest.replaceAll(/\$\([^()]*\)/g, '1');
  const call = /^(?:'[^']*'|"[^"]*"|[^'"|;&<>()])*/.exec(settled)?.[0] ?? '';
  return [...call.matchAll(/(?:'[^']*'|"[^"]*"|\S)+/g)].map(([word]) => word.replaceAll(/['"]/g, ''));
};
const callsIn = (line: string): readonly Words[] =>
  line
    .replace(/(?:^|\s)#.*/, '')
    .split(CALL)
    .slice(1)
    .map(wordsOf);

/** Blocks of shell, line by line. */
const inBlocks = (page: string): readonly Words[] =>
  [...page.matchAll(/^ *```(?:sh|bash|console)\n([^]*?)```/gm)]
    .flatMap(([, block = '']) => block.replaceAll(/\\\n\s*/g, ' ').split('\n'))
    .flatMap(callsIn);

/** In running text a command may also be just named, without what it needs. */
const inText = (page: string): readonly Words[] =>
  [...page.replaceAll(/^ *```[^]*?```/gm, '').matchAll(/`([^`]+)`/g)]
    .flatMap(([, code = '']) => callsIn(code.replaceAll('\n', ' ')))
    .filter((words) => !isName(words));
const isName = (words: Words): boolean => {
  let command: Command | undefined = idle().program;
  for (const word of words) command = command?.commands.find((inner) => inner.name() === word);
  return command !== undefined;
};

/** Texts of the host kit's scripts that begin a command: `serve` in "have hopledger serve HTTPS" is none. */
const inScript = (script: string): readonly Words[] =>
  script
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .flatMap((line) => line.split(/(?<!\bhave )(?=(?<![\w./-])hopledger [a-z])/).slice(1))
    .map((text) => wordsOf(text.replace('hopledger ', '').replace(/(["',;]|&&).*/, '')))
    .filter(
      ([first = '', ...rest]) => COMMANDS.includes(first) || rest.some((word) => word.startsWith('--')),
    );

const pages = ['README.md', 'deploy/kubernetes/README.md', ...filesOf('docs/guides')].filter((name) =>
  name.endsWith('.md'),
);
const scripts = ['deploy/libvirt-host/bin/hopledger-host', ...filesOf('deploy/libvirt-host/lib')];
const written = [
  ...pages.map((page) => [page, [...inBlocks(read(page)), ...inText(read(page))]] as const),
  ...scripts.map((script) => [script, inScript(read(script))] as const),
].filter(([, calls]) => calls.length > 0);

describe('commands that are written down for people are such that the command line takes', () => {
  test.each(written)('in %s', async (_name, calls) => {
    const faults = await Promise.all(calls.map(async (words) => [words.join(' '), await against(words)]));
    expect(faults.filter(([, fault]) => fault !== '')).toEqual([]);
  });

  test('they are found', () => {
    const all = (name: string): readonly string[] =>
      (written.find(([one]) => one === name)?.[1] ?? []).map((words) => words.join(' '));
    expect(all('deploy/libvirt-host/lib/doctor.sh')).toEqual([
      'token create %s --role recorder --host %s --file %s',
      'import libvirt-logs $log_path --host $host',
    ]);
    expect(all('docs/guides/connect-libvirt.md')).toContain(
      'token create hv1 --role recorder --host hv1 --file /etc/hopledger/tokens.json',
    );
    expect(all('docs/guides/webhooks.md')).toContain('webhook rotate ID --previous-valid 48');
  });

  test.each([
    ['token create hv1 --role recorder --host hv1', /required option '--file <file>'/],
    ['tokn create hv1', /unknown command 'tokn'/],
    ['vm', /missing required argument/],
    ['vms --taintd', /unknown option '--taintd'/],
  ])('%s would not be', async (line, fault) => {
    expect(await against(line.split(' '))).toMatch(fault);
  });
});
