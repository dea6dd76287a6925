import { describe, expect, it } from '@jest/globals';
import { AER, QUEUES } from '../../../test/domain/known-catalogue.js';
import { Q10013, Q1113, Q722, Q800, Q801 } from '../../../test/domain/story.js';
import { parseMachineType } from '../qemu/machine-type.js';
import { referenceValue, ruleValue } from './rule-value.js';

const q35 = (version: string): ReturnType<typeof parseMachineType> => parseMachineType(`pc-q35-${version}`);

describe('the value that a build gives a machine type', () => {
  it.each([
    [Q722, '7.2', 'off'],
    [Q800, '7.2', 'on'],
    [Q800, '8.0', 'on'],
    [Q801, '7.2', 'off'],
    [Q801, '8.0', 'on'],
    [Q1113, '5.2', 'off'],
  ])('of the AER mask on %j, pc-q35-%s: %s', (build, version, value) => {
    expect(ruleValue(AER, build, q35(version))).toMatchObject({
      value,
      possible: [value],
      certainty: 'certain',
    });
  });

  it('names the rule that it rests on', () => {
    expect(ruleValue(AER, Q800, q35('7.2')).ruleId).toBe('8.0.0');
  });

  it('depends on the package where only a downstream build differs', () => {
    expect(ruleValue(QUEUES, Q10013, q35('7.2')).value).toBe('1024');
    expect(ruleValue(QUEUES, { version: '10.0.13', package: 'upstream' }, q35('7.2')).value).toBe('own');
  });

  it('is unknown where the binary does not say whether it is that downstream build', () => {
    expect(ruleValue(QUEUES, { version: '10.0.13', package: null }, q35('7.2'))).toEqual({
      value: null,
      possible: ['1024', 'own'],
      certainty: 'unknown',
      ruleId: null,
    });
  });

  it('is certain for a silent binary of another version', () => {
    expect(ruleValue(QUEUES, { version: '10.0.2', package: null }, q35('7.2'))).toMatchObject({
      value: 'own',
      certainty: 'certain',
    });
  });

  it('is open for a development build', () => {
    expect(ruleValue(AER, { version: '8.0.50', package: null }, q35('7.2'))).toMatchObject({
      value: null,
      certainty: 'unknown',
    });
  });

  it('needs the version of the machine type only where rules ask for it', () => {
    const alias = parseMachineType('pc-q35-rhel9.6.0');
    expect(ruleValue(AER, Q800, alias)).toMatchObject({ value: 'on', certainty: 'certain' });
    expect(ruleValue(AER, Q801, alias)).toMatchObject({
      value: null,
      possible: ['off', 'on'],
      certainty: 'unknown',
    });
  });
});

describe('the value when nobody knows the build', () => {
  it('is open where builds differ', () => {
    expect(ruleValue(AER, null, q35('7.2'))).toMatchObject({ value: null, possible: ['off', 'on'] });
  });

  it('is assumed where all builds that have the machine type agree', () => {
    // Builds before 8.0, where the mask is off, have no pc-q35-8.0.
    expect(ruleValue(AER, null, q35('8.0'))).toMatchObject({ value: 'on', certainty: 'assumed' });
  });

  it('is open for an unknown machine type', () => {
    expect(ruleValue(AER, Q800, null)).toMatchObject({ value: null, certainty: 'unknown' });
  });
});

describe('what a correct build gives', () => {
  it('goes by the machine type', () => {
    expect(['5.2', '7.2', '8.0', '11.1'].map((version) => referenceValue(AER, q35(version)))).toEqual([
      'off',
      'off',
      'on',
      'on',
    ]);
  });

  it('cannot be told without its version, unless it is the same for all', () => {
    expect(referenceValue(AER, parseMachineType('q35'))).toBeNull();
    expect(referenceValue(AER, null)).toBeNull();
    expect(referenceValue(QUEUES, parseMachineType('q35'))).toBe('own');
  });
});
