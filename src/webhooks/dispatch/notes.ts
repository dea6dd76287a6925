import { randomUUID } from 'node:crypto';
import type { EndpointCommand } from '../../domain/endpoint/decide.js';
import type { Endpoint } from '../../domain/endpoint/endpoint.js';
import type { PauseReason } from '../../domain/endpoint/events.js';
import { HopledgerError } from '../../errors.js';
import { metadataOf, reportContext } from '../../recording/report-context.js';
import type { EndpointLog } from '../endpoint-log.js';
import type { WebhookStore } from '../store/webhook-store.js';
import type { EndpointNotes } from './dispatcher.js';

/** How long the store may take to read what was just recorded. */
const APPLIED_MS = 5_000;

/** Records what the dispatcher says, and waits until the dispatcher itself reads it back. */
export class RecordedNotes implements EndpointNotes {
  constructor(
    private readonly endpoints: EndpointLog,
    private readonly store: WebhookStore,
  ) {}

  pause({ id, url }: Pick<Endpoint, 'id' | 'url'>, reason: PauseReason): Promise<void> {
    return this.#record({ type: 'pause', endpoint: id, reason, url });
  }

  quiet(endpoint: string): Promise<void> {
    return this.#record({ type: 'quiet', endpoint });
  }

  async #record(command: Extract<EndpointCommand, { readonly type: 'pause' | 'quiet' }>): Promise<void> {
    const metadata = metadataOf(reportContext({ actor: 'hopledger', tool: 'hopledger' }), null, null);
    const recordedBefore = (): void => undefined;
    try {
      const { position } = await this.endpoints.execute(command, {
        id: randomUUID(),
        metadata,
        recordedBefore,
      });
      await this.store.waitFor(position, APPLIED_MS);
    } catch (error) {
      // Removed in the meantime: nothing is left to be said of it.
      if (!(error instanceof HopledgerError) || error.code !== 'UNKNOWN_WEBHOOK_ENDPOINT') throw error;
    }
  }
}
