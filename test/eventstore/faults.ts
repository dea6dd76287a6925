/** What becomes of one call to append. */
export type AppendFault =
  /** Committed, and no answer, ever. */
  | { readonly kind: 'dropReply' }
  /** Committed, and the call fails as when the connection goes. */
  | { readonly kind: 'failAfterCommit' }
  /** Not committed, and the call fails. */
  | { readonly kind: 'failBeforeCommit' }
  /** Not committed, and no answer, ever; so a server does that has the events, but not yet replicated. */
  | { readonly kind: 'ignore' }
  /** The call arrives twice. */
  | { readonly kind: 'twice' }
  | { readonly kind: 'delay'; readonly ms: number }
  /** Committed, and the answer has no position. */
  | { readonly kind: 'noPosition' }
  /** Not committed, and the user may not append. */
  | { readonly kind: 'refuse' }
  | { readonly kind: 'notLeader'; readonly host: string; readonly port: number };

/** What happens at one event of a subscription, before it is sent. */
export type DeliveryFault =
  | { readonly kind: 'twice' }
  | { readonly kind: 'delay'; readonly ms: number }
  /** A checkpoint at the end of the log, ahead of what was sent (KurrentDB #4990). */
  | { readonly kind: 'wrongCheckpoint' }
  /** `fellBehind` and `caughtUp`, many times over. */
  | { readonly kind: 'storm' }
  /** The subscription fails. */
  | { readonly kind: 'fail' }
  /** The two together: who goes on from that checkpoint misses what was not sent. */
  | { readonly kind: 'wrongCheckpointAndFail' };

/** Asked at each call and each event, with how many there were before. */
export interface Faults {
  append?: ((count: number) => AppendFault | undefined) | undefined;
  deliver?: ((count: number) => DeliveryFault | undefined) | undefined;
  /** Every call that begins is refused, as that of a user whom the node does not know. */
  refuseAll?: boolean;
  /** No `caughtUp` and no `fellBehind`, as of a server before version 23.10. */
  withoutCaughtUp?: boolean;
}

/** One of each `n`, from the first on. */
export const every =
  <T>(n: number, fault: T) =>
  (count: number): T | undefined =>
    count % n === 0 ? fault : undefined;
