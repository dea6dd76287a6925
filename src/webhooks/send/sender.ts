import { Agent, request, type Dispatcher } from 'undici';
import { Webhook } from 'standardwebhooks';
import type { AddressGuard } from './address-guard.js';
import { guardedConnector, type Resolve } from './guarded-connector.js';
import { readAnswer } from './read-answer.js';
import { retryAfterMs } from './retry-after.js';
import { Attempt } from './attempt.js';
import { textOfFailure } from './failure-text.js';

/** One message as it goes out. */
export interface Outgoing {
  readonly url: string;
  readonly messageId: string;
  /** JSON text of the CloudEvent: signed and sent as it is. */
  readonly body: string;
  /** `whsec_…`, the newest first; each makes a signature. */
  readonly secrets: readonly string[];
  /** When this attempt is made, milliseconds since the epoch. */
  readonly at: number;
  /** Ends the attempt; what came of it is then not known. */
  readonly signal: AbortSignal;
}

/** What became of one attempt. */
export interface Sent {
  readonly delivered: boolean;
  /** Of the answer; null: there was none. */
  readonly status: number | null;
  /** What went wrong, at most 500 characters; null when it was delivered. */
  readonly error: string | null;
  /** How long the receiver asks to be left alone; null: it does not say. */
  readonly retryAfterMs: number | null;
}

/** Sends once. */
export interface Sender {
  /** @throws when `signal` ended it */
  send(outgoing: Outgoing): Promise<Sent>;
  close(): Promise<void>;
}

export interface HttpSenderOptions {
  readonly guard: AddressGuard;
  /** For one attempt as a whole, from the look-up of the name to the end of the answer. */
  readonly timeoutMs: number;
  readonly version: string;
  /** Plain `http` is sent to: the setting may have changed since the endpoint was registered. */
  readonly allowInsecure: boolean;
  readonly resolve?: Resolve;
}

const CONTENT_TYPE = 'application/cloudevents+json; charset=utf-8';

/**
 * Over HTTP, signed as Standard Webhooks 1.0 says. 2xx alone is success; a redirect is a failure and is not followed.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export class HttpSender implements Sender {
  readonly #agent: Agent;
  readonly #timeoutMs: number;
  readonly #allowInsecure: boolean;
  readonly #userAgent: string;

  constructor({ guard, timeoutMs, version, allowInsecure, resolve }: HttpSenderOptions) {
    this.#timeoutMs = timeoutMs;
    this.#allowInsecure = allowInsecure;
    this.#userAgent = `hopledger/${version}`;
    this.#agent = new Agent({
      connect: guardedConnector(guard, {
        connectTimeoutMs: timeoutMs,
        ...(resolve === undefined ? {} : { resolve }),
      }),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      keepAliveTimeout: 4_000,
      pipelining: 1,
    });
  }

  async send({ url, messageId, body, secrets, at, signal }: Outgoing): Promise<Sent> {
    if (!this.#allowInsecure && !url.startsWith('https:'))
      return notSent('http is not sent to (webhooks.allowInsecure)');
    const attempt = new Attempt(signal, this.#timeoutMs);
    try {
      const response = await request(url, {
        method: 'POST',
        dispatcher: this.#agent,
        signal: attempt.signal,
        headers: {
          'content-type': CONTENT_TYPE,
          'user-agent': this.#userAgent,
          ...signedHeaders(messageId, body, secrets, at),
        },
        body,
      });
      const sent = await judged(response, at);
      signal.throwIfAborted();
      return sent;
    } catch (error) {
      signal.throwIfAborted();
      const text = attempt.signal.aborted ? `no answer within ${this.#timeoutMs} ms` : textOfFailure(error);
      return notSent(text);
    } finally {
      attempt.end();
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

const notSent = (error: string): Sent => ({ delivered: false, status: null, error, retryAfterMs: null });

const judged = async (response: Dispatcher.ResponseData, at: number): Promise<Sent> => {
  const { statusCode: status, headers } = response;
  // Status and headers have said it all: of a body that breaks off there is no text, and no more.
  const answer = await readAnswer(response.body).catch(() => '');
  if (status >= 200 && status < 300) return { delivered: true, status, error: null, retryAfterMs: null };
  const what =
    status >= 300 && status < 400
      ? `answered ${status}: redirects are not followed`
      : `answered ${status}${answer === '' ? '' : `: ${answer}`}`;
  return {
    delivered: false,
    status,
    error: what.slice(0, 500),
    retryAfterMs: retryAfterMs(headers['retry-after'], at),
  };
};

/** The three headers of an attempt; a signature for each secret. */
export const signedHeaders = (
  messageId: string,
  body: string,
  secrets: readonly string[],
  at: number,
): Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> => ({
  'webhook-id': messageId,
  'webhook-timestamp': String(Math.floor(at / 1000)),
  'webhook-signature': secrets
    .map((secret) => new Webhook(secret).sign(messageId, new Date(at), body))
    .join(' '),
});
