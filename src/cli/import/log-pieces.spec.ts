import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDomainLog, type LogEntry } from '../../intake/libvirt/logs.js';
import { cutSmaller, LogCutter, type LogPiece } from './log-pieces.js';

const uuid = (vm: number): string => `11111111-2222-4333-8444-${String(vm).padStart(12, '0')}`;
const at = (second: number): string =>
  `2026-11-21 03:10:${String(second % 60).padStart(2, '0')}.${String(100 + second)}+0000`;

const start = (second: number, vm = 1): string[] => [
  `${at(second)}: starting up libvirt version: 9.0.0, package: 9.0.0-4 (Debian), qemu version: 8.0.0, kernel: 6.1, hostname: hosta`,
  'LC_ALL=C \\',
  '/usr/bin/qemu-system-x86_64 \\',
  `-name guest=vm${vm},debug-threads=on \\`,
  '-machine pc-q35-7.2,usb=off \\',
  `-uuid ${uuid(vm)} \\`,
  '-msg timestamp=on',
];
const chatter = (lines: number): string[] =>
  Array.from({ length: lines }, (_, at) => `char device redirected to /dev/pts/${at} (label charserial0)`);
const end = (second: number, reason = 'destroyed'): string[] => [
  `${at(second)}: shutting down, reason=${reason}`,
];

const piecesOf = (lines: readonly string[], mostBytes: number, startBefore?: Buffer): LogPiece[] => {
  const cutter = new LogCutter({ mostBytes, startBefore });
  const pieces = [...lines.map((line) => cutter.push(Buffer.from(line))), cutter.end()];
  return pieces.filter((piece) => piece !== null);
};

/** What the server would make of the pieces, told by the lines of the file. */
const understood = (
  pieces: readonly LogPiece[],
): readonly Pick<LogEntry, 'lineNumber' | 'at' | 'event' | 'uuid'>[] =>
  pieces.flatMap(({ body, lineOf }) =>
    parseDomainLog(body.toString(), 'hosta').entries.flatMap(({ lineNumber, at: when, event, uuid: vm }) => {
      const line = lineOf(lineNumber);
      return line === null ? [] : { lineNumber: line, at: when, event, uuid: vm };
    }),
  );

describe('a log in pieces', () => {
  test('is cut where a process starts', () => {
    const lines = [...start(1), ...end(2), ...start(3), ...end(4)];
    const [first, second, ...others] = piecesOf(lines, 500);
    expect(others).toEqual([]);
    expect(first?.body.toString()).toBe(`${[...start(1), ...end(2)].join('\n')}\n`);
    expect(second?.body.toString()).toBe(`${[...start(3), ...end(4)].join('\n')}\n`);
    expect(second?.lineOf(1)).toBe(9);
  });

  test('repeats the start where one process wrote more than fits', () => {
    const lines = [...start(1), ...chatter(40), ...end(2)];
    const pieces = piecesOf(lines, 1000);
    expect(pieces.length).toBeGreaterThan(2);
    for (const { body } of pieces)
      expect(body.toString()).toMatch(/^2026-11-21 03:10:01\.101\+0000: starting up/);
    expect(pieces.at(-1)?.lineOf(1)).toBeNull();
    expect(understood(pieces).map(({ lineNumber, uuid: vm }) => [lineNumber, vm])).toEqual([
      [1, uuid(1)],
      [48, uuid(1)],
    ]);
  });

  test('goes on with the start of the rotation before it', () => {
    const older = new LogCutter({ mostBytes: 10_000 });
    for (const line of [...start(1), ...chatter(2)]) older.push(Buffer.from(line));
    const [piece] = piecesOf([...chatter(1), ...end(9)], 10_000, older.lastStart);
    expect(understood(piece === undefined ? [] : [piece])).toMatchObject([{ lineNumber: 2, uuid: uuid(1) }]);
  });

  test('never cuts within a start, however long its command line', () => {
    const long = [...start(1).slice(0, -1), `-append ${'x'.repeat(2000)} \\`, '-msg timestamp=on'];
    expect(piecesOf([...long, ...end(2)], 200)[0]?.body.toString()).toContain('-msg timestamp=on');
  });

  test('says the same as the whole, wherever it is cut', () => {
    const part = fc.oneof(
      fc.tuple(fc.constant('start' as const), fc.integer({ min: 1, max: 2 })),
      fc.tuple(fc.constant('chatter' as const), fc.integer({ min: 1, max: 12 })),
      fc.tuple(fc.constant('end' as const), fc.constant(1)),
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 20 }),
        fc.integer({ min: 300, max: 3000 }),
        (parts, mostBytes) => {
          const rest = parts.flatMap(([kind, value], second) =>
            kind === 'start' ? start(second, value) : kind === 'end' ? end(second) : chatter(value),
          );
          const lines = [...start(70), ...rest];
          const whole = parseDomainLog(lines.join('\n'), 'hosta').entries.map(
            ({ lineNumber, at: when, event, uuid: vm }) => ({ lineNumber, at: when, event, uuid: vm }),
          );
          expect(understood(piecesOf(lines, mostBytes))).toEqual(whole);
        },
      ),
    );
  });

  test('can be cut again, and still tells the lines of the file', () => {
    const lines = [...start(1), ...chatter(20), ...end(2), ...start(3), ...chatter(20), ...end(4)];
    const smaller = piecesOf(lines, 2000).flatMap((piece) => cutSmaller(piece, 700));
    expect(smaller.length).toBeGreaterThan(3);
    expect(understood(smaller)).toEqual(understood(piecesOf(lines, 100_000)));
  });
});
