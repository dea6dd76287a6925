import { Readable, Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { ROLES } from '../runtime/principal.js';
import { CliCommand } from './command.js';
import { TOKEN_ROLES } from './commands/token.js';
import { createProgram } from './program.js';
import { run } from './run.js';
import { Screen } from './screen.js';

const world = (environment: Record<string, string> = {}) => {
  const written = { out: '', err: '' };
  const screen = (name: 'out' | 'err'): Screen =>
    new Screen(
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          written[name] += chunk.toString();
          done();
        },
      }),
    );
  const cli = { environment, stdin: Readable.from([]), out: screen('out'), err: screen('err'), exitCode: 0 };
  return { cli, written };
};

const paths = (command: CliCommand, before: readonly string[] = []): string[][] =>
  command.commands.flatMap((inner) => {
    const path = [...before, inner.name()];
    return [path, ...(inner instanceof CliCommand ? paths(inner, path) : [])];
  });
const every = paths(createProgram(world().cli));

describe('every command', () => {
  test.each(every.map((path) => path.join(' ')))(
    '%s has help, and says what the options of all commands are',
    async (path) => {
      const { cli, written } = world();
      expect(await run(cli, [...path.split(' '), '--help'])).toBe(0);
      expect(written.out).toContain('Usage: hopledger');
      expect(written.out).toContain('--url <url>');
      expect(written.err).toBe('');
    },
  );

  test('that does something has an example, of a command that there is', () => {
    const known = new Set(every.map((path) => path.join(' ')));
    const visit = (command: CliCommand): void => {
      for (const inner of command.commands) if (inner instanceof CliCommand) visit(inner);
      if (command.commands.length === 0 && command.name() !== 'version')
        expect(command.exampleLines.length).toBeGreaterThan(0);
      for (const line of command.exampleLines) {
        const [, first = '', second = ''] = /(?<!\/)hopledger(?: ([a-z-]+))(?: ([a-z-]+))?/.exec(line) ?? [];
        expect(known.has(first) || known.has(`${first} ${second}`)).toBe(true);
      }
    };
    visit(createProgram(world().cli));
  });
});

describe('a wrong command line', () => {
  test.each([
    [['frob'], "unknown command 'frob'"],
    [['vm'], "missing required argument 'vm'"],
    [['vms', '--first', 'x'], 'whole number'],
    [['vms', '--state', 'asleep'], 'one of running'],
    [['assess', 'web01'], '--to HOST'],
    [['assess-launch', '--host', 'a'], '--xml FILE'],
    [['assess-launch', '--host', 'a', '--device', 'alias=x'], '--machine-type'],
    [['record', 'stop', 'web01', '--host', 'a', '--reason', 'bored'], 'Allowed choices'],
    [['record', 'launch', '--host', 'a'], 'say which VM'],
    [['vms', '--url', 'hosta:4173'], 'no URL of a server'],
  ])('%j ends with 2 and says why', async (words, why) => {
    const { cli, written } = world();
    expect(await run(cli, words)).toBe(2);
    expect(written.err).toContain(why);
    expect(written.out).toBe('');
  });

  test('no command at all shows the help, as an error', async () => {
    const { cli, written } = world();
    expect(await run(cli, [])).toBe(2);
    expect(written.err).toContain('Usage: hopledger');
  });
});

describe('errors', () => {
  const away = { HOPLEDGER_URL: 'http://127.0.0.1:9' };

  test('are told without a stack trace, unless asked for', async () => {
    const plain = world(away);
    await run(plain.cli, ['vms']);
    expect(plain.written.err).not.toContain('    at ');
    const debug = world(away);
    await run(debug.cli, ['vms', '--debug']);
    expect(debug.written.err).toContain('    at ');
  });

  test('are JSON where JSON was asked for', async () => {
    const { cli, written } = world(away);
    expect(await run(cli, ['vms', '--json'])).toBe(5);
    expect(JSON.parse(written.err)).toMatchObject({
      error: { exitCode: 5, message: expect.stringContaining('cannot reach') },
    });
  });
});

test('--version prints the version and nothing else', async () => {
  const { cli, written } = world();
  expect(await run(cli, ['--version'])).toBe(0);
  expect(written.out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('the roles of a token are those of the server', () => {
  expect(TOKEN_ROLES).toEqual(ROLES);
});
