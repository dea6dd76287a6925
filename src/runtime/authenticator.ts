import { createHmac, timingSafeEqual } from 'node:crypto';
import { HopledgerError } from '../errors.js';
import type { Config } from './config.js';
import { isLoopback } from './loopback.js';
import { LOCAL, type Principal } from './principal.js';
import type { ClientCertificate } from './client-certificate.js';
import { readTokensFile, sha256, type Credential } from './tokens.js';
import { readWebhookSecrets, type WebhookSecret } from './webhook-secrets.js';

/** What is looked at of a request, or of the handshake of a WebSocket. */
export interface Credentials {
  readonly authorization?: string | undefined;
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
  readonly certificate?: ClientCertificate | undefined;
}

/** Headers of Standard Webhooks. */
export interface SignatureHeaders {
  readonly 'webhook-id'?: string | undefined;
  readonly 'webhook-timestamp'?: string | undefined;
  readonly 'webhook-signature'?: string | undefined;
}

/** A sender that changes its secret signs with two. */
const MAX_SIGNATURES = 8;

interface Known {
  readonly principal: Principal;
  /** Of a token; null: the entry is of a certificate. */
  readonly digest: Buffer | null;
  readonly entry: Credential;
}

/** Tells who asks: by bearer token where there is a tokens file, else everyone on this machine is `LOCAL`. */
export class Authenticator {
  #known: readonly Known[] | undefined;
  #secrets: readonly WebhookSecret[] = [];

  constructor(private readonly config: Pick<Config, 'auth' | 'listen'>) {
    this.reload();
  }

  /** False: there are no tokens, and only requests from pages and tools of this machine are let in. */
  get byToken(): boolean {
    return this.#known !== undefined;
  }

  /**
   * Reads the files of tokens and secrets again. When it throws, those known before stay in force.
   * @throws ConfigError when a file is not valid
   */
  reload(): void {
    const { tokensFile, webhookSecretsFile } = this.config.auth;
    const tokens = tokensFile === undefined ? undefined : readTokensFile(tokensFile).map(known);
    const secrets = webhookSecretsFile === undefined ? [] : readWebhookSecrets(webhookSecretsFile);
    this.#known = tokens;
    this.#secrets = secrets;
  }

  /** Whether senders can sign. */
  get bySignature(): boolean {
    return this.#secrets.length > 0;
  }

  /**
   * Who signed a body. A signature counts for five minutes around its time-stamp.
   * @throws HopledgerError UNAUTHENTICATED
   */
  verify(headers: SignatureHeaders, body: string): Principal {
    const signer = this.#signerOf(headers, body);
    if (signer === undefined)
      throw new HopledgerError('UNAUTHENTICATED', 'webhook-signature: no secret makes this signature');
    try {
      signer.webhook.verify(body, { ...headers } as Record<string, string>, { jsonParse: false });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new HopledgerError('UNAUTHENTICATED', `webhook-signature: ${why}`);
    }
    return signer.principal;
  }

  /**
   * The secret that makes the signature. Found with Node's own HMAC: the library's is written in JavaScript, and strangers
   * must not be able to keep this server busy with it. Every secret is tried, so that the time taken says nothing about
   * which one was right.
   */
  #signerOf(headers: SignatureHeaders, body: string): WebhookSecret | undefined {
    const signed = `${headers['webhook-id'] ?? ''}.${headers['webhook-timestamp'] ?? ''}.${body}`;
    const given = (headers['webhook-signature'] ?? '').split(' ', MAX_SIGNATURES).map(sha256);
    return this.#secrets.reduce<WebhookSecret | undefined>((found, secret) => {
      const made = sha256(`v1,${createHmac('sha256', secret.key).update(signed).digest('base64')}`);
      return given.filter((one) => timingSafeEqual(one, made)).length > 0 ? secret : found;
    }, undefined);
  }

  /**
   * @throws HopledgerError UNAUTHENTICATED without a valid token
   * @throws HopledgerError FORBIDDEN in local mode when the request came through a browser page of elsewhere
   */
  authenticate(credentials: Credentials): Principal {
    if (this.#known === undefined) {
      this.#refuseForeignPages(credentials);
      return LOCAL;
    }
    const { authorization, certificate } = credentials;
    if (authorization === undefined && certificate !== undefined) return this.#ofCertificate(certificate);
    const token = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw new HopledgerError('UNAUTHENTICATED', 'this needs a bearer token');
    const digest = sha256(token);
    // Every entry is compared, so that the time taken says nothing about which one was near.
    const match = this.#known.reduce<Principal | undefined>(
      (found, one) => (one.digest !== null && timingSafeEqual(one.digest, digest) ? one.principal : found),
      undefined,
    );
    if (match === undefined) throw new HopledgerError('UNAUTHENTICATED', 'no such token');
    return match;
  }

  /** An entry that names this very certificate counts before one that names its subject. */
  #ofCertificate({ sha256: fingerprint, names }: ClientCertificate): Principal {
    const entries = this.#known ?? [];
    const match =
      entries.find(({ entry }) => entry.certificateSha256 === fingerprint) ??
      entries.find(({ entry }) => entry.san !== undefined && names.includes(entry.san));
    if (match !== undefined) return match.principal;
    throw new HopledgerError('UNAUTHENTICATED', 'no entry of the tokens file is of this certificate');
  }

  /**
   * Without tokens, being on this machine is the credential, and a browser on this machine lends it to any page. A
   * page that had its own name resolve to 127.0.0.1 (DNS rebinding) shows in `host`; one that posts across origins
   * shows in `origin`.
   */
  #refuseForeignPages({ host, origin }: Credentials): void {
    if (host === undefined || !this.#isOurs(`http://${host}`)) {
      throw new HopledgerError('FORBIDDEN', `host ${host ?? '(none)'} is not a name of this server`, {
        setting: 'listen.names',
      });
    }
    if (origin !== undefined && !this.#isOurs(origin)) {
      throw new HopledgerError('FORBIDDEN', `pages of ${origin} may not use this server`, {
        setting: 'listen.names',
      });
    }
  }

  #isOurs(url: string): boolean {
    if (!URL.canParse(url)) return false;
    const { hostname } = new URL(url);
    return isLoopback(hostname) || this.config.listen.names.includes(hostname);
  }
}

function known(entry: Credential): Known {
  const { name, role, host, sha256: hex } = entry;
  const principal = Object.freeze({ name, role, ...(host === undefined ? {} : { host }) });
  return { principal, digest: hex === undefined ? null : Buffer.from(hex, 'hex'), entry };
}
