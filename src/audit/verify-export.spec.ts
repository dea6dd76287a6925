import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { exportLines, logs, longLog, renumbered } from '../../test/audit/sample-log.js';
import { toPosition } from '../ledger/position.js';
import { verifyExport, type ExportVerification } from './verify-export.js';

/** In chunks that do not end where lines do. */
async function* chunksOf(text: string | Buffer, size = 97): AsyncGenerator<Buffer, void> {
  const bytes = Buffer.from(text as string);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const verify = (lines: readonly string[]): Promise<ExportVerification> =>
  verifyExport(chunksOf(lines.map((line) => `${line}\n`).join('')));

/** 1-based numbers of the lines that are named. */
const named = ({ problems }: ExportVerification): number[] => problems.map(({ line }) => line);

// Each check has a database of its own, freed when garbage is collected: too late for a long shrinking.
beforeAll(() => fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true }));

const SIZE = { minLength: 2, maxLength: 12 };
const SAMPLE = exportLines(longLog(6, 10, 2));

describe('an export that nobody touched', () => {
  test('is sound, whatever its events hold', async () => {
    await fc.assert(
      fc.asyncProperty(logs('a', { minLength: 0, maxLength: 12 }), async (events) => {
        const { faults, events: count, streams } = await verify(exportLines(events));
        expect({ faults, count, streams }).toEqual({
          faults: 0,
          count: events.length,
          streams: new Set(events.map((event) => event.stream)).size,
        });
      }),
    );
  });

  test('has the content hash that another engine has of the same events, and no other events have', async () => {
    await fc.assert(
      fc.asyncProperty(logs('a', SIZE), logs('b', SIZE), async (events, others) => {
        const { content } = await verify(exportLines(events));
        expect((await verify(exportLines(renumbered(events)))).content).toBe(content);
        expect((await verify(exportLines(others))).content).not.toBe(content);
        expect((await verify(exportLines(events.slice(0, -1)))).content).not.toBe(content);
      }),
      { numRuns: 30 },
    );
  });
});

describe('of a changed export, the line is named', () => {
  test('in which any one bit was flipped', async () => {
    await fc.assert(
      fc.asyncProperty(logs('a', SIZE), fc.nat(), fc.nat(7), async (events, where, bit) => {
        const bytes = Buffer.from(
          exportLines(events)
            .map((line) => `${line}\n`)
            .join(''),
        );
        const at = where % bytes.length;
        const line = bytes.subarray(0, at).filter((byte) => byte === 0x0a).length + 1;
        bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at);
        expect(named(await verifyExport(chunksOf(bytes)))[0]).toBe(line);
      }),
      { numRuns: 300 },
    );
  });

  test('behind which it was cut off, at any byte', async () => {
    await fc.assert(
      fc.asyncProperty(logs('a', SIZE), fc.nat(), async (events, where) => {
        const whole = Buffer.from(
          exportLines(events)
            .map((line) => `${line}\n`)
            .join(''),
        );
        const cut = whole.subarray(0, where % whole.length);
        const feeds = cut.filter((byte) => byte === 0x0a).length;
        expect(named(await verifyExport(chunksOf(cut)))[0]).toBe(feeds + 1);
      }),
      { numRuns: 200 },
    );
  });

  test('that was swapped with another', async () => {
    await fc.assert(
      fc.asyncProperty(logs('a', SIZE), fc.nat(), fc.nat(), async (events, one, other) => {
        const lines = exportLines(events);
        const [a, b] = [one % lines.length, other % lines.length].toSorted((x, y) => x - y) as [
          number,
          number,
        ];
        fc.pre(a !== b);
        const swapped = lines.with(a, lines[b] ?? '').with(b, lines[a] ?? '');
        expect(named(await verify(swapped))[0]).toBe(a + 1);
      }),
    );
  });

  test('that stands there again, anywhere behind', async () => {
    await fc.assert(
      fc.asyncProperty(logs('a', SIZE), fc.nat(), fc.nat(), async (events, one, further) => {
        const lines = exportLines(events);
        const from = one % lines.length;
        const to = from + 1 + (further % (lines.length - from));
        expect(named(await verify(lines.toSpliced(to, 0, lines[from] ?? '')))[0]).toBe(to + 1);
      }),
    );
  });

  test('before which others were taken out', async () => {
    await fc.assert(
      fc.asyncProperty(logs('a', SIZE), fc.nat(), fc.nat(), async (events, one, many) => {
        const lines = exportLines(events);
        const from = one % (lines.length - 1);
        const count = 1 + (many % (lines.length - 1 - from));
        expect(named(await verify(lines.toSpliced(from, count)))[0]).toBe(from + 1);
      }),
    );
  });

  test('that is of an export of another ledger', async () => {
    await fc.assert(
      fc.asyncProperty(logs('a', SIZE), logs('b', SIZE), fc.nat(), async (events, others, one) => {
        const lines = exportLines(events);
        const foreign = exportLines(others);
        const at = 1 + (one % (Math.min(lines.length, foreign.length) - 1));
        const found = named(await verify(lines.with(at, foreign[at] ?? '')));
        // Every export begins alike, so that a first event is foreign shows by the second.
        expect(found[0]).toBe(at === 1 ? 3 : at + 1);
      }),
    );
  });
});

