import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { KeyFile } from './master-key.js';

const KEY = `${Buffer.alloc(32, 7).toString('base64')}\n`;

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hopledger-key-'));
  path = join(folder, 'webhooks.key');
});
afterEach(() => rmSync(folder, { recursive: true }));

const given = (text: string, mode = 0o600): KeyFile => {
  writeFileSync(path, text);
  chmodSync(path, mode);
  return new KeyFile({ path, mayCreate: false });
};

describe('the file of the master key', () => {
  it('is made at first need, for its owner alone, and read by the next server', () => {
    const made = new KeyFile({ path, mayCreate: true });
    expect(made.read()).toBeNull();
    const key = made.need();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['webhooks.key']);
    expect(new KeyFile({ path, mayCreate: true }).need().id).toBe(key.id);
  });

  it('is made although a server before was killed while it made it', () => {
    writeFileSync(`${path}.${process.pid}.new`, '');
    expect(new KeyFile({ path, mayCreate: true }).need().id).toMatch(/^[0-9a-f]{16}$/);
  });

  it('is never made over one that is there', () => {
    const { id } = given(KEY).need();
    const late = new KeyFile({ path, mayCreate: true });
    expect(late.need().id).toBe(id);
    expect(readFileSync(path, 'utf8')).toBe(KEY);
  });

  it('is not made where servers share one', () => {
    const shared = new KeyFile({ path, mayCreate: false });
    expect(() => shared.need()).toThrow(expect.objectContaining({ code: 'WEBHOOK_KEY' }));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that cannot be made is said with its path', () => {
    writeFileSync(join(folder, 'file'), '');
    const unmade = new KeyFile({ path: join(folder, 'file', 'webhooks.key'), mayCreate: true });
    expect(() => unmade.need()).toThrow(expect.objectContaining({ code: 'WEBHOOK_KEY' }));
  });

  it.each(['644', '604', '620', '602', '601'])('is refused with mode %s', (mode) => {
    expect(() => given(KEY, parseInt(mode, 8)).read()).toThrow(
      expect.objectContaining({ code: 'WEBHOOK_KEY' }),
    );
  });

  it.each(['600', '400', '440', '640'])('is taken with mode %s', (mode) => {
    expect(given(KEY, parseInt(mode, 8)).read()?.id).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each(['', 'short', KEY.slice(4), `${KEY}${KEY}`])('is refused when it holds %j', (text) => {
    expect(() => given(text).read()).toThrow(expect.objectContaining({ code: 'WEBHOOK_KEY' }));
  });
});

describe('a secret', () => {
  it('is the same for one endpoint and generation, and another for each other', () => {
    const key = given(KEY).need();
    const secrets = [key.secret('a', 0), key.secret('a', 1), key.secret('b', 0)];
    expect(new Set(secrets).size).toBe(3);
    expect(new KeyFile({ path, mayCreate: false }).need().secret('a', 1)).toBe(secrets[1]);
    for (const secret of secrets) expect(() => new Webhook(secret)).not.toThrow();
  });

  it('of this key and endpoint stays what receivers were given by every release', () => {
    expect(given(KEY).need().secret('5b0c8f3e-52a4-4d0b-9c58-7f1de03a9b42', 0)).toBe(
      'whsec_lrnbTNsvFatvesiA0dfeiFSI5GNf/IkJuBlesk5my9k=',
    );
  });
});
