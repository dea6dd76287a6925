import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError } from './config.js';
import { ROLES, type Role } from './principal.js';

/** An entry of the tokens file: a token, or a client's certificate. */
export interface Credential {
  readonly name: string;
  readonly role: Role;
  readonly host?: string | undefined;
  /** Exactly one of these. */
  readonly sha256?: string | undefined;
  readonly certificateSha256?: string | undefined;
  readonly san?: string | undefined;
}

/**
 * A token as it is kept: its SHA-256 and nothing that gives it back. A plain fast hash is enough here, because a
 * token is 256 random bits: there is no dictionary to try.
 */
export interface TokenEntry {
  readonly name: string;
  readonly role: Role;
  /** Hex. */
  readonly sha256: string;
  readonly host?: string;
}

const hexDigest = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits');

const entries = z.array(
  z
    .strictObject({
      name: z.string().min(1).max(100),
      role: z.enum(ROLES),
      sha256: hexDigest.optional(),
      /** Of a client's certificate, in DER. */
      certificateSha256: hexDigest.optional(),
      /** A subject alternative name of a client's certificate. */
      san: z
        .string()
        .max(300)
        .regex(/^(?:DNS|URI):[\w.:/@~+-]+$/, 'must be DNS:… or URI:…')
        .optional(),
      host: z.string().min(1).max(200).optional(),
    })
    .refine(
      (entry) => entry.host === undefined || entry.role === 'recorder',
      'only a recorder is bound to a host',
    )
    .refine(
      ({ sha256, certificateSha256, san }) =>
        [sha256, certificateSha256, san].filter((one) => one !== undefined).length === 1,
      'must have one of sha256, certificateSha256 and san',
    ),
);

export function sha256(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** @returns the token, which is shown once and kept nowhere, and the entry for the tokens file */
export function createToken(
  name: string,
  role: Role,
  host?: string,
): { readonly token: string; readonly entry: TokenEntry } {
  // The prefix lets secret scanners and people tell what leaked.
  const token = `hpl_${randomBytes(32).toString('base64url')}`;
  const entry = {
    name,
    role,
    sha256: sha256(token).toString('hex'),
    ...(host === undefined ? {} : { host }),
  };
  return { token, entry };
}

/**
 * The file may be read by others (it holds hashes of random tokens), but who can write it is admin here: a file that
 * group or others may write is refused.
 * @throws ConfigError naming the file and each fault in it
 */
export function readTokensFile(file: string): readonly Credential[] {
  const fault = (problem: string) => new ConfigError([{ name: file, problem }]);
  let content: unknown;
  try {
    if ((statSync(file).mode & 0o022) !== 0) throw new Error('group or others may write it; chmod go-w');
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw fault(error instanceof Error ? error.message : String(error));
  }
  const result = entries.safeParse(content);
  if (!result.success) throw fault(z.prettifyError(result.error).replaceAll('\n', ' '));
  const names = result.data.map((entry) => entry.name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw fault(`two tokens are named ${twice}`);
  return result.data;
}
