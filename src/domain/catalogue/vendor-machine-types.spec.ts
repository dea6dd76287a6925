import { describe, expect, it } from '@jest/globals';
import { AER, BUNDLED } from '../../../test/domain/known-catalogue.js';
import { Q1113, Q800 } from '../../../test/domain/story.js';
import { machineOf } from './catalogue.js';
import { ruleValue } from './rule-value.js';

describe('a machine type that a distribution adds', () => {
  it.each([
    ['pc-q35-rhel9.2.0', 'pc-q35', '7.2'],
    ['pc-q35-noble-v2', 'pc-q35', '8.2'],
    ['pc-i440fx-jammy-hpb', 'pc-i440fx', '6.2'],
    ['virt-rhel9.4.0', 'virt', '8.2'],
    ['pc-q35-9.2+pve1', 'pc-q35', '9.2'],
    ['pseries-rhel8.4.0', 'pseries', '5.2'],
    ['s390-ccw-virtio-noble', 's390-ccw-virtio', '8.2'],
    // Not what the release came with, by the source of the packages.
    ['pc-i440fx-focal', 'pc-i440fx', '4.0'],
    ['pc-q35-focal', 'pc-q35', '4.2'],
    ['pc-q35-cosmic', 'pc-q35', '2.11'],
    ['pc-q35-cosmic-hpb', 'pc-q35', '2.12'],
    ['pc-i440fx-hirsute-hpb', 'pc-i440fx', '5.1'],
    ['pc-q35-plucky', 'pc-q35', '9.1'],
    ['pc-q35-eoan', 'pc-q35', '4.0.1'],
  ])('%s is built on %s-%s', (name, family, version) => {
    expect(machineOf(BUNDLED, name)).toMatchObject({ name, family, version });
  });

  it('that nobody wrote down has no version to go by', () => {
    expect(machineOf(BUNDLED, 'pc-q35-rhel99.0')?.version).toBeNull();
  });

  it('has the values of what it is built on, assumed: its compat arrays are its own', () => {
    expect(ruleValue(AER, Q1113, machineOf(BUNDLED, 'pc-q35-rhel9.2.0'))).toMatchObject({
      value: 'off',
      certainty: 'assumed',
    });
    expect(ruleValue(AER, Q1113, machineOf(BUNDLED, 'pc-q35-7.2+pve1')).certainty).toBe('certain');
  });

  it('has for certain what a build does to every machine type', () => {
    expect(ruleValue(AER, Q800, machineOf(BUNDLED, 'pc-q35-rhel9.2.0'))).toMatchObject({
      value: 'on',
      certainty: 'certain',
    });
  });
});