describe('what is said of a changed export', () => {
  const said = async (lines: readonly string[]): Promise<string[]> =>
    (await verify(lines)).problems.map(({ line, what }) => `${line} ${what}`);

  test('one fault is told once', async () => {
    const changed = (SAMPLE[3] ?? '').replace('"by":"test"', '"by":"tess"');
    expect(await said(SAMPLE.with(3, changed))).toEqual(['4 does not have the hash that it carries']);
    expect(await said(SAMPLE.with(3, 'rubbish'))).toEqual(['4 is no JSON']);
    expect(await said(SAMPLE.with(3, (SAMPLE[3] ?? '').replace('{', '{ ')))).toEqual([
      '4 is not in canonical form',
    ]);
    expect(await said(SAMPLE.toSpliced(3, 1))).toEqual([
      '4 does not follow the line before it: it is event 4, and 3 comes next',
    ]);
    expect(await said(SAMPLE.slice(0, 5))).toEqual(['6 is missing: the export is cut off after event 4']);
    expect(await said(SAMPLE.toSpliced(5, 2))).toEqual([
      '6 does not follow the line before it: events 5 to 6 are missing',
    ]);
    expect(await said([])).toEqual(['1 is missing: the export is cut off after event 0']);
  });

  test('a second fault is told too, and no sound line between them', async () => {
    const changed = (at: number): string => (SAMPLE[at] ?? '').replace('"by":"test"', '"by":"tess"');
    expect(named(await verify(SAMPLE.with(2, changed(2)).with(5, changed(5))))).toEqual([3, 6]);
  });

  test('a newer format is called one, and another file no export', async () => {
    const newer = (SAMPLE[0] ?? '').replace('"version":1', '"version":2');
    expect((await said(SAMPLE.with(0, newer)))[0]).toContain(
      'version: is not 1, the one this hopledger reads',
    );
    expect((await verify(['a,b,c', '1,2,3'])).faults).toBe(3);
  });

  test('of a file that is all wrong, the first twenty lines are told and the rest counted', async () => {
    const { faults, problems } = await verify(Array.from({ length: 100 }, () => 'x'));
    expect([faults, problems.length]).toEqual([101, 20]);
  });
});

describe('an export that was made up, each line with its right hash', () => {
  const events = [...longLog(6, 10, 2)];
  const said = async (made: typeof events): Promise<string[]> =>
    (await verify(exportLines(made))).problems.map(({ line, what }) => `${line} ${what}`);
  const changed = (at: number, change: Partial<(typeof events)[number]>) =>
    events.map((event, index) => (index === at ? { ...event, ...change } : event));

  test('breaks off when an event id is there twice', async () => {
    const id = events[1]?.id ?? '';
    expect(await said(changed(4, { id }))).toEqual([`6 has event id ${id}, as line 3 has`]);
  });

  test('breaks off when the revisions of a stream have a hole, or one twice', async () => {
    expect(await said(changed(4, { revision: 3n }))).toEqual([
      '6 has revision 3 of vm-0, where 2 comes next',
    ]);
    expect(await said(changed(4, { revision: 1n }))).toEqual([
      '6 has revision 1 of vm-0, where 2 comes next',
    ]);
  });

  test('breaks off when positions or times go back', async () => {
    expect(await said(changed(3, { position: toPosition(2) }))).toEqual([
      '5 is at position 0000000000000002, not after 0000000000000003',
    ]);
    expect(await said(changed(3, { recordedAt: '2025-01-01T00:00:00.000Z' }))).toEqual([
      '5 was recorded at 2025-01-01T00:00:00.000Z, before the line before it',
    ]);
  });

  test('breaks off when a line is none by the schema', async () => {
    expect(await said(changed(2, { type: 'with blanks' }))).toEqual([
      '4 is no line of an export: event.type: is malformed',
    ]);
    expect(await said(changed(2, { data: [] }))).toHaveLength(1);
  });
});
