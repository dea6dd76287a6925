import type { Screen } from '../screen.js';
import { renderTable, type Column } from '../show/table.js';

interface Cell {
  readonly born: { readonly label: string };
  readonly from: { readonly label: string };
  readonly to: { readonly label: string };
  readonly verdict: string | null;
  readonly tier: string | null;
  readonly overrides: readonly {
    readonly alias: string | null;
    readonly property: string;
    readonly value: string;
  }[];
}
export interface HopMatrix {
  readonly machineType: string;
  readonly cells: readonly Cell[];
  readonly catalogueRevision: string;
}

export const MATRIX = /* GraphQL */ `
  query Matrix($configuration: LaunchConfigurationInput!, $builds: [BuildInput!]!, $births: [BuildInput!]) {
    matrix(configuration: $configuration, builds: $builds, births: $births) {
      machineType
      catalogueRevision
      cells {
        born {
          label
        }
        from {
          label
        }
        to {
          label
        }
        verdict
        tier
        asGiven
        overrides {
          alias
          qomType
          property
          value
        }
        reasons {
          kind
          text
        }
      }
    }
  }
`;

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

/** A table for each birth: rows are where the hop starts, columns where it goes. What is needed is listed below. */
export const showMatrix = (screen: Screen, { machineType, cells, catalogueRevision }: HopMatrix): void => {
  const to = distinct(cells.map((cell) => cell.to.label));
  for (const born of distinct(cells.map((cell) => cell.born.label))) {
    const here = cells.filter((cell) => cell.born.label === born);
    screen.line(screen.style.bold(`${machineType}, born on ${born}`));
    const columns: readonly Column<string>[] = [
      { title: 'FROM \\ TO', cell: (from) => from },
      ...to.map((label) => ({
        title: label,
        cell: (from: string) =>
          wordOf(here.find((cell) => cell.from.label === from && cell.to.label === label)),
      })),
    ];
    const { width, style } = screen;
    for (const line of renderTable(columns, distinct(here.map((cell) => cell.from.label)), { width, style }))
      screen.line(line);
    for (const line of needs(here)) screen.line(line);
    screen.line();
  }
  screen.line(`- : such a guest never gets there. * : not promised upstream. Catalogue ${catalogueRevision}`);
};

const wordOf = (cell: Cell | undefined): string => {
  if (cell?.verdict == null) return '-';
  return cell.tier === 'PROMISED' ? cell.verdict : `${cell.verdict}*`;
};

/** Equal lists of overrides once, with the hops that they are for. */
const needs = (cells: readonly Cell[]): readonly string[] => {
  const hops = new Map<string, string[]>();
  for (const { from, to, overrides } of cells) {
    if (overrides.length === 0) continue;
    const list = overrides
      .map(({ alias, property, value }) => `${alias ?? '-global'}:${property}=${value}`)
      .join(' ');
    hops.set(list, [...(hops.get(list) ?? []), `${from.label} -> ${to.label}`]);
  }
  return [...hops].flatMap(([list, pairs]) => [`  with ${list}`, ...pairs.map((pair) => `    ${pair}`)]);
};
