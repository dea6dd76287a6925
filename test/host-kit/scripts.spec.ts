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

  it('execute in the hook what AppArmor lets a hook of libvirt execute: nothing by a path of its own', () => {
    for (const name of ['lib/common.sh', 'lib/spool.sh', 'lib/hook.sh', 'hook/50-hopledger'])
      expect(read(name)).not.toMatch(/^\s*(?:exec\s+)?"?\$\{?(?:lib|root|state|KIT)\b/m);
  });
});
