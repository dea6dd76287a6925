import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { loadCatalogue } from '../../src/catalogue/load.js';
import { factsOf, type BinaryName } from '../qmp/binaries.js';
import {
  compareBehaviours,
  compareMachineTypes,
  compareProperties,
  compareRows,
  compareValues,
} from './pins-comparison.js';
import { explanationOf, EXPLANATIONS, report, type Compared } from './pins-report.js';

const PAGE = new URL('../../docs/reference/pins-against-binaries.md', import.meta.url);
const ASKED: readonly BinaryName[] = ['5.2.0', '7.2.22', '8.0.0', '8.2.0', '10.0.2', '10.0.13', '11.1.3'];
const catalogue = loadCatalogue();

const compare = (name: BinaryName): Compared => {
  const facts = factsOf(name);
  const comparisons = {
    'machine types': compareMachineTypes(catalogue, facts),
    rows: compareRows(catalogue, facts),
    values: compareValues(catalogue, facts),
    behaviours: compareBehaviours(catalogue, facts),
    properties: compareProperties(catalogue, facts),
  };
  const { version, package: packaged } = facts.build;
  return {
    binary: version,
    package: packaged,
    counts: {
      'machine types': comparisons['machine types'].asked,
      rows: comparisons.rows.asked,
      values: comparisons.values.asked,
      behaviours: comparisons.behaviours.asked,
      properties: comparisons.properties.asked,
    },
    differences: Object.values(comparisons).flatMap(({ differences }) => differences),
  };
};

describe('the catalogue against real binaries', () => {
  const compared = ASKED.map(compare);
  const differences = compared.flatMap((one) => one.differences.map(({ text }) => text));

  it.each(compared.map((one) => [one.binary, one] as const))(
    'says what %s says, but for what is explained',
    (_binary, { differences: found }) => {
      const unexplained = found.filter(({ text }) => explanationOf(text) === null);
      expect(unexplained).toEqual([]);
    },
  );

  it('puts thousands of questions to each binary that tells what its machine types set', () => {
    const telling = compared.filter(({ counts }) => counts.rows > 0);
    expect(telling.map(({ binary }) => binary)).toEqual(['10.0.2', '10.0.13', '11.1.3']);
    for (const { counts } of telling) {
      expect(counts.rows).toBeGreaterThan(15_000);
      expect(counts.values).toBeGreaterThan(10_000);
      expect(counts.behaviours).toBeGreaterThan(300);
    }
  });

  it('explains nothing that is not there', () => {
    const idle = EXPLANATIONS.filter(({ about }) => !differences.some((text) => about.test(text)));
    expect(idle).toEqual([]);
  });

  it('is as docs/reference/pins-against-binaries.md tells', () => {
    const page = report(compared);
    if (process.env['HOPLEDGER_WRITE_REFERENCE'] === '1') writeFileSync(PAGE, page);
    expect(readFileSync(PAGE, 'utf8')).toBe(page);
  });
});
