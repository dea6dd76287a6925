/** Which messages an endpoint gets. Null: not asked. All that are given must hold; of a list, one. */
export interface EndpointFilter {
  readonly types: readonly string[] | null;
  /** UUIDs in lower case. */
  readonly vms: readonly string[] | null;
  readonly hosts: readonly string[] | null;
  readonly behaviours: readonly string[] | null;
  /** Each must hold: the VM has the label with one of the values, or with any when none is given. */
  readonly labels: readonly { readonly name: string; readonly values: readonly string[] }[] | null;
}

/** How much an endpoint takes. */
export interface EndpointLimits {
  /** Requests under way at once. */
  readonly concurrency: number;
  /** Requests begun in one second. */
  readonly perSecond: number;
}

/** What an operator says of an endpoint. */
export interface EndpointSettings {
  readonly url: string;
  readonly description: string | null;
  readonly filter: EndpointFilter;
  readonly limits: EndpointLimits;
}

/** `gone`: it answered 410. `failing`: nothing but failures for days. */
export type PauseReason = 'operator' | 'gone' | 'failing';

/** Which messages are put again. `from` and `to` are positions of their causes, both included; null: no bound. */
export type ReplaySelection =
  { readonly messages: readonly string[] } | { readonly from: string | null; readonly to: string | null };

/** Events of the stream `webhook-endpoints`. `endpoint` is a UUID. A secret is in none of them: it is derived. */
export type EndpointEvent =
  | ({
      readonly type: 'EndpointRegistered';
      readonly endpoint: string;
      /** Of the master key that its secret is derived from. */
      readonly keyId: string;
      readonly createdBy: string;
    } & EndpointSettings)
  | ({ readonly type: 'EndpointChanged'; readonly endpoint: string } & EndpointSettings)
  | { readonly type: 'EndpointPaused'; readonly endpoint: string; readonly reason: PauseReason }
  /** The sender has seen the pause: no request to it is under way, and none begins. */
  | { readonly type: 'EndpointQuieted'; readonly endpoint: string }
  | { readonly type: 'EndpointResumed'; readonly endpoint: string }
  | {
      readonly type: 'EndpointSecretRotated';
      readonly endpoint: string;
      readonly generation: number;
      readonly keyId: string;
      /** ISO 8601: until then the secret before signs too. */
      readonly previousUntil: string;
    }
  | { readonly type: 'EndpointRemoved'; readonly endpoint: string }
  | { readonly type: 'TestRequested'; readonly endpoint: string; readonly message: object }
  | {
      readonly type: 'ReplayRequested';
      readonly endpoint: string;
      readonly selection: ReplaySelection;
      /** Only those that were given up. */
      readonly deadOnly: boolean;
    };
