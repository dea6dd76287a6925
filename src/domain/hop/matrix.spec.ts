import { describe, expect, it } from '@jest/globals';
import { MEASURED } from '../../../test/domain/known-catalogue.js';
import { machine, NIC, PORT, Q1113, Q722, Q800, Q820 } from '../../../test/domain/story.js';
import type { Build } from '../qemu/build.js';
import { hopMatrix, type MatrixCell } from './matrix.js';

const BUILDS = [Q722, Q800, Q820, Q1113];
const cells = hopMatrix(MEASURED, machine([PORT, NIC]), BUILDS);
const cell = (born: Build, from: Build, to: Build): MatrixCell => {
  const found = cells.find((one) => one.born === born && one.from === from && one.to === to);
  if (found === undefined) throw new Error('no such cell');
  return found;
};
const verdicts = (born: Build, from: Build): readonly (string | undefined)[] =>
  BUILDS.map((to) => cell(born, from, to).assessment?.verdict);

describe('the matrix of hops', () => {
  it('has every pair of builds for a guest born on each', () => {
    expect(cells).toHaveLength(BUILDS.length ** 3);
  });

  it('tells a guest born on 8.0.0 from one that only comes from there', () => {
    expect(verdicts(Q800, Q800)).toEqual(['BLOCKED', 'SAFE', 'NEEDS_OVERRIDES', 'NEEDS_OVERRIDES']);
    expect(verdicts(Q722, Q800)).toEqual(['SAFE', 'RISKY', 'SAFE', 'SAFE']);
  });

  it('asks for the overrides again on the second hop', () => {
    expect(verdicts(Q800, Q820)).toEqual(['BLOCKED', 'SAFE', 'NEEDS_OVERRIDES', 'NEEDS_OVERRIDES']);
    expect(cell(Q800, Q820, Q1113).assessment?.overrides.map(({ alias }) => alias)).toEqual([
      'pci.1',
      'net0',
    ]);
  });

  it('has nothing to say of hops from where such a guest never gets', () => {
    expect(verdicts(Q800, Q722)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('takes births apart from the builds between which they hop', () => {
    const only = hopMatrix(MEASURED, machine([PORT]), [Q820, Q1113], [Q800]);
    expect(only.map(({ assessment }) => assessment?.verdict)).toEqual(
      Array.from({ length: 4 }, () => 'NEEDS_OVERRIDES'),
    );
  });
});
