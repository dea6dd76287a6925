import { describe, expect, it } from '@jest/globals';
import { bounded, type Counts, type Json } from './bounded.js';

const cut = (value: Json, items: number, text = 20) => {
  const counts: Counts = {};
  return { value: bounded(value, { items, text }, counts), counts };
};

describe('a value without what is too long', () => {
  it('is itself when nothing is', () => {
    const value = { overrides: [{ alias: 'pci.1' }], why: [{ text: 'short' }], labels: { team: 'storage' } };
    expect(cut(value, 1)).toEqual({ value, counts: {} });
  });

  it.each(['overrides', 'removals', 'ignored'])('has all %s or none', (key) => {
    expect(cut({ [key]: ['a', 'b', 'c'] }, 2)).toEqual({ value: { [key]: null }, counts: { [key]: 3 } });
    expect(cut({ [key]: [{ alias: 'x'.repeat(21) }] }, 2).value).toEqual({ [key]: null });
    expect(cut({ [key]: [] }, 0)).toEqual({ value: { [key]: [] }, counts: {} });
  });

  it('has no rendering with a text cut', () => {
    const rendered = { qemuGlobal: ['-global', 'x'.repeat(21)], libvirtOverride: null };
    expect(cut({ needs: [{ rendered }] }, 2).value).toEqual({ needs: [{ rendered: null }] });
  });

  it('has no list that would pass for all of it', () => {
    expect(cut({ behaviours: ['a', 'b', 'c'], taints: [1, 2, 3], needs: [1, 2, 3] }, 2)).toEqual({
      value: { behaviours: null, taints: null, needs: null },
      counts: { behaviours: 3, taints: 3, needs: 3 },
    });
  });

  it('keeps the first entries of what explains, and at the last none', () => {
    expect(cut({ why: ['a', 'b', 'c'] }, 2)).toEqual({ value: { why: ['a', 'b'] }, counts: { why: 3 } });
    expect(cut({ why: ['a'], labels: { a: 'b' } }, 0)).toEqual({
      value: { why: null, labels: null },
      counts: { why: 1, labels: 1 },
    });
  });

  it('has texts that end in …, and in no half of a character', () => {
    expect(cut({ text: `${'x'.repeat(18)}😀x` }, 2)).toEqual({
      value: { text: `${'x'.repeat(18)}…` },
      counts: { text: 21 },
    });
  });
});
