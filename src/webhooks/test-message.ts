import type { Position } from '../ledger/port.js';
import type { Message } from './message.js';

export interface TestFacts {
  readonly id: string;
  readonly endpoint: string;
  /** ISO 8601. */
  readonly time: string;
  readonly position: Position;
}

/** What `testWebhookEndpoint` sends: in the form of all others, about nothing but the endpoint itself. */
export const testMessage = ({ id, endpoint, time, position }: TestFacts): Message => ({
  id,
  type: 'endpoint.test',
  vm: null,
  hosts: [],
  behaviours: [],
  labels: {},
  time,
  position,
  body: {
    specversion: '1.0',
    id,
    source: '/hopledger',
    type: 'endpoint.test',
    subject: `webhook/${endpoint}`,
    time,
    datacontenttype: 'application/json',
    data: { endpoint, position },
  },
});
