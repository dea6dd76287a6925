import { describe, expect, it } from '@jest/globals';
import { AER, MEASURED, QUEUES } from '../../../test/domain/known-catalogue.js';
import {
  AER_MASK,
  device,
  DISK,
  NIC,
  PORT,
  Q10013,
  Q1113,
  Q722,
  Q800,
  Q801,
  withProperty,
} from '../../../test/domain/story.js';
import { explicitSetting, isSettable } from './knob.js';
import { overrideFor } from './override-for.js';
import { offeredValue } from './offered.js';

const global = (driver: string, value: string): { driver: string; property: string; value: string } => ({
  driver,
  property: AER_MASK,
  value,
});

describe('what a command line sets', () => {
  it('a value on the device beats every global', () => {
    expect(explicitSetting(AER, withProperty(NIC, AER_MASK, 'off'), [global('e1000e', 'on')])).toMatchObject({
      value: 'off',
      from: 'device',
    });
  });

  it('of several globals the last that matches wins, named by driver or by abstract parent', () => {
    const driverLast = [global('pci-device', 'on'), global('e1000e', 'off')];
    expect(explicitSetting(AER, NIC, driverLast)).toMatchObject({ value: 'off', from: 'global' });
    expect(explicitSetting(AER, NIC, driverLast.toReversed())).toMatchObject({ value: 'on' });
    expect(explicitSetting(AER, PORT, driverLast)).toMatchObject({ value: 'on' });
  });

  it('a global for another driver or property sets nothing', () => {
    expect(
      explicitSetting(AER, NIC, [
        global('igb', 'on'),
        { driver: 'e1000e', property: 'romfile', value: 'on' },
      ]),
    ).toBeNull();
  });

  it.each([
    ['true', 'on'],
    ['yes', 'on'],
    ['n', 'off'],
    ['off', 'off'],
    ['constructor', 'constructor'],
  ])('takes %s for %s', (text, value) => {
    expect(explicitSetting(AER, withProperty(NIC, AER_MASK, text), [])).toMatchObject({ value, text });
  });

  it('keeps a value that the catalogue does not name', () => {
    expect(explicitSetting(QUEUES, withProperty(DISK, 'queue-size', '512'), [])).toMatchObject({
      value: '512',
    });
  });
});

describe('what a process offers', () => {
  it('is what was set explicitly, and certain, else what its build gives', () => {
    const process = { build: Q1113, machineType: 'pc-q35-7.2', globals: [], configuration: null };
    expect(offeredValue(MEASURED, AER, NIC, process)).toMatchObject({ value: 'off', explicit: null });
    expect(offeredValue(MEASURED, AER, withProperty(NIC, AER_MASK, 'on'), process)).toMatchObject({
      value: 'on',
      certainty: 'certain',
      ruleId: null,
    });
    expect(offeredValue(MEASURED, AER, NIC, { ...process, build: null, machineType: null })).toMatchObject({
      value: null,
    });
  });
});

describe('an override', () => {
  it('is offered only for a build that is known to have the property', () => {
    expect(overrideFor(MEASURED, AER, NIC, 'on', Q801)).toEqual({
      alias: 'net0',
      qomType: 'e1000e',
      property: AER_MASK,
      value: 'on',
      libvirtType: 'bool',
    });
    expect(overrideFor(MEASURED, AER, NIC, 'on', Q722)).toBeNull();
    expect(overrideFor(MEASURED, AER, NIC, 'on', Q800)).toBeNull();
    expect(overrideFor(MEASURED, AER, NIC, 'on', { version: '8.0.50', package: null })).toBeNull();
  });

  it('is not there for a device without the property, or a value that it cannot take', () => {
    expect(overrideFor(MEASURED, QUEUES, device('net1', 'virtio-net-pci'), '1024', Q1113)).toBeNull();
    expect(overrideFor(MEASURED, QUEUES, DISK, 'own', Q10013)).toBeNull();
    expect(overrideFor(MEASURED, QUEUES, DISK, '1024', Q1113)).toMatchObject({
      property: 'queue-size',
      value: '1024',
    });
  });

  it('is settable from 8.0.1 on, and nobody knows of a build that is no release', () => {
    const [knob] = AER.knobs;
    expect(
      knob === undefined
        ? []
        : [Q722, Q800, Q801, Q1113, { version: 'x', package: null }].map((build) => isSettable(knob, build)),
    ).toEqual([false, false, true, true, null]);
  });
});
