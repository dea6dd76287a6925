import { validateHeaderValue } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hookWarning } from './hook-warning.js';

const risky = { answer: 'warned', verdict: 'RISKY', warnings: [] } as const;

describe('hookWarning', () => {
  it('says in one line what a message says in several', () => {
    const message = 'hopledger: RISKY\n  pci.1: by assumption\r\n\n  way out: none';
    expect(hookWarning({ ...risky, message })).toBe('hopledger: RISKY; pci.1: by assumption; way out: none');
  });

  it.each([
    ['an unchanged hop', { ...risky, answer: 'unchanged', verdict: 'SAFE', message: null }],
    ['a hop with its overrides', { ...risky, answer: 'rewritten', verdict: 'NEEDS_OVERRIDES', message: 'm' }],
    [
      'a refusal, whose reason is the answer',
      { ...risky, answer: 'refused', verdict: 'BLOCKED', message: 'm' },
    ],
    ['a start', { ...risky, answer: 'recorded', verdict: null, message: null }],
  ] as const)('has nothing to say of %s', (_what, answer) => {
    expect(hookWarning(answer)).toBeNull();
  });

  it('tells of overrides that may not be all, and of a clock that is off', () => {
    const answer = { ...risky, answer: 'rewritten', verdict: 'UNKNOWN' } as const;
    expect(hookWarning({ ...answer, message: 'm', warnings: ['CLOCK_SKEW: 5 s'] })).toBe(
      'm; CLOCK_SKEW: 5 s',
    );
    expect(hookWarning({ ...answer, answer: 'recorded', message: null, warnings: ['w'] })).toBe('w');
  });

  it('is printable ASCII, bounded, and a header for any text', () => {
    expect(hookWarning({ ...risky, message: 'vm é\u0007 … more' })).toBe('vm ?? ... more');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (message) => {
        const warning = hookWarning({ ...risky, message }) ?? '';
        expect(warning).toMatch(/^[\x20-\x7e]{0,1000}$/);
        expect(() => {
          validateHeaderValue('hopledger-warning', warning);
        }).not.toThrow();
      }),
    );
  });
});
