import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { fill, ledgerFile } from '../../../test/audit/make-ledger.js';
import { longLog } from '../../../test/audit/sample-log.js';
import { openLedger } from '../../ledger/open.js';
import { run } from '../run.js';
import { Screen } from '../screen.js';

const LOG = [...longLog(60, 20, 4)];

let folder: string;
let ledger: string;
let file: string;
let grown: string;

/** The command in this process. */
const hop = async (
  args: readonly string[],
  { environment = {}, stdin = '' }: { environment?: Record<string, string>; stdin?: string | Buffer } = {},
) => {
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
  const stdinStream = Readable.from([stdin]);
  const cli = { environment, stdin: stdinStream, out: screen('out'), err: screen('err'), exitCode: 0 };
  const code = await run(cli, ['ledger', ...args]);
  return { code, ...written };
};
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hopledger-audit-'));
  ledger = await ledgerFile(at('ledger.db'), LOG.slice(0, 50));
  file = at('export.ndjson');
  expect(await hop(['export', file, '--from', ledger])).toMatchObject({ code: 0, err: '' });
  grown = await ledgerFile(at('grown.db'), LOG);
});
afterAll(() => rm(folder, { recursive: true }));

describe('an auditor with an export and nothing else', () => {
  test('is told that it is sound, how much it holds, and its content hash', async () => {
    const { code, out } = await hop(['verify', file]);
    expect(code).toBe(0);
    expect(out).toMatch(/^sound: \S+, 50 events in 4 streams\ncontent hash [0-9a-f]{64}\n$/);
  });

  test('is told which line was changed, and the exit status says it too', async () => {
    const text = await readFile(file, 'utf8');
    await writeFile(at('changed.ndjson'), text.replace('"at":17', '"at":18'));
    const { code, out } = await hop(['verify', at('changed.ndjson')]);
    expect(code).toBe(1);
    expect(out).toContain('line 19 does not have the hash that it carries');
    expect(out).not.toContain('content hash');
  });

  test('can hold it to a hash that was written down', async () => {
    const { content } = JSON.parse((await hop(['verify', file, '--json'])).out) as { content: string };
    expect(await hop(['verify', file, '--expect', content])).toMatchObject({ code: 0 });
    expect(await hop(['verify', file, '--expect', 'f'.repeat(64)])).toMatchObject({
      code: 1,
      out: expect.stringContaining('the content hash is not ffff'),
    });
  });

  test('can hold a later export against an earlier one', async () => {
    await hop(['export', at('later.ndjson'), '--from', grown]);
    expect(await hop(['verify', at('later.ndjson'), '--against', file])).toMatchObject({
      code: 0,
      out: expect.stringContaining(`begins with the 50 events of ${file}`),
    });
    expect(await hop(['verify', file, '--against', at('later.ndjson')])).toMatchObject({
      code: 1,
      err: expect.stringContaining('ends before event 51'),
    });
  });

  test('may have it packed, or in a pipe', async () => {
    const packed = gzipSync(await readFile(file));
    await writeFile(at('export.ndjson.gz'), packed);
    expect(await hop(['verify', at('export.ndjson.gz')])).toMatchObject({ code: 0 });
    expect(await hop(['verify', '-'], { stdin: await readFile(file) })).toMatchObject({ code: 0 });
  });

  test('who gives another file is told so', async () => {
    await writeFile(at('notes.txt'), 'dear auditor,\n');
    expect(await hop(['verify', at('notes.txt')])).toMatchObject({
      code: 1,
      err: expect.stringContaining(
        'is neither a ledger nor an export: its line 1 is no JSON [CANNOT_OPEN_LEDGER]',
      ),
    });
  });
});

