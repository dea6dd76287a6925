import { randomUUID } from 'node:crypto';
import type { Client } from '../client/client.js';
import { withRetries } from '../client/retry.js';
import { ServerRefused } from '../client/server-failure.js';
import type { MutationAnswer } from './answers.js';
import { webhookMutation, type WebhookMutation } from './documents.js';

const RETRIES = { tries: 4, firstPauseMs: 200, longestPauseMs: 2_000 };

/**
 * Sends one mutation under a key, so that a retry changes nothing twice.
 * @throws ServerRefused with the server's reason
 */
export const sendCommand = async (
  client: Client,
  mutation: WebhookMutation,
  input: Readonly<Record<string, unknown>>,
): Promise<MutationAnswer> => {
  const variables = { input: { idempotencyKey: randomUUID(), ...input } };
  const { outcome } = await withRetries(RETRIES, () =>
    client.query<{ outcome: MutationAnswer | Problem }>(webhookMutation(mutation), variables),
  );
  if ('code' in outcome) throw new ServerRefused(outcome.code, outcome.message);
  return outcome;
};

interface Problem {
  readonly code: string;
  readonly message: string;
}
