import { describe, expect, it } from '@jest/globals';
import { parseMachineType } from './machine-type.js';

describe('machine types', () => {
  it.each([
    ['pc-q35-7.2', 'pc-q35', '7.2', null],
    ['pc-q35-4.0.1', 'pc-q35', '4.0.1', null],
    ['pc-i440fx-11.1', 'pc-i440fx', '11.1', null],
    ['s390-ccw-virtio-9.0', 's390-ccw-virtio', '9.0', null],
    ['pc-q35-9.2+pve1', 'pc-q35', '9.2', '+pve1'],
  ])('reads family and version of %s', (name, family, version, vendor) => {
    expect(parseMachineType(name)).toEqual({ name, family, version, vendor });
  });

  it.each(['q35', 'microvm', 'pc-q35-rhel9.6.0', 'pc-q35-noble-v2', 'raspi3b'])(
    'sees no upstream version in %s',
    (name) => {
      expect(parseMachineType(name)).toEqual({ name, family: name, version: null, vendor: null });
    },
  );
});
