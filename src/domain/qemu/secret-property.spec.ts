import { describe, expect, it } from '@jest/globals';
import { isSecretProperty, redactProperties } from './secret-property.js';

describe('a property that is likely to hold a secret', () => {
  it.each([
    'password',
    'passwd',
    'secret',
    'password-secret',
    'key-secret',
    'token',
    'osk',
    'OSK',
    'smc.osk',
  ])('is %s', (name) => {
    expect(isSecretProperty(name)).toBe(true);
  });

  it.each(['x-pcie-err-unc-mask', 'kiosk', 'oskar', 'key', 'bypass', 'tx_queue_size', 'mac', 'drive'])(
    'is not %s',
    (name) => {
      expect(isSecretProperty(name)).toBe(false);
    },
  );

  it('keeps its name and loses its value', () => {
    expect(redactProperties({ osk: 'ours', mac: '52:54:00:00:00:01' })).toEqual({
      osk: '[redacted]',
      mac: '52:54:00:00:00:01',
    });
  });
});
