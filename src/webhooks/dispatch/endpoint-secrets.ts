import { signingSecrets, type Endpoint } from '../../domain/endpoint/endpoint.js';
import { messageOf, type ViewsLog } from '../../views/views-log.js';
import type { KeyFile, MasterKey } from '../master-key.js';

/** Secrets of endpoints, from this server's master key. */
export class EndpointSecrets {
  readonly #told = new Set<string>();

  constructor(
    private readonly keys: KeyFile,
    private readonly log: ViewsLog,
  ) {}

  /** Whether the endpoint's secret comes from the key that this server has; when not, that is told once. */
  canSign({ id, secret }: Endpoint): boolean {
    const key = this.#key(id);
    if (key === null) return false;
    if (key.id !== secret.keyId)
      this.#tell(id, 'its secret comes from another master key: put that back, or rotate the secret');
    return key.id === secret.keyId;
  }

  /** `whsec_…`, the newest first. @param at milliseconds since 1970 */
  signing(endpoint: Endpoint, at: number): readonly string[] {
    const key = this.#key(endpoint.id);
    return signingSecrets(endpoint, new Date(at).toISOString()).flatMap(({ keyId, generation }) =>
      key?.id === keyId ? [key.secret(endpoint.id, generation)] : [],
    );
  }

  #key(endpoint: string): MasterKey | null {
    try {
      const key = this.keys.read();
      if (key === null) this.#tell(endpoint, 'there is no master key: put it back, or rotate the secret');
      return key;
    } catch (error) {
      this.#tell(endpoint, messageOf(error));
      return null;
    }
  }

  #tell(endpoint: string, problem: string): void {
    const text = `webhooks: nothing is sent to endpoint ${endpoint}: ${problem}`;
    if (!this.#told.has(text)) this.log.warn(text);
    this.#told.add(text);
  }
}
