import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MEASURED } from '../../../test/domain/known-catalogue.js';
import { diagnose } from './diagnose.js';
import type { Diagnosis } from './diagnosis.js';
import { MAX_LINE } from './lines.js';

const linesOf = ({ findings, notUnderstood }: Diagnosis): ReadonlySet<number> =>
  new Set([...findings.flatMap(({ lines }) => lines), ...notUnderstood].map(({ number }) => number));

/** Pieces of real messages, put together in any way. */
const PIECES = [
  'qemu-system-x86_64: ',
  'error: ',
  '2026-11-21T03:10:29Z ',
  'load of migration failed: ',
  'Invalid argument',
  ': ',
  "error while loading state for instance 0x0 of device '0000:00:02.0/e1000e'",
  'Failed to load PCIDevice:config',
  'Features 0xff unsupported. Allowed features: 0xf',
  'get_pci_config_device: Bad config data: i=0xffffffff read: ff device: 0 cmask: ff wmask: 0 w1cmask:0',
  "job 'migration in' failed: ",
  'operation failed: ',
  '-device e1000e,id=a: ',
  "can't apply global a.b=c: ",
  '{"desc": "',
  '\n',
  '\r\n',
  '\u0000',
  '😀',
  "'",
  'a',
];

describe('any text', () => {
  it('is taken, and no line of it is lost', () => {
    const words = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 8 })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(words, (parts) => {
        const text = parts.join('');
        const answer = diagnose(text, MEASURED);
        const seen = linesOf(answer);
        // What says nothing of a failure is the only thing that may be left out.
        const nothing = /starting up|shutting down|^-[a-z]|warning: |\\$/;
        const lost = text
          .split('\n')
          .map((line, index) => ({ line: line.trimEnd(), number: index + 1 }))
          .filter(({ line, number }) => line.trim() !== '' && !seen.has(number) && !nothing.test(line));
        expect(lost).toEqual([]);
      }),
      { numRuns: 500, seed: 7 },
    );
  });

  it('that is empty has no finding', () => {
    expect(diagnose(' \n\n\r\n', MEASURED)).toEqual({
      findings: [],
      notUnderstood: [],
      lineCount: 0,
      skippedChars: 0,
    });
  });

  it('that is too long is read from its end, by whole lines', () => {
    const text = `${'x\n'.repeat(600_000)}Not a migration stream`;
    const { findings, skippedChars, lineCount } = diagnose(text, MEASURED, { maxChars: 100 });
    expect(skippedChars).toBe(1_200_022 - 100);
    expect(lineCount).toBe(40);
    expect(findings).toMatchObject([{ kind: 'stream-broken', lines: [{ number: 600_001 }] }]);
  });

  it('has its long lines cut', () => {
    const { findings } = diagnose(`qemu-system-x86_64: ${'y'.repeat(100_000)}`, MEASURED);
    expect(findings[0]?.lines[0]?.text).toHaveLength(MAX_LINE);
  });

  it('with thousands of failures has the first as findings, and the rest as lines', () => {
    const text = Array.from({ length: 3000 }, (_, at) => `qemu-system-x86_64: unheard of ${at}`).join('\n');
    const answer = diagnose(text, MEASURED);
    expect(answer.findings).toHaveLength(200);
    expect(linesOf(answer).size).toBe(3000);
  });

  // 1 MiB of what each is worst at took 40 ms to 1.2 s when this was written; a quadratic step takes minutes.
  it.each([
    [
      'one cause after another',
      'get_pci_config_device: Bad config data: i=0x10a read: 40 device: 0 cmask: ff wmask: 0 w1cmask:0\n',
    ],
    [
      'causes and devices',
      "VQ 0 vring.num 9 exceeds allocated max 8\nerror while loading state for instance 0x0 of device 'a'\n",
    ],
    ['ends of loads', 'error: load of migration failed: Invalid argument\n'],
    ['options within options', '-a b: '],
    ['names of programs', 'kvm qemu-kvm '],
    ['wrappers', "operation failed: job 'a' failed: "],
    ['digits', '1'],
    ['features', "guest CPU doesn't match specification: extra features: a, a, a, a, a, a, a\n"],
  ])('of 1 MiB takes time in proportion to its length: %s', (_name, piece) => {
    const text = piece.repeat(Math.ceil(1_048_576 / piece.length));
    const before = performance.now();
    diagnose(text, MEASURED);
    expect(performance.now() - before).toBeLessThan(15_000);
  });
});
