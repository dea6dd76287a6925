import { describe, expect, test } from '@jest/globals';
import { Readiness } from './readiness.js';

describe('readiness', () => {
  test('is given when no check objects', async () => {
    const readiness = new Readiness();
    readiness.register('ledger', () => Promise.resolve(undefined));
    expect(await readiness.reasons()).toEqual({});
  });

  test('names each check that objects, throws or does not answer, and gives no text of an error away', async () => {
    const failed: unknown[] = [];
    const readiness = new Readiness((name, error) => failed.push([name, String(error)]));
    readiness.register('views', () => '9 events behind');
    readiness.register('ledger', () => {
      throw Object.assign(new Error("no space: '/var/lib/hopledger/ledger.db'"), { code: 'ENOSPC' });
    });
    readiness.register('keys', () => Promise.reject(new Error('https://kms.example: token=secret')));
    readiness.register('disk', () => new Promise(() => undefined));
    expect(await readiness.reasons()).toEqual({
      views: '9 events behind',
      ledger: 'failed: ENOSPC',
      keys: 'failed: INTERNAL',
      disk: 'no answer within 1000 ms',
    });
    expect(failed).toEqual([
      ['ledger', "Error: no space: '/var/lib/hopledger/ledger.db'"],
      ['keys', 'Error: https://kms.example: token=secret'],
    ]);
  });

  test('stays when there is but a remark', async () => {
    const readiness = new Readiness();
    readiness.remark('webhooks', () => 'nothing new is sent');
    readiness.remark('disk', () => undefined);
    expect(await readiness.reasons()).toEqual({});
    expect(await readiness.remarks()).toEqual({ webhooks: 'nothing new is sent' });
  });

  test('ends with the server, whatever the checks say', async () => {
    const readiness = new Readiness();
    readiness.stop();
    expect(await readiness.reasons()).toEqual({ server: 'shutting down' });
  });

  test('two checks cannot share a name', () => {
    const readiness = new Readiness();
    readiness.register('views', () => undefined);
    expect(() => readiness.register('views', () => undefined)).toThrow('views');
  });
});
