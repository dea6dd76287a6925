/** An endpoint as the server answers it, in lists. */
export interface EndpointRow {
  readonly id: string;
  readonly url: string;
  readonly description: string | null;
  readonly paused: { readonly reason: string; readonly at: string; readonly quiet: boolean } | null;
  readonly failingSince: string | null;
  readonly canSign: boolean;
  readonly counts: { readonly waiting: number; readonly delivered: number; readonly dead: number };
}

/** An endpoint, whole. */
export interface EndpointAnswer extends EndpointRow {
  readonly filter: {
    readonly types: readonly string[] | null;
    readonly vms: readonly string[] | null;
    readonly hosts: readonly string[] | null;
    readonly behaviours: readonly string[] | null;
    readonly labels: readonly { readonly name: string; readonly values: readonly string[] }[] | null;
  };
  readonly limits: { readonly concurrency: number; readonly perSecond: number };
  readonly secretGeneration: number;
  readonly retiringUntil: readonly string[];
  readonly createdBy: string;
  readonly createdAt: string;
  readonly changedAt: string;
}

export interface DeliveryAnswer {
  readonly endpoint: string;
  readonly message: {
    readonly id: string;
    readonly type: string;
    readonly vm: string | null;
    readonly time: string;
    readonly position: string;
  };
  readonly state: string;
  readonly attempts: number;
  readonly nextAt: string | null;
  readonly status: number | null;
  readonly error: string | null;
  readonly changedAt: string;
}

/** What a mutation comes to; which fields are there, its document says. */
export interface MutationAnswer {
  readonly __typename: string;
  readonly position: string;
  readonly repeated?: boolean;
  readonly secret?: string | null;
  readonly messageId?: string;
  readonly count?: number | null;
  readonly nextFrom?: string | null;
  readonly endpoint?: {
    readonly id?: string;
    readonly paused?: { readonly reason: string; readonly quiet: boolean } | null;
    readonly retiringUntil?: readonly string[];
  } | null;
}
