import { expect, test } from '@jest/globals';
import { HopledgerError } from '../errors.js';
import { ConfigError } from './config.js';
import { startFailure } from './start-failure.js';

test('a faulty configuration exits with 78 and its names', () => {
  const failure = startFailure(
    new ConfigError([{ name: 'HOPLEDGER_LOG_LEVEL', problem: 'must be one of: info' }]),
  );
  expect(failure.exitCode).toBe(78);
  expect(failure.text).toContain('HOPLEDGER_LOG_LEVEL: must be one of: info');
});

test('what the operator can mend is told without a stack', () => {
  const inUse = Object.assign(new Error('listen EADDRINUSE: 127.0.0.1:4173'), { code: 'EADDRINUSE' });
  expect(startFailure(inUse)).toEqual({ text: 'listen EADDRINUSE: 127.0.0.1:4173', exitCode: 1 });
  expect(startFailure(new HopledgerError('CANNOT_OPEN_LEDGER', 'a.db: in use')).text).toBe('a.db: in use');
});

test('a fault of ours is told with its stack', () => {
  expect(startFailure(new TypeError('x of undefined')).text).toMatch(/TypeError: x of undefined\n\s+at /);
  expect(startFailure('odd')).toEqual({ text: 'odd', exitCode: 1 });
});
