import { describe, expect, it } from '@jest/globals';
import { ProbeFailed } from './probe-failed.js';
import { returnsOf } from './recorded-returns.js';

const line = (id: string, value: unknown): string => JSON.stringify({ return: value, id });
const proxy = [{ name: 'virtio-backend', type: 'child<virtio-net-device>' }];

describe(returnsOf.name, () => {
  it('sorts answers by the questions in their ids', () => {
    expect(
      returnsOf([
        '{"QMP": {"version": {}}}',
        '{"event": "RESET"}',
        line('query-version', 1),
        line('query-target', 2),
        line('query-machines', 3),
        line('query-machines compat-props', 4),
        line('qom-list-types', 5),
        line('device-list-properties e1000e', 6),
        '{"id": "device-list-properties broken", "error": {"class": "GenericError"}}',
        line('qom-list-properties virtio-net-pci', proxy),
        line('qom-list-properties e1000e', [{ name: 'type', type: 'string' }]),
      ]),
    ).toEqual({
      version: 1,
      target: 2,
      machines: 4,
      types: 5,
      properties: { e1000e: 6 },
      inner: { 'virtio-net-pci': 'virtio-net-device' },
      kvm: null,
      cpuModels: null,
      hostCpu: null,
    });
  });

  it('takes the first of two answers: the binary was started anew', () => {
    expect(returnsOf([line('query-version', 1), line('query-version', 2)]).version).toBe(1);
  });

  it('keeps whole numbers that no double holds', () => {
    const text =
      '{"return": [{"name": "x", "default-value": 18446744073709551615}], "id": "device-list-properties y"}';
    expect(returnsOf([text]).properties).toEqual({
      y: [{ name: 'x', 'default-value': '18446744073709551615' }],
    });
  });

  it.each(['{', 'no QMP', line('qom-list-properties x', 'no list')])('refuses %s', (bad) => {
    expect(() => returnsOf([bad])).toThrow(ProbeFailed);
  });
});
