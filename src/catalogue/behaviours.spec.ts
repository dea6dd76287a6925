import { describe, expect, it } from '@jest/globals';
import { acceptance } from '../domain/catalogue/acceptance.js';
import type { Behaviour } from '../domain/catalogue/behaviour.js';
import { behaviourOf } from '../domain/catalogue/catalogue.js';
import { referenceValue, ruleValue } from '../domain/catalogue/rule-value.js';
import { parseMachineType } from '../domain/qemu/machine-type.js';
import { loadCatalogue } from './load.js';

const catalogue = loadCatalogue();
const behaviour = (id: string): Behaviour => {
  const found = behaviourOf(catalogue, id);
  if (found === undefined) throw new Error(`the bundled catalogue has no ${id}`);
  return found;
};
const build = (version: string, name: string | null = null): { version: string; package: string | null } => ({
  version,
  package: name,
});

describe('pcie-err-unc-mask', () => {
  const mask = behaviour('pcie-err-unc-mask');

  it.each([
    ['pc-q35-7.2', '7.2.22', 'off'],
    ['pc-q35-7.2', '8.0.0', 'on'],
    ['pc-q35-7.2', '8.0.1', 'off'],
    ['pc-q35-7.2', '8.0.5', 'off'],
    ['pc-q35-7.2', '8.2.0', 'off'],
    ['pc-q35-7.2', '10.0.2', 'off'],
    ['pc-q35-7.2', '11.1.3', 'off'],
    ['pc-q35-8.0', '8.0.0', 'on'],
    ['pc-q35-8.0', '8.0.1', 'on'],
    ['pc-q35-8.0', '11.1.3', 'on'],
  ])('%s cold-booted on %s has it %s', (machineType, version, value) => {
    expect(ruleValue(mask, build(version), parseMachineType(machineType))).toMatchObject({
      value,
      certainty: 'certain',
    });
  });

  it('is off on a correct build for types up to 7.2, on for later ones', () => {
    expect(referenceValue(mask, parseMachineType('pc-q35-7.2'))).toBe('off');
    expect(referenceValue(mask, parseMachineType('pc-q35-8.0'))).toBe('on');
  });

  it.each([
    ['on', 'off', '8.0.1', 'fail'],
    ['on', 'off', '7.2.22', 'fail'],
    ['on', 'on', '8.0.1', 'accept'],
    ['off', 'on', '8.0.0', 'accept'],
    ['off', 'on', '10.0.2', 'accept'],
  ])('carried %s, offered %s on %s: %s', (carried, offered, version, result) => {
    expect(acceptance(mask, carried, offered, build(version)).result).toBe(result);
  });

  it('keeps that 8.0.0 is documented to refuse what it was measured to take', () => {
    expect(acceptance(mask, 'off', 'on', build('8.0.0')).entry?.documented).toBe('fail');
    expect(acceptance(mask, 'off', 'on', build('10.0.2')).entry?.documented).toBeNull();
  });
});

describe('virtio-queue-size-1024', () => {
  const queues = behaviour('virtio-queue-size-1024');
  const type = parseMachineType('pc-q35-7.2');

  it.each([
    [build('10.0.13', 'Debian 1:10.0.13+ds-0+deb13u1'), '1024'],
    [build('10.0.13', 'qemu-kvm-10.0.13-1.el10'), 'own'],
    [build('10.0.2'), 'own'],
    [build('10.0.2', 'Debian 1:10.0.2+ds-2'), 'own'],
    [build('11.1.3'), 'own'],
    // It may be Debian's: what the binary does not say is not assumed.
    [build('10.0.13'), null],
  ])('of %j is %s', (from, value) => {
    expect(ruleValue(queues, from, type).value).toBe(value);
  });

  it.each([
    ['11.1.3', 'fail'],
    ['10.0.2', 'accept'],
    ['7.2.22', 'accept'],
    // Nobody has tried 10.1 to 11.0.
    ['10.2.0', 'unknown'],
  ])('carried 1024 to the own size of %s: %s', (version, result) => {
    expect(acceptance(queues, '1024', 'own', build(version)).result).toBe(result);
  });
});
