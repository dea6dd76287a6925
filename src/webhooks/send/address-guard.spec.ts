import { describe, expect, test } from '@jest/globals';
import { AddressGuard } from './address-guard.js';

describe('addresses that nothing is sent to', () => {
  const guard = new AddressGuard({ allowed: [], denied: [] });
  test.each([
    ['0.0.0.0', 'unspecified'],
    ['10.1.2.3', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.0.1', 'private'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['169.254.169.254', 'link local'],
    ['100.64.0.1', 'carrier grade nat'],
    ['192.0.0.8', 'reserved'],
    ['198.18.0.1', 'reserved'],
    ['203.0.113.7', 'reserved'],
    ['224.0.0.1', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'broadcast'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:a00:1', 'private'],
    ['::127.0.0.1', 'not global'],
    ['::8.8.8.8', 'not global'],
    ['64:ff9b::7f00:1', 'rfc6052'],
    ['64:ff9b::127.0.0.1', 'rfc6052'],
    ['64:ff9b:1::a00:1', 'rfc6052'],
    ['2002:7f00:1::', '6to4'],
    ['2001:0:4136:e378::1', 'teredo'],
    ['2001:db8::1', 'reserved'],
    ['fe80::1', 'link local'],
    ['fe80::1%eth0', 'link local'],
    ['fec0::1', 'deprecated site local'],
    ['fd00:ec2::254', 'unique local'],
    ['ff02::1', 'multicast'],
    ['4000::1', 'not global'],
    ['', 'no address'],
    ['localhost', 'no address'],
  ])('%s: %s', (address, objection) => {
    expect(guard.objection(address)).toBe(objection);
  });

  test.each(['1.1.1.1', '8.8.8.8', '::ffff:8.8.8.8', '2606:4700:4700::1111'])('%s is public', (address) => {
    expect(guard.objection(address)).toBeNull();
  });
});

describe('addresses that an operator allows', () => {
  const guard = new AddressGuard({ allowed: ['10.20.0.0/16', '127.0.0.1', 'fd00:1::/64'], denied: [] });
  test.each(['10.20.3.4', '127.0.0.1', '::ffff:10.20.3.4', 'fd00:1::7'])('%s', (address) => {
    expect(guard.objection(address)).toBeNull();
  });
  test.each(['10.21.0.1', '127.0.0.2', 'fd00:2::7', '64:ff9b::a14:304'])('not %s beside them', (address) => {
    expect(guard.objection(address)).not.toBeNull();
  });
});

describe('addresses that an operator denies', () => {
  const guard = new AddressGuard({
    allowed: ['10.20.0.0/16', '2001:db8:1::/48'],
    denied: ['168.63.129.16', '10.20.7.0/24', '2600:1:2:3::/96'],
  });
  test.each([
    '168.63.129.16',
    '::ffff:168.63.129.16',
    '10.20.7.1',
    '2600:1:2:3::7f00:1',
    '2600:1:2:3::127.0.0.1',
  ])('%s, though it is public or allowed', (address) => {
    expect(guard.objection(address)).toBe('denied');
  });
  test.each(['168.63.129.17', '10.20.8.1', '2600:1:2:4::7f00:1'])('not %s beside them', (address) => {
    expect(guard.objection(address)).toBeNull();
  });
});
