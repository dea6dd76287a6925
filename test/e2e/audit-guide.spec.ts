import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTypeScript } from '../../src/ledger/sqlite/start-thread.js';
import { ledgerFile } from '../audit/make-ledger.js';
import { longLog } from '../audit/sample-log.js';

const GUIDE = readFileSync(new URL('../../docs/guides/audit.md', import.meta.url), 'utf8');
const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const blocks = (language: string): string[] =>
  [...GUIDE.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, 'g'))].map((match) => match[1] ?? '');

// The guide's program is for a machine with Python, which not every machine is.
const hasPython = spawnSync('python3', ['--version']).status === 0;

describe('the commands of docs/guides/audit.md, one after the other', () => {
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hopledger-audit-guide-'));
    await ledgerFile(join(folder, 'ledger.db'), [...longLog(80, 30, 5)]);
    mkdirSync(join(folder, 'bin'));
    const command = [process.execPath, ...runTypeScript(), MAIN].map(
      (word) => `'${word.replaceAll("'", "'\\''")}'`,
    );
    writeFileSync(join(folder, 'bin/hopledger'), `#!/bin/sh\nexec ${command.join(' ')} "$@"\n`);
    chmodSync(join(folder, 'bin/hopledger'), 0o755);
    writeFileSync(join(folder, 'check.py'), blocks('python')[0] ?? '');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = (script: string): { status: number | null; out: string; err: string } => {
    const env = { PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`, HOME: folder };
    const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', script], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    return { status, out: stdout, err: stderr };
  };

  it('do what the guide says', () => {
    const scripts = blocks('sh').filter((script) => hasPython || !script.includes('python3'));
    const outputs = scripts.map((script) => {
      const { status, out, err } = run(script);
      expect({ script, status, err }).toEqual({ script, status: 0, err: '' });
      return out;
    });
    const all = outputs.join('');
    expect(all).toContain('80 events of ledger.db');
    expect(all).toContain('sound: audit-2026.ndjson.gz, 80 events in 5 streams');
    expect(all).toMatch(/not sound: changed\.ndjson[^]*line 3 is not in canonical form[^]*exit status 1/);
    expect(all).toContain('begins with the 80 events of audit-2026.ndjson');
  }, 300_000);

  (hasPython ? it : it.skip)(
    'and its Python program agrees with hopledger, and finds what was changed',
    () => {
      const ours =
        /content hash (\w{64})/.exec(run('hopledger ledger verify audit-2026.ndjson').out)?.[1] ?? 'none';
      expect(run('python3 check.py audit-2026.ndjson').out).toBe(`80 events, content hash ${ours}\n`);
      const change = `sed '20s/"at":18/"at":19/' audit-2026.ndjson > forged.ndjson; python3 check.py forged.ndjson`;
      expect(run(change)).toMatchObject({ status: 1, err: 'line 20 is wrong\n' });
    },
    60_000,
  );
});
