import { timingSafeEqual } from 'node:crypto';
import { HopledgerError } from '../errors.js';
import type { Config } from './config.js';
import { isLoopback } from './loopback.js';
import { LOCAL, type Principal } from './principal.js';
import { readTokensFile, sha256, type TokenEntry } from './tokens.js';

/** What is looked at of a request, or of the handshake of a WebSocket. */
export interface Credentials {
  readonly authorization?: string | undefined;
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
}

interface Known {
  readonly digest: Buffer;
  readonly principal: Principal;
}

/** Tells who asks: by bearer token where there is a tokens file, else everyone on this machine is `LOCAL`. */
export class Authenticator {
  #known: readonly Known[] | undefined;

  constructor(private readonly config: Pick<Config, 'auth' | 'listen'>) {
    this.reload();
  }

  /** False: there are no tokens, and only requests from pages and tools of this machine are let in. */
  get byToken(): boolean {
    return this.#known !== undefined;
  }

  /**
   * Reads the tokens file again. When it throws, the tokens known before stay in force.
   * @throws ConfigError when the file is not valid
   */
  reload(): void {
    const file = this.config.auth.tokensFile;
    if (file !== undefined) this.#known = readTokensFile(file).map(known);
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
    const token = /^bearer +(\S+)$/i.exec(credentials.authorization ?? '')?.[1];
    if (token === undefined) throw new HopledgerError('UNAUTHENTICATED', 'this needs a bearer token');
    const digest = sha256(token);
    // Every entry is compared, so that the time taken says nothing about which one was near.
    const match = this.#known.reduce<Principal | undefined>(
      (found, one) => (timingSafeEqual(one.digest, digest) ? one.principal : found),
      undefined,
    );
    if (match === undefined) throw new HopledgerError('UNAUTHENTICATED', 'no such token');
    return match;
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

function known({ name, role, host, sha256: hex }: TokenEntry): Known {
  const principal = Object.freeze({ name, role, ...(host === undefined ? {} : { host }) });
  return { digest: Buffer.from(hex, 'hex'), principal };
}
