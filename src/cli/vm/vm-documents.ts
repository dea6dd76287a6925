/** The queries for one VM. Its lists are asked for one by one: each has pages of its own. */
export const HEAD = /* GraphQL */ `
  query Vm($uuid: UUID!, $asOf: AsOf) {
    vm(uuid: $uuid, asOf: $asOf) {
      uuid
      name
      names
      labels {
        key
        value
      }
      state
      tainted
      position
      revision
      firstSeenAt
      lastSeenAt
      current {
        id
        host
        origin
        attested
        build {
          label
        }
        buildCertainty
        kernel
        openedAt
        powerCycle
        machineType
        configuration {
          accelerator
          cpu {
            mode
            model
          }
        }
      }
    }
  }
`;

export const POWER_CYCLES = /* GraphQL */ `
  query VmPowerCycles($uuid: UUID!, $asOf: AsOf, $first: Int, $after: String) {
    vm(uuid: $uuid, asOf: $asOf) {
      page: powerCycles(first: $first, after: $after) {
        nodes {
          id
          startedAt
          endedAt
          bornOn {
            label
          }
          birthSeen
          machineType
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`;

export const CARRIED = /* GraphQL */ `
  query VmCarried($uuid: UUID!, $asOf: AsOf, $first: Int, $after: String) {
    vm(uuid: $uuid, asOf: $asOf) {
      page: carried(first: $first, after: $after) {
        nodes {
          alias
          qomType
          behaviourId
          value
          possible
          latent
          certainty
          reference
          tainted
          because {
            how
            eventId
            at
            process
            ruleId
            explicit
          }
          drift {
            derived
            observed
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`;

export const HOPS = /* GraphQL */ `
  query VmHops($uuid: UUID!, $asOf: AsOf, $first: Int, $after: String) {
    vm(uuid: $uuid, asOf: $asOf) {
      page: hops(first: $first, after: $after) {
        nodes {
          id
          via
          outcome
          from {
            process
            host
            build {
              version
              label
            }
          }
          to {
            process
            host
            build {
              version
              label
            }
          }
          savedState {
            id
            certainty
          }
          gap
          confirmedBy
          startedAt
          endedAt
          error
          diagnosis {
            summary
          }
          advice {
            verdict
            answer
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`;

export const SAVED_STATES = /* GraphQL */ `
  query VmSavedStates($uuid: UUID!, $asOf: AsOf, $first: Int, $after: String) {
    vm(uuid: $uuid, asOf: $asOf) {
      page: savedStates(first: $first, after: $after) {
        nodes {
          id
          savedAt
          host
          build {
            label
          }
          restoredBy
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`;

export const LEFTOVERS = /* GraphQL */ `
  query VmLeftovers($uuid: UUID!, $asOf: AsOf, $first: Int, $after: String) {
    vm(uuid: $uuid, asOf: $asOf) {
      page: leftovers(first: $first, after: $after) {
        nodes {
          host
          at
          alias
          behaviourId
          property
          text
          from
          inEffect
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`;

export const EVENTS = /* GraphQL */ `
  query VmEvents($uuid: UUID!, $asOf: AsOf, $first: Int, $after: String) {
    vm(uuid: $uuid, asOf: $asOf) {
      page: events(first: $first, after: $after) {
        nodes {
          id
          type
          host
          position
          occurredAt
          recordedAt
          actor
          tool
          data
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`;

export const BEHAVIOUR_WORDS = /* GraphQL */ `
  query BehaviourWords {
    behaviours {
      id
      title
      sticky
      consequence
    }
  }
`;
