import { describe, expect, test } from '@jest/globals';
import { cpuOf, deviceOf, globalOf } from './device-text.js';

describe('--device', () => {
  test('has an alias, and what else is known', () => {
    expect(deviceOf('alias=pci.1,type=pcie-root-port,address=0000:00:02.0,x-pcie-err-unc-mask=on')).toEqual({
      alias: 'pci.1',
      qomType: 'pcie-root-port',
      address: '0000:00:02.0',
      properties: { 'x-pcie-err-unc-mask': 'on' },
    });
    expect(deviceOf('alias=net0')).toEqual({ alias: 'net0', qomType: null, address: null, properties: {} });
  });
  test('writes a comma of a value twice, as QEMU does', () => {
    expect(deviceOf('alias=d0,serial=a,,b=c').properties).toEqual({ serial: 'a,b=c' });
  });
  test.each(['type=e1000e', 'alias=', 'alias=a,alias=b', 'alias=a,on'])('is not %j', (text) => {
    expect(() => deviceOf(text)).toThrow();
  });
});

test('--global names the driver, which may have dots, and the property', () => {
  expect(globalOf('pci-device.x-pcie-err-unc-mask=on')).toEqual({
    driver: 'pci-device',
    property: 'x-pcie-err-unc-mask',
    value: 'on',
  });
  expect(globalOf('x.y.z=a=b')).toEqual({ driver: 'x.y', property: 'z', value: 'a=b' });
  for (const text of ['x=on', '.y=on', 'x.=on', 'x.y']) expect(() => globalOf(text)).toThrow();
});

test('--cpu is what -cpu takes', () => {
  expect(cpuOf('host,pcid=off')).toEqual({
    mode: 'host-passthrough',
    model: null,
    features: [{ name: 'pcid', policy: 'disable' }],
  });
  expect(cpuOf('Skylake-Server,+avx2,-stibp')).toEqual({
    mode: 'custom',
    model: 'Skylake-Server',
    features: [
      { name: 'avx2', policy: 'require' },
      { name: 'stibp', policy: 'disable' },
    ],
  });
  expect(() => cpuOf('host,pcid=maybe')).toThrow(/on or off/);
});