describe('a ledger', () => {
  test('has the content hash of its export, and one that has grown begins with it', async () => {
    const { content } = JSON.parse((await hop(['verify', file, '--json'])).out) as { content: string };
    expect((await hop(['verify', ledger])).out).toContain(`content hash ${content}`);
    expect(await hop(['verify', grown, '--against', file])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/60 events[^]*begins with the 50 events/),
    });
  });

  test('that was changed behind our back no longer begins with its export', async () => {
    const spoilt = await ledgerFile(
      at('spoilt.db'),
      LOG.map((event, index) => (index === 30 ? { ...event, metadata: { by: 'someone' } } : event)),
    );
    expect(await hop(['verify', spoilt, '--against', file])).toMatchObject({
      code: 1,
      err: expect.stringContaining("the ledger's event 31 is not the one expected"),
    });
  });

  test('without a name is the one of the configuration', async () => {
    await ledgerFile(join(folder, 'data', 'ledger.db'), LOG);
    const environment = { HOPLEDGER_DATA_DIRECTORY: at('data') };
    expect((await hop(['verify'], { environment })).out).toContain('60 events');
    expect(await hop(['export', at('configured.ndjson')], { environment })).toMatchObject({ code: 0 });
    expect(await hop(['verify'], { environment: { HOPLEDGER_LEDGER_ENGINE: 'memory' } })).toMatchObject({
      code: 2,
      err: expect.stringContaining('keeps nothing'),
    });
  });

  test('that is not there is no empty ledger', async () => {
    for (const args of [
      ['export', at('none.ndjson'), '--from', at('none.db')],
      ['copy', at('none.db'), at('copy-of-none.db')],
    ])
      expect(await hop(args)).toMatchObject({ code: 1, err: expect.stringContaining(at('none.db')) });
  });
});

describe('beside a server that has the ledger open', () => {
  test('export and verify work, import and copy into it are refused, and copying from it brings what is there', async () => {
    const path = at('served.db');
    const server = await openLedger({ engine: 'sqlite', path });
    try {
      await fill(server, LOG.slice(0, 55));
      expect((await hop(['verify', path, '--against', file])).code).toBe(0);
      expect(await hop(['export', at('served.ndjson'), '--from', path])).toMatchObject({ code: 0 });
      expect((await hop(['copy', path, at('moved.db')])).out).toContain('the 55 events');
      for (const args of [
        ['import', at('served.ndjson'), '--to', path],
        ['copy', grown, path],
      ]) {
        const { code, err } = await hop(args);
        expect(code).toBe(1);
        expect(err).toContain(
          'open for appending elsewhere; one process appends to a ledger [CANNOT_OPEN_LEDGER]',
        );
        expect(err).toContain('stop the server that has it open');
      }
      await fill(server, LOG.slice(55));
    } finally {
      await server.close();
    }
    expect((await hop(['copy', path, at('moved.db')])).out).toContain('the 60 events');
  });
});

describe('an import', () => {
  test('of an export that is not sound writes nothing, not even an empty ledger', async () => {
    const text = await readFile(file, 'utf8');
    await writeFile(at('cut.ndjson'), text.slice(0, -200));
    const { code, err } = await hop(['import', at('cut.ndjson'), '--to', at('never.db')]);
    expect(code).toBe(1);
    expect(err).toContain('[BAD_EXPORT]');
    await expect(readFile(at('never.db'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('goes on where the target ends, and refuses a target with other events', async () => {
    const target = await ledgerFile(at('begun.db'), LOG.slice(0, 20));
    expect(await hop(['import', file, '--to', target])).toMatchObject({
      code: 0,
      out: expect.stringContaining('the 50 events of'),
    });
    const other = await ledgerFile(at('other.db'), [...longLog(20, 21, 4)]);
    expect(await hop(['import', file, '--to', other])).toMatchObject({
      code: 1,
      err: expect.stringMatching(
        /the target holds other events: its event 1 .*Nothing was written \[LEDGER_DIFFERS\]/,
      ),
    });
  });
});

describe('an export', () => {
  test('overwrites nothing', async () => {
    expect(await hop(['export', file, '--from', ledger])).toMatchObject({
      code: 1,
      err: expect.stringContaining('overwrites nothing'),
    });
  });

  test('goes to standard output as it goes to a file, and says the rest elsewhere', async () => {
    const { out, err } = await hop(['export', '-', '--from', ledger]);
    expect(out).toBe(await readFile(file, 'utf8'));
    expect(err).toMatch(/^50 events, content hash [0-9a-f]{64}\n$/);
  });

  test('and a copy never print a connection string, which may hold a password', async () => {
    await writeFile(at('connection'), 'esdb://admin:sesame@127.0.0.1:1?tls=nonsense\n');
    for (const args of [
      ['verify', `@${at('connection')}`],
      ['copy', ledger, `@${at('connection')}`],
      ['verify', 'esdb://admin:sesame@127.0.0.1:1?tls=nonsense'],
    ]) {
      const { code, out, err } = await hop(args);
      expect(code).toBe(1);
      expect(out + err).not.toContain('sesame');
    }
    await writeFile(at('empty'), '\n');
    expect(await hop(['verify', `@${at('empty')}`])).toMatchObject({ code: 2 });
  });
});
