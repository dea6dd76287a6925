import type { EndpointStatus } from '../../webhooks/webhook-queries.js';
import type { AttemptRow, DeliveryRow, MessageRow } from '../../webhooks/store/delivery-reader.js';
import type * as G from '../schema.generated.js';
import { constantCase } from './constant-case.js';

export const presentEndpoint = ({
  endpoint,
  failingSince,
  canSign,
  counts,
}: EndpointStatus): G.WebhookEndpoint => {
  const { id, url, description, filter, limits, paused, secret, retiring } = endpoint;
  const { createdBy, createdAt, changedAt } = endpoint;
  return {
    id,
    url,
    description,
    filter,
    limits,
    paused: paused === null ? null : { ...paused, reason: constantCase(paused.reason) },
    failingSince: failingSince === null ? null : iso(failingSince),
    secretGeneration: secret.generation,
    retiringUntil: retiring.map(({ until }) => until),
    canSign,
    counts,
    createdBy,
    createdAt,
    changedAt,
  };
};

/** Its `log` is a field of its own: read when it is asked for. `seq` is no part of the schema. */
export type DeliveryNode = Omit<G.WebhookDelivery, 'log'> & { readonly seq: number };

export const presentDelivery = ({
  nextAt,
  changedAt,
  state,
  message,
  ...row
}: DeliveryRow): DeliveryNode => ({
  ...row,
  message: summaryOf(message),
  state: constantCase(state),
  nextAt: nextAt === null ? null : iso(nextAt),
  changedAt: iso(changedAt),
});

export const presentAttempt = ({ outcome, ...row }: AttemptRow): G.WebhookAttempt => ({
  ...row,
  outcome: constantCase(outcome),
});

export const presentMessage = ({
  body,
  ...message
}: MessageRow & { readonly body: string }): G.WebhookMessage => ({
  ...summaryOf(message),
  body: JSON.parse(body) as unknown,
});

type Summary = Omit<G.WebhookMessageSummary, '__typename'>;

const summaryOf = ({ id, type, vm, time, position }: MessageRow): Summary => ({
  id,
  type,
  vm,
  time,
  position,
});

const iso = (ms: number): string => new Date(ms).toISOString();
