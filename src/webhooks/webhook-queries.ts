import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Endpoint } from '../domain/endpoint/endpoint.js';
import { HopledgerError } from '../errors.js';
import { pageOf, type Slice } from '../views/queries/page-of.js';
import { EndpointDesk } from './commands/endpoint-desk.js';
import type {
  AttemptRow,
  DeliveryFilter,
  DeliveryRow,
  EndpointCounts,
  MessageRow,
} from './store/delivery-reader.js';

/** An endpoint, and how it does. */
export interface EndpointStatus {
  readonly endpoint: Endpoint;
  /** Milliseconds since 1970. */
  readonly failingSince: number | null;
  readonly canSign: boolean;
  readonly counts: EndpointCounts;
}

/** An endpoint; null when there is none. */
export class GetWebhookEndpoint extends Query<EndpointStatus | null> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(GetWebhookEndpoint)
export class GetWebhookEndpointHandler implements IQueryHandler<GetWebhookEndpoint> {
  constructor(private readonly desk: EndpointDesk) {}

  async execute({ id }: GetWebhookEndpoint): Promise<EndpointStatus | null> {
    const endpoint = this.desk.options.store.endpoints.get(id);
    return endpoint === undefined ? null : statusOf(this.desk, endpoint);
  }
}

/** Endpoints in the order of their ids. */
export class ListWebhookEndpoints extends Query<Slice<EndpointStatus>> {
  constructor(
    readonly first: number,
    readonly after: string | null,
  ) {
    super();
  }
}

@QueryHandler(ListWebhookEndpoints)
export class ListWebhookEndpointsHandler implements IQueryHandler<ListWebhookEndpoints> {
  constructor(private readonly desk: EndpointDesk) {}

  /** @throws HopledgerError BAD_CURSOR */
  async execute({ first, after }: ListWebhookEndpoints): Promise<Slice<EndpointStatus>> {
    const { endpoints } = this.desk.options.store;
    const sorted = [...endpoints.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    const { items, hasNext } = pageOf(sorted, ({ id }) => id, first, after);
    return { items: items.map((endpoint) => statusOf(this.desk, endpoint)), hasNext };
  }
}

const statusOf = ({ options }: EndpointDesk, endpoint: Endpoint): EndpointStatus => {
  const { read } = options.store;
  return {
    endpoint,
    failingSince: read.failingSince(endpoint.id),
    canSign: keyId(options) === endpoint.secret.keyId,
    counts: read.counts(endpoint.id),
  };
};

/** Null also when the file cannot be used: what is wrong with it, the log says. */
const keyId = ({ keys }: EndpointDesk['options']): string | null => {
  try {
    return keys.read()?.id ?? null;
  } catch (error) {
    if (error instanceof HopledgerError) return null;
    throw error;
  }
};

/** The delivery log, newest messages first. */
export class ListWebhookDeliveries extends Query<{
  readonly rows: readonly DeliveryRow[];
  readonly hasNext: boolean;
}> {
  constructor(
    readonly filter: DeliveryFilter,
    readonly first: number,
    readonly after: string | null,
  ) {
    super();
  }
}

const CURSOR = /^1:(\d{1,15}):([0-9a-f-]{36})$/;

/** Opaque to clients: after which delivery to read on. */
export const deliveryCursor = ({ seq, endpoint }: Pick<DeliveryRow, 'seq' | 'endpoint'>): string =>
  Buffer.from(`1:${seq}:${endpoint}`).toString('base64url');

@QueryHandler(ListWebhookDeliveries)
export class ListWebhookDeliveriesHandler implements IQueryHandler<ListWebhookDeliveries> {
  constructor(private readonly desk: EndpointDesk) {}

  /** @throws HopledgerError BAD_CURSOR */
  async execute({ filter, first, after }: ListWebhookDeliveries) {
    return this.desk.options.store.read.deliveries(filter, first, after === null ? null : placeOf(after));
  }
}

const placeOf = (cursor: string): { readonly seq: number; readonly endpoint: string } => {
  const [, seq, endpoint] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (seq === undefined || endpoint === undefined)
    throw new HopledgerError('BAD_CURSOR', 'not a cursor of this list');
  return { seq: Number(seq), endpoint };
};

/** Each attempt of one delivery, oldest first. */
export class ListWebhookAttempts extends Query<readonly AttemptRow[]> {
  constructor(
    readonly endpoint: string,
    readonly seq: number,
  ) {
    super();
  }
}

@QueryHandler(ListWebhookAttempts)
export class ListWebhookAttemptsHandler implements IQueryHandler<ListWebhookAttempts> {
  constructor(private readonly desk: EndpointDesk) {}

  async execute({ endpoint, seq }: ListWebhookAttempts): Promise<readonly AttemptRow[]> {
    return this.desk.options.store.read.attempts(endpoint, seq);
  }
}

/** A message with its body as text; null when there is none, or no longer. */
export class GetWebhookMessage extends Query<(MessageRow & { readonly body: string }) | null> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(GetWebhookMessage)
export class GetWebhookMessageHandler implements IQueryHandler<GetWebhookMessage> {
  constructor(private readonly desk: EndpointDesk) {}

  async execute({ id }: GetWebhookMessage): Promise<(MessageRow & { readonly body: string }) | null> {
    return this.desk.options.store.read.message(id);
  }
}

/** Providers that answer these queries. They inject `EndpointDesk`. */
export const WEBHOOK_QUERY_HANDLERS = [
  GetWebhookEndpointHandler,
  ListWebhookEndpointsHandler,
  ListWebhookDeliveriesHandler,
  ListWebhookAttemptsHandler,
  GetWebhookMessageHandler,
] as const;
