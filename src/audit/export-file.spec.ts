import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createReadStream, existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fill } from '../../test/audit/make-ledger.js';
import { longLog } from '../../test/audit/sample-log.js';
import { MemoryLedger } from '../ledger/memory/memory-ledger.js';
import { writeExport } from './export-file.js';
import { verifyExport } from './verify-export.js';

const LOG = [...longLog(40, 20, 3)];

let folder: string;
let file: string;
let ledger: MemoryLedger;
let whole: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hopledger-export-'));
  file = join(folder, 'export.ndjson');
  ledger = new MemoryLedger({ now: () => Date.UTC(2026, 0, 1) });
  await fill(ledger, LOG);
  const first = join(folder, 'first.ndjson');
  await writeExport(ledger, first);
  whole = await readFile(first, 'utf8');
});
afterEach(() => rm(folder, { recursive: true }));

describe('an export that is written to a file', () => {
  test('is sound, for its owner only, and the same bytes each time', async () => {
    expect(await writeExport(ledger, file)).toMatchObject({ events: 40, resumedAfter: 0 });
    expect(await readFile(file, 'utf8')).toBe(whole);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(existsSync(`${file}.partial`)).toBe(false);
    expect((await verifyExport(createReadStream(file))).faults).toBe(0);
  });

  test('of an empty ledger is sound', async () => {
    await writeExport(new MemoryLedger(), file);
    expect(await verifyExport(createReadStream(file))).toMatchObject({ faults: 0, events: 0 });
  });
});

describe('an export that was interrupted', () => {
  test('goes on, at whatever byte it was cut off, to the same bytes', async () => {
    for (let cut = 0; cut <= whole.length; cut += 487) {
      await writeFile(`${file}.partial`, whole.slice(0, cut));
      await writeExport(ledger, file);
      expect(await readFile(file, 'utf8')).toBe(whole);
      await rm(file);
    }
  });

  test('goes on before its end line, when the ledger has grown since', async () => {
    await writeFile(`${file}.partial`, whole);
    await fill(ledger, [...longLog(43, 20, 3)].slice(40));
    expect(await writeExport(ledger, file)).toMatchObject({ events: 43, resumedAfter: 40 });
    expect((await verifyExport(createReadStream(file))).faults).toBe(0);
  });

  test('goes on before what a disk left behind instead of the last lines', async () => {
    await writeFile(`${file}.partial`, `${whole.slice(0, 5000)}${'\0'.repeat(3000)}\n\n`);
    await writeExport(ledger, file);
    expect(await readFile(file, 'utf8')).toBe(whole);
  });

  test('is refused when it was of another ledger, and stays as it is', async () => {
    await writeFile(`${file}.partial`, whole.slice(0, 9000));
    const other = new MemoryLedger();
    await fill(other, longLog(40, 21, 3));
    await expect(writeExport(other, file)).rejects.toMatchObject({ code: 'LEDGER_DIFFERS' });
    expect(existsSync(file)).toBe(false);
  });
});
