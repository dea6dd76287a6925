import { describe, expect, it } from '@jest/globals';
import { patternFault } from './pattern.js';

describe('patternFault', () => {
  it.each([
    'get_pci_config_device: Bad config data: i=0x10a read: 40 device: 0\\b',
    "Property '[^']*x-pcie-err-unc-mask' not found",
    'VQ \\d+ vring\\.num (?:1024|0x400) exceeds allocated max',
    'Features 0x[0-9a-f]+ unsupported\\. Allowed features: 0x[0-9a-f]+',
    '(?:ab)+',
    '(?:\\d+)? of \\d{1,4}',
    'a*?b+?',
    '[(+*]+ literal \\(a\\)\\+',
  ])('takes %s', (pattern) => {
    expect(patternFault(pattern)).toBeNull();
  });

  it.each([
    ['(a+)+$', 'repeats a group that itself repeats or chooses'],
    ['(?:a|ab)*$', 'repeats a group that itself repeats or chooses'],
    ['((a+))+', 'repeats a group that itself repeats or chooses'],
    ['(?:aa?){20,}', 'repeats a group that itself repeats or chooses'],
    ['((?:a{2})b){9}', 'repeats a group that itself repeats or chooses'],
    ['(a)\\1', 'has a back reference'],
    ['(?<n>a)\\k<n>', 'has a back reference'],
    ['.*.*.*.*.*', 'has more than 4 repetitions'],
    ['x'.repeat(201), 'is longer than 200 characters'],
    ['[z-a]', expect.stringContaining('is no regular expression')],
  ])('refuses %s', (pattern, message) => {
    expect(patternFault(pattern)).toEqual(message);
  });
});
