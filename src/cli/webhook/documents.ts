/** Of an endpoint, all that commands show. */
export const ENDPOINT = /* GraphQL */ `
  query WebhookEndpoint($id: UUID!) {
    webhookEndpoint(id: $id) {
      id
      url
      description
      filter {
        types
        vms
        hosts
        behaviours
        labels {
          name
          values
        }
      }
      limits {
        concurrency
        perSecond
      }
      paused {
        reason
        at
        quiet
      }
      failingSince
      secretGeneration
      retiringUntil
      canSign
      counts {
        waiting
        delivered
        dead
      }
      createdBy
      createdAt
      changedAt
    }
  }
`;

export const ENDPOINTS = /* GraphQL */ `
  query WebhookEndpoints($first: Int, $after: String) {
    webhookEndpoints(first: $first, after: $after) {
      nodes {
        id
        url
        description
        paused {
          reason
          at
          quiet
        }
        failingSince
        canSign
        counts {
          waiting
          delivered
          dead
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

export const DELIVERIES = /* GraphQL */ `
  query WebhookDeliveries($filter: WebhookDeliveryFilter, $first: Int, $after: String) {
    webhookDeliveries(filter: $filter, first: $first, after: $after) {
      nodes {
        endpoint
        message {
          id
          type
          vm
          time
          position
        }
        state
        attempts
        nextAt
        status
        error
        changedAt
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

/** The mutations about webhooks, by their field: the type of input, and what is asked of the answer. */
const MUTATIONS = {
  registerWebhookEndpoint: {
    input: 'RegisterWebhookEndpointInput',
    answer: '... on WebhookSecretShown { secret repeated position endpoint { id url } }',
  },
  changeWebhookEndpoint: {
    input: 'ChangeWebhookEndpointInput',
    answer: '... on WebhookEndpointRecorded { repeated position }',
  },
  pauseWebhookEndpoint: {
    input: 'WebhookEndpointInput',
    answer: '... on WebhookEndpointRecorded { repeated position endpoint { paused { reason quiet } } }',
  },
  resumeWebhookEndpoint: {
    input: 'WebhookEndpointInput',
    answer: '... on WebhookEndpointRecorded { repeated position }',
  },
  rotateWebhookSecret: {
    input: 'RotateWebhookSecretInput',
    answer: '... on WebhookSecretShown { secret repeated position endpoint { id retiringUntil } }',
  },
  removeWebhookEndpoint: {
    input: 'WebhookEndpointInput',
    answer: '... on WebhookEndpointRecorded { repeated position }',
  },
  testWebhookEndpoint: {
    input: 'WebhookEndpointInput',
    answer: '... on WebhookTestRequested { messageId position }',
  },
  replayWebhookDeliveries: {
    input: 'ReplayWebhookDeliveriesInput',
    answer: '... on WebhookReplayRequested { count nextFrom position }',
  },
} as const;

export type WebhookMutation = keyof typeof MUTATIONS;

export const WEBHOOK_MUTATIONS = Object.keys(MUTATIONS) as readonly WebhookMutation[];

export const webhookMutation = (mutation: WebhookMutation): string => {
  const { input, answer } = MUTATIONS[mutation];
  return `mutation Webhook($input: ${input}!) {
    outcome: ${mutation}(input: $input) { __typename ${answer} ... on Problem { code message } }
  }`;
};
