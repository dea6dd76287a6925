import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { HopledgerError } from '../errors.js';

const KEY_BYTES = 32;
const FORM = /^[A-Za-z0-9+/]{43}=$/;

/** What all secrets of endpoints are derived from. It never leaves this class. */
export class MasterKey {
  /** Tells one key from another without telling the key: 16 hex digits. */
  readonly id: string;
  readonly #key: Buffer;

  /** @param key 32 bytes */
  constructor(key: Buffer) {
    this.#key = key;
    this.id = createHash('sha256').update(key).digest('hex').slice(0, 16);
  }

  /** `whsec_…`, as receivers are given it. The same for the same endpoint and generation, always. */
  secret(endpoint: string, generation: number): string {
    const info = `hopledger webhook${generation}`;
    return `whsec_${Buffer.from(hkdfSync('sha256', this.#key, endpoint, info, 32)).toString('base64')}`;
  }
}

export interface KeyFileOptions {
  /** The file; null: a key that is forgotten at exit, for the engine that forgets everything. */
  readonly path: string | null;
  /** Whether the file may be made. Replicas must share one, so there it is given. */
  readonly mayCreate: boolean;
}

/** The master key's file: base64 of 32 random bytes. Read at first need; made then when it may be. */
export class KeyFile {
  #key: MasterKey | undefined;
  constructor(private readonly options: KeyFileOptions) {}

  /** The key as it is; null when there is none yet. @throws HopledgerError WEBHOOK_KEY when it cannot be used */
  read(): MasterKey | null {
    const { path } = this.options;
    if (this.#key !== undefined || path === null) return this.#key ?? null;
    const text = textOf(path);
    if (text === null) return null;
    this.#key = new MasterKey(parsedKey(path, text));
    return this.#key;
  }

  /** @throws HopledgerError WEBHOOK_KEY when there is none and none may be made */
  need(): MasterKey {
    const known = this.read();
    if (known !== null) return known;
    const { path, mayCreate } = this.options;
    if (path === null) {
      this.#key = new MasterKey(randomBytes(KEY_BYTES));
      return this.#key;
    }
    if (!mayCreate) {
      throw new HopledgerError(
        'WEBHOOK_KEY',
        `${path} does not exist; replicas share one key, so it is not made by itself`,
        { path },
      );
    }
    create(path);
    return this.need();
  }
}

const textOf = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : null;
    if (code === 'ENOENT') return null;
    throw new HopledgerError('WEBHOOK_KEY', `${path} cannot be read (${String(code)})`, { path });
  }
};

const parsedKey = (path: string, text: string): Buffer => {
  if (FORM.test(text)) return Buffer.from(text, 'base64');
  throw new HopledgerError('WEBHOOK_KEY', `${path} does not hold base64 of ${KEY_BYTES} bytes`, { path });
};

/** Whole or not at all, and never over one that is there: a lost key would silence every endpoint. */
const create = (path: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.new`;
  const file = openSync(draft, 'wx', 0o600);
  try {
    writeSync(file, `${randomBytes(KEY_BYTES).toString('base64')}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    linkSync(draft, path);
  } catch (error) {
    const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : null;
    if (code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
};
