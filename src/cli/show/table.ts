import type { Style } from '../style.js';
import { harmlessLine } from './harmless.js';

/** One column. Cells are plain text; `mark` adds emphasis after the widths are known. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  readonly mark?: (text: string, row: Row, style: Style) => string;
  /** May be cut down to this many characters when the terminal is narrow. @defaultValue never cut */
  readonly least?: number;
  /** Left out when even the cut columns do not fit; the highest goes first. @defaultValue never left out */
  readonly spare?: number;
  readonly align?: 'right';
}

const GAP = '  ';

/**
 * A table no wider than `width`: long cells are cut, then spare columns are left out. Without a limit (a pipe, a
 * file) everything is there in full.
 */
export const renderTable = <Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { width, style }: { readonly width: number; readonly style: Style },
): string[] => {
  const all = columns.map((column) => {
    const cells = rows.map((row) => harmlessLine(column.cell(row)));
    return { column, cells, width: Math.max(lengthOf(column.title), ...cells.map(lengthOf)) };
  });
  const kept = fit(all, width);
  const line = (texts: readonly string[]): string => texts.join(GAP).trimEnd();
  const head = kept.map(({ column, width: wide }) => {
    const space = ' '.repeat(wide - lengthOf(column.title));
    const title = style.bold(column.title);
    return column.align === 'right' ? space + title : title + space;
  });
  const body = rows.map((row, at) =>
    line(
      kept.map(({ column, cells, width: wide }) => {
        const text = cut(cells[at] ?? '', wide);
        const space = ' '.repeat(wide - lengthOf(text));
        const marked = column.mark?.(text, row, style) ?? text;
        return column.align === 'right' ? space + marked : marked + space;
      }),
    ),
  );
  return [line(head), ...body];
};

interface Laid<Row> {
  readonly column: Column<Row>;
  readonly cells: readonly string[];
  readonly width: number;
}

const fit = <Row>(columns: readonly Laid<Row>[], width: number): readonly Laid<Row>[] => {
  const over = (laid: readonly Laid<Row>[]): number =>
    laid.reduce((sum, one) => sum + one.width, GAP.length * (laid.length - 1)) - width;
  const least = ({ column, width: wide }: Laid<Row>): number =>
    Math.min(wide, column.least === undefined ? wide : Math.max(column.least, lengthOf(column.title)));
  let kept = columns;
  while (over(kept.map((one) => ({ ...one, width: least(one) }))) > 0) {
    const spare = Math.max(...kept.map(({ column }) => column.spare ?? 0));
    if (spare <= 0) break;
    kept = kept.filter(({ column }) => column.spare !== spare);
  }
  // The widest gives first, a character at a time, so that no column is cut while another has room to give.
  const laid = kept.map((one) => ({ ...one }));
  for (let left = over(laid); left > 0; left -= 1) {
    const widest = laid
      .filter((one) => one.width > least(one))
      .reduce<Laid<Row> | undefined>((a, b) => (a === undefined || b.width > a.width ? b : a), undefined);
    const at = widest === undefined ? -1 : laid.findIndex(({ column }) => column === widest.column);
    const one = laid[at];
    if (one === undefined) break;
    laid[at] = { ...one, width: one.width - 1 };
  }
  return laid;
};

const lengthOf = (text: string): number => Array.from(text).length;

const cut = (text: string, width: number): string =>
  lengthOf(text) <= width
    ? text
    : `${Array.from(text)
        .slice(0, Math.max(width - 1, 0))
        .join('')}…`;
