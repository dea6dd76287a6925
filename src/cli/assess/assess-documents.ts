export const ASSESS = /* GraphQL */ `
  query Assess(
    $subject: HopSubject!
    $destination: DestinationInput!
    $configuration: LaunchConfigurationInput
  ) {
    assess(subject: $subject, destination: $destination, configuration: $configuration) {
      __typename
      ... on Assessment {
        verdict
        class
        seedCase
        tier
        reasons {
          kind
          text
          behaviourId
          alias
          carried
          offered
          certainty
          latchedBy
          evidence {
            grade
            note
          }
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
        rendered {
          qemuGlobal
          qemuDevice {
            alias
            addition
          }
          libvirtOverride
          libvirtCommandline
          proxmoxArgs
        }
        wayOut
        returnHop
        machineTypeEnds
        from {
          host
          build {
            label
          }
        }
        destination {
          host
          build {
            label
          }
        }
        catalogueRevision
        position
        revision
      }
      ... on Problem {
        code
        message
      }
    }
  }
`;

export const ASSESS_LAUNCH = /* GraphQL */ `
  query AssessLaunch($destination: DestinationInput!, $configuration: LaunchConfigurationInput!) {
    assessLaunch(destination: $destination, configuration: $configuration) {
      __typename
      ... on LaunchAdvice {
        verdict
        warnings {
          kind
          text
          alias
        }
        leftovers {
          alias
          behaviourId
          property
          text
          from
        }
        overrides {
          alias
          qomType
          property
          value
        }
        rendered {
          qemuGlobal
          qemuDevice {
            alias
            addition
          }
          libvirtOverride
          libvirtCommandline
          proxmoxArgs
        }
        destination {
          host
          build {
            label
          }
        }
        catalogueRevision
      }
      ... on Problem {
        code
        message
      }
    }
  }
`;
