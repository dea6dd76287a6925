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

/** The mutations about webhooks, by their field. */
export const WEBHOOK_MUTATIONS = {
  registerWebhookEndpoint: /* GraphQL */ `
    mutation Register($input: RegisterWebhookEndpointInput!) {
      outcome: registerWebhookEndpoint(input: $input) {
        __typename
        ... on WebhookSecretShown {
          secret
          repeated
          position
          endpoint {
            id
            url
          }
        }
        ... on Problem {
          code
          message
        }
      }
    }
  `,
  changeWebhookEndpoint: /* GraphQL */ `
    mutation Change($input: ChangeWebhookEndpointInput!) {
      outcome: changeWebhookEndpoint(input: $input) {
        __typename
        ... on WebhookEndpointRecorded {
          repeated
          position
        }
        ... on Problem {
          code
          message
        }
      }
    }
  `,
  pauseWebhookEndpoint: /* GraphQL */ `
    mutation Pause($input: WebhookEndpointInput!) {
      outcome: pauseWebhookEndpoint(input: $input) {
        __typename
        ... on WebhookEndpointRecorded {
          repeated
          position
          endpoint {
            paused {
              reason
              quiet
            }
          }
        }
        ... on Problem {
          code
          message
        }
      }
    }
  `,
  resumeWebhookEndpoint: /* GraphQL */ `
    mutation Resume($input: WebhookEndpointInput!) {
      outcome: resumeWebhookEndpoint(input: $input) {
        __typename
        ... on WebhookEndpointRecorded {
          repeated
          position
        }
        ... on Problem {
          code
          message
        }
      }
    }
  `,
  rotateWebhookSecret: /* GraphQL */ `
    mutation Rotate($input: RotateWebhookSecretInput!) {
      outcome: rotateWebhookSecret(input: $input) {
        __typename
        ... on WebhookSecretShown {
          secret
          repeated
          position
          endpoint {
            id
            retiringUntil
          }
        }
        ... on Problem {
          code
          message
        }
      }
    }
  `,
  removeWebhookEndpoint: /* GraphQL */ `
    mutation Remove($input: WebhookEndpointInput!) {
      outcome: removeWebhookEndpoint(input: $input) {
        __typename
        ... on WebhookEndpointRecorded {
          repeated
          position
        }
        ... on Problem {
          code
          message
        }
      }
    }
  `,
  testWebhookEndpoint: /* GraphQL */ `
    mutation Test($input: WebhookEndpointInput!) {
      outcome: testWebhookEndpoint(input: $input) {
        __typename
        ... on WebhookTestRequested {
          messageId
          position
        }
        ... on Problem {
          code
          message
        }
      }
    }
  `,
  replayWebhookDeliveries: /* GraphQL */ `
    mutation Replay($input: ReplayWebhookDeliveriesInput!) {
      outcome: replayWebhookDeliveries(input: $input) {
        __typename
        ... on WebhookReplayRequested {
          count
          nextFrom
          position
        }
        ... on Problem {
          code
          message
        }
      }
    }
  `,
} as const;

export type WebhookMutation = keyof typeof WEBHOOK_MUTATIONS;
