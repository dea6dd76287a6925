import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { SHELLS } from './kit.js';

const KIT = fileURLToPath(new URL('../../deploy/libvirt-host/', import.meta.url));
const read = (name: string): string => readFileSync(join(KIT, name), 'utf8');
const SCRIPTS = [
  'bin/hopledger-host',
  'hook/50-hopledger',
  ...readdirSync(join(KIT, 'lib')).map((name) => `lib/${name}`),
];
const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0;

describe('the scripts of the host kit', () => {
  it.each(SHELLS.map((shell) => [shell.join(' '), shell] as const))(
    'are understood by %s',
    (_name, shell) => {
      const [program = '', ...options] = shell;
      for (const script of SCRIPTS) {
        const { status, stderr } = spawnSync(program, [...options, '-n', join(KIT, script)], {
          encoding: 'utf8',
        });
        expect([script, status, stderr]).toEqual([script, 0, '']);
      }
    },
  );

  // skipped where there is no shellcheck
  (hasShellcheck ? it : it.skip)('have no fault that shellcheck knows', () => {
    const files = SCRIPTS.map((name) => join(KIT, name));
    const options = ['-x', '-P', join(KIT, '../..'), '--severity=warning'];
    const { status, stdout } = spawnSync('shellcheck', [...options, ...files], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, '']);
  });

  it('know every setting that the packaged host.conf has, and it has every one that they know', () => {
    const packaged = [...read('etc/host.conf').matchAll(/^#?([a-z_]+)=/gm)].map(([, name]) => name);
    const arms = /^set_config\(\) \{([^]*?)^\}/m.exec(read('lib/common.sh'))?.[1] ?? '';
    const known = [...arms.matchAll(/^ {4}([a-z_ |]+)\)/gm)].flatMap(([, names = '']) => names.split(' | '));
    expect([...new Set(packaged)].sort()).toEqual([...new Set(known)].sort());
    expect(known.length).toBeGreaterThan(10);
  });

  it('give one version', () => {
    const version = /^KIT_VERSION=(.*)$/m.exec(read('lib/common.sh'))?.[1];
    expect(read('hook/50-hopledger')).toContain(`hopledger's libvirt hook, kit ${version ?? '?'}\n`);
  });

  const OF_THE_HOOK = ['lib/common.sh', 'lib/spool.sh', 'lib/hook.sh', 'hook/50-hopledger'];
  it('execute in the hook what AppArmor lets a hook of libvirt execute: nothing by a path of its own', () => {
    for (const name of OF_THE_HOOK) expect([name, executed(read(name))]).toEqual([name, []]);
  });

  it.each([
    '"$lib/x"',
    'exec "$lib/x"',
    'timeout 1 "$lib/x"',
    'timeout -k 1 1 ${lib}/x a b',
    'true && "$lib/x" a',
    'value=$("$lib/x")',
    'cat "$work/xml" | "$lib/x"',
    'LC_ALL=C "$state/x"',
    'if "$root/usr/lib/hopledger-host/x"; then',
    'env A=b nice sh "$run/x"',
    'find "$spool" -exec "$root/x" {} +',
    'ls | xargs -n 1 "$work/x"',
    '/usr/lib/hopledger-host/x',
    'timeout 1 /usr/local/lib/hopledger-host/x',
  ])('would not pass for that with %s', (line) => {
    expect(executed(`name=a\n  ${line}\n`)).toEqual([`  ${line}`]);
  });
});

const OWN_PATH = String.raw`"?(?:\$\{?(?:lib|root|state|run|spool|advice|work|KIT)\b|/\S*/hopledger-host/)`;
/** Where a command begins. */
const BEGINS = String.raw`(?:^|[;&|({!]|\b(?:if|while|until|then|else|do|elif)\b)\s*`;
const RUNNER = String.raw`\b(?:timeout|exec|env|nice|nohup|setsid|xargs|stdbuf|sh|command|eval|trap)\s[^;|&<>]*?`;
const EXECUTES = new RegExp(`(?:${BEGINS}(?:\\w+=\\S*\\s+)*|${RUNNER}|-exec\\s+)${OWN_PATH}`);

/** Lines of a script that execute a file of the kit, as its first word or behind another that executes the next. */
const executed = (script: string): readonly string[] =>
  script.split('\n').filter((line) => !/^\s*#/.test(line) && EXECUTES.test(line));
