import { describe, expect, it } from '@jest/globals';
import { AER, madeUp, NOTED, QUEUES } from '../../../test/domain/known-catalogue.js';
import { Q1002, Q1113, Q722, Q800, Q820 } from '../../../test/domain/story.js';
import { acceptance } from './acceptance.js';

describe('whether a destination takes a carried value', () => {
  it('is a matrix: on into off fails, off into on is taken', () => {
    expect(acceptance(AER, 'on', 'off', Q820).result).toBe('fail');
    expect(acceptance(AER, 'off', 'on', Q820).result).toBe('accept');
  });

  it('keeps what is documented where it differs from what was measured', () => {
    const into800 = acceptance(AER, 'off', 'on', Q800);
    expect([into800.result, into800.entry?.documented]).toEqual(['accept', 'fail']);
    expect(acceptance(AER, 'off', 'on', Q820).entry?.documented).toBeNull();
  });

  it('depends on the release that takes it', () => {
    expect(acceptance(QUEUES, '1024', 'own', Q1113).result).toBe('fail');
    expect([Q722, Q1002].map((build) => acceptance(QUEUES, '1024', 'own', build).result)).toEqual([
      'accept',
      'accept',
    ]);
  });

  it('takes equal values without an entry', () => {
    expect(acceptance(AER, 'on', 'on', Q820)).toEqual({ result: 'accept', entry: null });
  });

  it('is unknown where no entry speaks of the pair, or of the release', () => {
    const silent = madeUp({ id: 'silent', sticky: 'plug' });
    expect(acceptance(silent, 'new', 'old', Q820)).toEqual({ result: 'unknown', entry: null });
    expect(acceptance(QUEUES, '1024', 'own', { version: '11.0.90', package: null }).result).toBe('unknown');
  });

  it('may have it load and degrade', () => {
    const worse = {
      carried: 'new',
      offered: 'old',
      releases: [],
      result: 'degrade',
      documented: null,
      evidence: NOTED,
    } as const;
    expect(
      acceptance(madeUp({ id: 'worse', sticky: 'plug', acceptance: [worse] }), 'new', 'old', Q820).result,
    ).toBe('degrade');
  });
});
