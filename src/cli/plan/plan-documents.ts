import { VM_PAGE } from '../vm/vm-page.js';

/** Verdicts, groups and the first VMs of each: enough to read; `GROUP_VMS` reads on. */
export const PREFLIGHT = /* GraphQL */ `
  query Preflight($target: PreflightTarget!, $on: [String!], $examples: Int!) {
    preflight(target: $target, on: $on) {
      __typename
      ... on Preflight {
        verdicts {
          verdict
          vms
          savedStates
        }
        groups {
          id
          verdict
          kind
          behaviourId
          text
          vmCount
          savedStateCount
          vms(first: $examples) {
            nodes {
              uuid
              name
              host
            }
          }
        }
        destinations {
          host
          build {
            label
          }
        }
        states
        whereabouts
        catalogueRevision
        position
      }
      ... on Problem {
        code
        message
      }
    }
  }
`;

export const GROUP_VMS = /* GraphQL */ `
  query GroupVms($target: PreflightTarget!, $on: [String!], $id: ID!, $first: Int, $after: String) {
    preflight(target: $target, on: $on) {
      __typename
      ... on Preflight {
        groups(id: $id) {
          vms(first: $first, after: $after) {
            ...VmPage
          }
        }
      }
      ... on Problem {
        code
        message
      }
    }
  }
  ${VM_PAGE}
`;

export const DESTINATIONS = /* GraphQL */ `
  query Destinations($vm: UUID!, $first: Int, $after: String) {
    destinations(vm: $vm, first: $first, after: $after) {
      __typename
      ... on AssessmentConnection {
        nodes {
          verdict
          tier
          returnHop
          destination {
            host
            build {
              label
            }
          }
          reasons {
            kind
            text
          }
          overrides {
            alias
            qomType
            property
            value
          }
          removals {
            alias
            property
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
      ... on Problem {
        code
        message
      }
    }
  }
`;

export const DRAIN = /* GraphQL */ `
  query Drain($host: String!, $to: [String!]) {
    drain(host: $host, to: $to) {
      __typename
      ... on Drain {
        host
        vmCount
        stuck
        needColdBoot
        hosts
        verdicts {
          verdict
          vms
          savedStates
        }
        groups {
          id
          verdict
          behaviourId
          text
          vmCount
        }
        position
      }
      ... on Problem {
        code
        message
      }
    }
  }
`;

export const DRAINED_VMS = /* GraphQL */ `
  query DrainedVms($host: String!, $to: [String!], $first: Int, $after: String) {
    drain(host: $host, to: $to) {
      __typename
      ... on Drain {
        vms(first: $first, after: $after) {
          nodes {
            vm {
              uuid
              name
            }
            best
            stuck
            needsColdBoot
            hostCount
            options {
              destination {
                host
              }
              verdict
              overrides {
                alias
                qomType
                property
                value
              }
              removals {
                alias
                property
              }
            }
            causes
          }
          pageInfo {
            hasNextPage
            endCursor
          }
        }
      }
      ... on Problem {
        code
        message
      }
    }
  }
`;

export const ROUTE = /* GraphQL */ `
  query Route($vm: UUID!, $host: String!, $maxHops: Int!) {
    route(vm: $vm, host: $host, maxHops: $maxHops) {
      __typename
      ... on Route {
        steps {
          destination {
            host
            build {
              label
            }
          }
          instead
          verdict
          tier
          reasons
          overrides {
            alias
            qomType
            property
            value
          }
          removals {
            alias
            property
          }
        }
        direct
        directReasons
        cutShort
        catalogueRevision
        position
      }
      ... on Problem {
        code
        message
      }
    }
  }
`;
