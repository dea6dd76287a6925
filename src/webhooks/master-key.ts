import { createHash, hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import {
  closeSync,
  fstatSync,
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

/** Group may read it, as for a secret that is mounted into a container; beyond that the signatures would prove nothing. */
const OPEN_TO_OTHERS = 0o027;

const textOf = (path: string): string | null => {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    if ((fstatSync(file).mode & OPEN_TO_OTHERS) !== 0) {
      throw new HopledgerError(
        'WEBHOOK_KEY',
        `others may read ${path}, or group or others may write it; chmod 600`,
        { path },
      );
    }
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error instanceof HopledgerError) throw error;
    if (codeOf(error) === 'ENOENT') return null;
    throw new HopledgerError('WEBHOOK_KEY', `${path} cannot be read (${codeOf(error)})`, { path });
  } finally {
    if (file !== undefined) closeSync(file);
  }
};

const parsedKey = (path: string, text: string): Buffer => {
  if (FORM.test(text)) return Buffer.from(text, 'base64');
  throw new HopledgerError('WEBHOOK_KEY', `${path} does not hold base64 of ${KEY_BYTES} bytes`, { path });
};

/** Whole or not at all, and never over one that is there: a lost key would silence every endpoint. */
const create = (path: string): void => {
  const draft = `${path}.${randomUUID()}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeDurably(draft, `${randomBytes(KEY_BYTES).toString('base64')}\n`);
    linkSync(draft, path);
  } catch (error) {
    // Another server made it at the same time.
    if (codeOf(error) !== 'EEXIST')
      throw new HopledgerError('WEBHOOK_KEY', `${path} cannot be made (${codeOf(error)})`, { path });
  } finally {
    rmSync(draft, { force: true });
  }
  syncDirectory(dirname(path));
};

const writeDurably = (path: string, text: string): void => {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

/** The name too must survive a power cut: secrets that were shown come from what it names. */
const syncDirectory = (path: string): void => {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
};

const codeOf = (error: unknown): string => {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : null;
  return String(code);
};
