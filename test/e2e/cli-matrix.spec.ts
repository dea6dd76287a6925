import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CliUnderTest, type Finished } from './cli-process.js';

const folder = mkdtempSync(join(tmpdir(), 'hopledger-matrix-'));
const cli = new CliUnderTest();
let url = '';
const hop = (args: readonly string[], stdin = ''): Promise<Finished> =>
  cli.run(args, { HOPLEDGER_URL: url }, stdin);
const GUEST = [
  '--machine-type',
  'pc-q35-7.2',
  '--device',
  'alias=pci.1,type=pcie-root-port,address=0000:00:02.0',
];

beforeAll(async () => {
  ({ url } = await cli.serve({ HOPLEDGER_DATA_DIRECTORY: join(folder, 'data') }));
}, 300_000);
afterAll(async () => {
  await cli.stopAll();
  rmSync(folder, { recursive: true, force: true });
});

describe('hopledger matrix', () => {
  test('is a table to read, with what is needed below', async () => {
    const builds = ['7.2.22', '8.0.0', '8.2.0'].flatMap((build) => ['--build', build]);
    const { code, out } = await hop(['matrix', ...GUEST, ...builds, '--born', '8.0.0']);
    expect(code).toBe(0);
    expect(out.split('\n').map((line) => line.replace(/ +/g, ' ').trim())).toEqual(
      expect.arrayContaining([
        'pc-q35-7.2, born on 8.0.0',
        'FROM \\ TO 7.2.22 8.0.0 8.2.0',
        '7.2.22 - - -',
        '8.0.0 BLOCKED* SAFE NEEDS_OVERRIDES',
        '8.2.0 BLOCKED* SAFE* NEEDS_OVERRIDES',
        'with pci.1:x-pcie-err-unc-mask=on',
        '8.0.0 -> 8.2.0',
      ]),
    );
  });

  test('says what it lacks, and what is too much', async () => {
    expect(await hop(['matrix', '--build', '8.0.0'])).toMatchObject({ code: 2 });
    expect(await hop(['matrix', ...GUEST])).toMatchObject({ code: 2 });
    const many = Array.from({ length: 13 }, (_, minor) => ['--build', `7.${minor}.0`]).flat();
    const { code, err } = await hop(['matrix', ...GUEST, ...many]);
    expect([code === 0, err]).toEqual([false, expect.stringContaining('builds: has over 12 entries')]);
  });
});

describe('hopledger truth', () => {
  const history = {
    id: 'made-up',
    machine: 'pc-q35-7.2',
    accel: 'tcg',
    steps: [
      {
        do: 'launch',
        build: { version: '8.0.0', package: 'upstream v8.0.0' },
        devices: [{ driver: 'pcie-root-port', id: 'rp1', bus: 'pcie.0', addr: '0x2' }],
        globals: [],
        result: 'ok',
      },
      {
        do: 'hop',
        to: { version: '8.2.0', package: 'upstream v8.2.0' },
        devices: [{ driver: 'pcie-root-port', id: 'rp1', bus: 'pcie.0', addr: '0x2' }],
        globals: [],
        result: 'refused',
        error: [
          'get_pci_config_device: Bad config data: i=0x10a read: 40 device: 0 cmask: ff wmask: 0 w1cmask:0',
        ],
      },
    ],
  };

  test('prints a line for each step that was asked about, and a summary', async () => {
    const { code, out } = await hop(['truth', '-'], JSON.stringify(history));
    expect(code).toBe(0);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatchObject({
      history: 'made-up',
      step: 1,
      verdict: 'NEEDS_OVERRIDES',
      predicted: 'refused',
      overridesMissing: [
        { id: 'rp1', driver: 'pcie-root-port', property: 'x-pcie-err-unc-mask', value: 'on' },
      ],
    });
    expect(lines[2]).toMatchObject({ summary: { compared: 2, agreed: 2, missedFailures: 0 } });
  });

  test('tells a line that is no history by its number, goes on, and ends with 1', async () => {
    const file = join(folder, 'some.jsonl');
    writeFileSync(file, `{"id": 1}\n${JSON.stringify(history)}\nnot json\n`);
    const { code, out, err } = await hop(['truth', '--summary', file]);
    expect(code).toBe(1);
    expect(err).toContain(`${file}:1: id: `);
    expect(err).toContain(`${file}:3: `);
    expect(JSON.parse(out)).toMatchObject({ summary: { histories: 1, agreed: 2 } });
  });

  test('ends with 1 when a failure was missed', async () => {
    const missed = structuredClone(history);
    Object.assign(missed.steps[0] ?? {}, { build: { version: '8.2.0', package: 'upstream v8.2.0' } });
    const { code, err } = await hop(['truth', '--summary', '-'], JSON.stringify(missed));
    expect(code).toBe(1);
    expect(err).toContain('failures missed: 1');
  });
});
