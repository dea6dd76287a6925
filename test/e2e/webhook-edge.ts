import { randomUUID } from 'node:crypto';
import type { TestServer } from './graphql-harness.js';
import { GOOD, Life } from './graphql-life.js';

/** What a receiver on this machine needs. */
export const LOCAL_RECEIVER = {
  HOPLEDGER_WEBHOOKS_ALLOW_INSECURE: 'true',
  HOPLEDGER_WEBHOOKS_ALLOWED_NETWORKS: '127.0.0.1',
};

export const ENDPOINT =
  'id url paused { reason quiet } secretGeneration canSign counts { waiting delivered dead }';

export const REGISTER = `mutation ($input: RegisterWebhookEndpointInput!) {
  registerWebhookEndpoint(input: $input) {
    __typename
    ... on WebhookSecretShown { secret repeated position endpoint { ${ENDPOINT} } }
    ... on Problem { code message }
    ... on BadInput { field }
  }
}`;
export const command = (field: string, input = 'WebhookEndpointInput') => `mutation ($input: ${input}!) {
  ${field}(input: $input) {
    __typename
    ... on WebhookEndpointRecorded { repeated endpoint { ${ENDPOINT} } }
    ... on Problem { code message }
  }
}`;
const ROTATE = `mutation ($input: RotateWebhookSecretInput!) {
  rotateWebhookSecret(input: $input) { ... on WebhookSecretShown { secret endpoint { secretGeneration } } }
}`;
const TEST = `mutation ($input: WebhookEndpointInput!) {
  testWebhookEndpoint(input: $input) {
    __typename ... on WebhookTestRequested { messageId } ... on Problem { code }
  }
}`;
const REPLAY = `mutation ($input: ReplayWebhookDeliveriesInput!) {
  replayWebhookDeliveries(input: $input) { ... on WebhookReplayRequested { count nextFrom } ... on Problem { code } }
}`;
const REPORT_HOST = 'mutation ($input: ReportHostInput!) { reportHost(input: $input) { __typename } }';
const SHOWN = `query ($id: UUID!) { webhookEndpoint(id: $id) { ${ENDPOINT} } }`;
const DELIVERIES = `query ($filter: WebhookDeliveryFilter) {
  webhookDeliveries(filter: $filter) {
    nodes { endpoint state attempts status error message { id type } log { number outcome status } }
  }
}`;

/** Webhooks of a server, as its API has them. */
export class WebhookEdge {
  constructor(private readonly server: TestServer) {}

  async register(url: string, more: object = {}) {
    const input = { idempotencyKey: randomUUID(), url, ...more };
    return (await this.server.ask(REGISTER, { input })).data.registerWebhookEndpoint;
  }

  async tell(field: 'pauseWebhookEndpoint' | 'resumeWebhookEndpoint', endpoint: string) {
    return (await this.#send(command(field), { endpoint })).data[field];
  }

  async rotate(endpoint: string) {
    return (await this.#send(ROTATE, { endpoint })).data.rotateWebhookSecret;
  }

  async sendTest(endpoint: string) {
    return (await this.#send(TEST, { endpoint })).data.testWebhookEndpoint;
  }

  async replay(input: object) {
    return (await this.#send(REPLAY, input)).data.replayWebhookDeliveries;
  }

  async shown(id: string) {
    return (await this.server.ask(SHOWN, { id })).data.webhookEndpoint;
  }

  /** Newest messages first. */
  async deliveries(filter: object) {
    return (await this.server.ask(DELIVERIES, { filter })).data.webhookDeliveries.nodes;
  }

  /** A guest that two messages tell of, both of one event: it is tainted, and a hop to another host needs overrides. */
  async bornTainted(): Promise<{ readonly uuid: string; readonly position: string }> {
    const host = { idempotencyKey: 'hostb', host: 'hostb', builds: [GOOD] };
    await this.server.ask(REPORT_HOST, { input: host });
    const uuid = randomUUID();
    const { position } = await new Life(this.server, uuid).launch();
    return { uuid, position };
  }

  /** Its messages, once all of them came to this, in their order. */
  async messagesOf(vm: string, state: 'DELIVERED' | 'DEAD' | 'WAITING'): Promise<readonly string[]> {
    const rows = await eventually(
      () => this.deliveries({ vm }),
      (found) => found.length === 2 && found.every((row) => row.state === state),
    );
    return rows.map(({ message }) => message.id).toReversed();
  }

  #send(document: string, input: object) {
    return this.server.ask(document, { input: { idempotencyKey: randomUUID(), ...input } });
  }
}

/** The outcome goes through the ledger before the log shows it. */
export const eventually = async <T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> => {
  for (let tries = 0; tries < 500; tries += 1) {
    const value = await read();
    if (holds(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it never came to be');
};
