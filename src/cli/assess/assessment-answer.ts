/** What `assess` and `assessLaunch` answer. */
export type Verdict = 'SAFE' | 'NEEDS_OVERRIDES' | 'RISKY' | 'BLOCKED' | 'UNKNOWN';

export interface Problem {
  readonly __typename: 'UnknownVm' | 'UnknownHost';
  readonly code: string;
  readonly message: string;
}

export interface Override {
  readonly alias: string | null;
  readonly qomType: string;
  readonly property: string;
  readonly value: string;
}

export interface Rendered {
  readonly qemuGlobal: readonly string[];
  readonly qemuDevice: readonly { readonly alias: string; readonly addition: string }[];
  readonly libvirtOverride: string | null;
  readonly libvirtCommandline: string | null;
  readonly proxmoxArgs: string | null;
}

export interface Destination {
  readonly host: string | null;
  readonly build: { readonly label: string };
}

export interface Reason {
  readonly kind: string;
  readonly text: string;
  readonly behaviourId: string | null;
  readonly alias: string | null;
  readonly carried: string | null;
  readonly offered: string | null;
  readonly certainty: string | null;
  readonly latchedBy: string | null;
  readonly evidence: { readonly grade: string; readonly note: string } | null;
}

export interface Assessment {
  readonly __typename: 'Assessment';
  readonly verdict: Verdict;
  readonly class: string;
  readonly seedCase: number | null;
  readonly tier: string;
  readonly reasons: readonly Reason[];
  readonly overrides: readonly Override[];
  readonly removals: readonly { readonly alias: string | null; readonly property: string }[];
  readonly rendered: Rendered;
  readonly wayOut: readonly string[];
  readonly returnHop: Verdict | null;
  readonly machineTypeEnds: string | null;
  readonly from: { readonly host: string; readonly build: { readonly label: string } | null } | null;
  readonly destination: Destination;
  readonly catalogueRevision: string;
  readonly position: string;
  readonly revision: string;
}

export interface LaunchAdvice {
  readonly __typename: 'LaunchAdvice';
  readonly verdict: Verdict;
  readonly warnings: readonly {
    readonly kind: string;
    readonly text: string;
    readonly alias: string | null;
  }[];
  readonly leftovers: readonly {
    readonly alias: string;
    readonly behaviourId: string;
    readonly property: string;
    readonly text: string;
    readonly from: string;
  }[];
  readonly overrides: readonly Override[];
  readonly rendered: Rendered;
  readonly destination: Destination;
  readonly catalogueRevision: string;
}
