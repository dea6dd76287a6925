import type { EndpointCommand } from '../../domain/endpoint/decide.js';
import type { Endpoint } from '../../domain/endpoint/endpoint.js';
import type { Position } from '../../ledger/port.js';
import {
  checkKey,
  idOf,
  metadataOfKeyed,
  orConflict,
  refuseOtherInput,
  type KeyedReport,
} from '../../recording/commands/keyed-report.js';
import type { EndpointLog } from '../endpoint-log.js';
import type { KeyFile } from '../master-key.js';
import type { WebhookStore } from '../store/webhook-store.js';
import type { UrlRules } from '../endpoint-input.js';

/** What became of a command about an endpoint. */
export interface EndpointAnswer {
  /** As it is now; null: it was removed. */
  readonly endpoint: Endpoint | null;
  readonly eventId: string;
  readonly position: Position;
  readonly repeated: boolean;
}

export interface DeskOptions {
  readonly log: EndpointLog;
  readonly store: WebhookStore;
  readonly keys: KeyFile;
  readonly urls: UrlRules;
  readonly maxEndpoints: number;
  /** How long an answer waits for the store to read what was recorded. */
  readonly waitMs: number;
  /** How long a pause waits for what is under way. */
  readonly quietMs: number;
  /** There is something to send from now on. */
  readonly wake: () => void;
}

/** Where commands about endpoints are put on record, each once for its key. */
export class EndpointDesk {
  constructor(readonly options: DeskOptions) {}

  /**
   * @param make given the id of the event
   * @throws HopledgerError BAD_INPUT, IDEMPOTENCY_CONFLICT, UNKNOWN_WEBHOOK_ENDPOINT and what else the command is refused for
   */
  async record(report: KeyedReport, make: (eventId: string) => EndpointCommand): Promise<EndpointAnswer> {
    checkKey(report);
    const { log, store, waitMs, wake } = this.options;
    const id = idOf(report);
    const cause = {
      id,
      metadata: metadataOfKeyed(report),
      recordedBefore: (metadata: Parameters<typeof refuseOtherInput>[1]) =>
        refuseOtherInput(report, metadata),
    };
    const { endpoint, position, repeated } = await orConflict(report, log.execute(make(id), cause));
    wake();
    await store.waitFor(position, waitMs);
    return { endpoint, eventId: id, position, repeated };
  }
}
