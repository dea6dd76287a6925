/** What a table of VMs shows, one page of it; for a query to end with. */
export const VM_PAGE = `
  fragment VmPage on VmSummaryConnection {
    nodes {
      uuid
      name
      state
      host
      build
      machineType
      taints
      unknowns
      leftovers
      lastSeenAt
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
`;
