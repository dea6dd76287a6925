import { describe, expect, test } from '@jest/globals';
import { COLOURED, PLAIN } from '../style.js';
import { renderTable, type Column } from './table.js';

interface Row {
  readonly name: string;
  readonly uuid: string;
  readonly note: string;
}

const columns: readonly Column<Row>[] = [
  { title: 'NAME', cell: ({ name }) => name, least: 6 },
  { title: 'UUID', cell: ({ uuid }) => uuid },
  {
    title: 'NOTE',
    cell: ({ note }) => note,
    least: 8,
    spare: 1,
    mark: (text, _row, style) => style.bad(text),
  },
];
const row: Row = {
  name: 'database-primary',
  uuid: '11111111-2222-4333-8444-000000000001',
  note: 'tainted since the upgrade',
};

describe('a table', () => {
  test('is written in full where nobody looks on', () => {
    const lines = renderTable(columns, [row], { width: Infinity, style: PLAIN });
    expect(lines).toEqual([
      'NAME              UUID                                  NOTE',
      'database-primary  11111111-2222-4333-8444-000000000001  tainted since the upgrade',
    ]);
  });

  test.each([60, 62, 70, 80])('is no wider than a terminal of %d columns, and never cuts a UUID', (width) => {
    const lines = renderTable(columns, [row, { ...row, name: 'x' }], { width, style: PLAIN });
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
    expect(lines[1]).toContain(row.uuid);
  });

  test('leaves out a spare column when cutting is not enough', () => {
    const [head] = renderTable(columns, [row], { width: 50, style: PLAIN });
    expect(head).not.toContain('NOTE');
  });

  test('has its colours around the text and not in its width', () => {
    const [, line] = renderTable(columns, [row], { width: Infinity, style: COLOURED });
    expect(line).toContain('\u001b[31mtainted since the upgrade\u001b[39m');
  });

  test('gives no control character of a name to the terminal', () => {
    const [, line] = renderTable(columns, [{ ...row, name: '\u001b]0;owned\u0007' }], {
      width: Infinity,
      style: PLAIN,
    });
    expect(line).toMatch(/^\?\]0;owned\?/);
  });
});
