import { readFileSync, statSync } from 'node:fs';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { isHostName } from '../recording/streams.js';
import { ConfigError } from './config.js';
import type { Principal } from './principal.js';

/** A secret that a sender signs with, and who a request signed with it comes from. */
export interface WebhookSecret {
  readonly principal: Principal;
  readonly webhook: Webhook;
  /** The key itself. */
  readonly key: Buffer;
}

const keyOf = (text: string): Buffer => Buffer.from(text.slice('whsec_'.length), 'base64');

const isSecret = (text: string): boolean => {
  const key = keyOf(text);
  return text === `whsec_${key.toString('base64')}` && key.length >= 24 && key.length <= 64;
};

/** As Standard Webhooks has it: 24 to 64 bytes, in Base64. */
const secret = z.string().refine(isSecret, 'must be whsec_ and 24 to 64 bytes in Base64');

const entries = z
  .array(
    z.strictObject({
      name: z.string().min(1).max(100),
      role: z.literal('recorder', 'must be recorder: a signature is for reports'),
      secret,
      host: z.string().refine(isHostName, 'must be a host name').optional(),
    }),
  )
  .max(100, 'has over 100 entries');

/**
 * The file holds secrets: one that others may read, or group or others may write, is refused. Two entries of one name
 * are a secret and its successor.
 * @throws ConfigError naming the file and each fault in it, and no secret
 */
export const readWebhookSecrets = (file: string): readonly WebhookSecret[] => {
  const fault = (problem: string): ConfigError => new ConfigError([{ name: file, problem }]);
  let content: unknown;
  try {
    if ((statSync(file).mode & 0o027) !== 0)
      throw new Error('others may read it, or group or others may write it; chmod 600');
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    // A fault in the JSON would be shown with the text around it.
    const isSyntax = error instanceof SyntaxError;
    throw fault(isSyntax ? 'is no JSON' : error instanceof Error ? error.message : String(error));
  }
  const result = entries.safeParse(content);
  if (!result.success) throw fault(z.prettifyError(result.error).replaceAll('\n', ' '));
  return result.data.map(({ name, role, host, secret: text }) => ({
    principal: Object.freeze({ name, role, ...(host === undefined ? {} : { host }) }),
    webhook: new Webhook(text),
    key: keyOf(text),
  }));
};
