import type { DeliveryFilter } from '../../webhooks/store/delivery-reader.js';
import { kebabCase } from '../present/constant-case.js';
import type * as G from '../schema.generated.js';

const DEFAULT_LIMITS: G.WebhookLimitsInput = { concurrency: 8, perSecond: 50 };

/** What they hold is checked by the command. */
export const toSettings = ({
  url,
  description,
  filter,
  limits,
}: G.RegisterWebhookEndpointInput): unknown => ({
  url,
  description: description ?? null,
  filter: toFilter(filter),
  limits: limits ?? DEFAULT_LIMITS,
});

/** Left out: stays as it is. Null: taken away. */
export const toChanges = ({ url, description, filter, limits }: G.ChangeWebhookEndpointInput): unknown => ({
  ...(url == null ? {} : { url }),
  ...(description === undefined ? {} : { description }),
  ...(filter === undefined ? {} : { filter: toFilter(filter) }),
  ...(limits == null ? {} : { limits }),
});

const toFilter = (given: G.WebhookFilterInput | null | undefined): unknown => {
  const { types, vms, hosts, behaviours, labels } = given ?? {};
  return {
    types: types ?? null,
    vms: vms ?? null,
    hosts: hosts ?? null,
    behaviours: behaviours ?? null,
    labels: labels?.map(({ name, values }) => ({ name, values: values ?? [] })) ?? null,
  };
};

export const toSelection = ({ messages, from, to }: G.ReplayWebhookDeliveriesInput): unknown =>
  messages == null
    ? { from: from ?? null, to: to ?? null }
    : { messages, ...(from == null ? {} : { from }), ...(to == null ? {} : { to }) };

export const toDeliveryFilter = (given: G.WebhookDeliveryFilter | null | undefined): DeliveryFilter => {
  const { endpoint, state, message, vm } = given ?? {};
  return {
    ...(endpoint == null ? {} : { endpoint }),
    ...(state == null ? {} : { state: kebabCase(state) }),
    ...(message == null ? {} : { message }),
    ...(vm == null ? {} : { vm }),
  };
};
