import type { ReportedHost } from '../../recording/commands/host-report-schema.js';

/** One event as a source tells of it. Checked when it is recorded: what a translator makes is no better than its input. */
export interface SourceReport {
  /** Derived from the source's own ids, so that the same told again is the same event. */
  readonly id: string;
  readonly event: { readonly type: string; readonly host: string } & Readonly<Record<string, unknown>>;
  /** ISO 8601 in UTC; null: when the server got it. */
  readonly at: string | null;
}

/** A VM's name on a host: of a source that does not name VMs by UUID. */
export interface NamedOn {
  readonly host: string;
  readonly name: string;
}

/** What a message says. */
export type Reading =
  /** Of one VM. */
  | {
      readonly kind: 'reports';
      readonly uuid: string;
      readonly reports: readonly SourceReport[];
      /** Names to be known from now on. */
      readonly names: readonly NamedOn[];
      /** The facts of the message, kept with each event. */
      readonly raw: unknown;
    }
  /** Of one VM whose UUID the message does not have: it waits until some report names the VM. */
  | {
      readonly kind: 'named';
      readonly name: string;
      /** Hosts on which the name may be known; it waits for a report of the first. */
      readonly hosts: readonly string[];
      readonly reports: readonly SourceReport[];
      readonly raw: unknown;
    }
  /** Of one VM, with a key of the sender's: the same key with another content is refused. */
  | {
      readonly kind: 'keyed';
      readonly uuid: string;
      readonly key: string;
      readonly event: SourceReport['event'];
      readonly at: string | null;
      readonly raw: unknown;
    }
  /** Of a host. */
  | {
      readonly kind: 'host';
      readonly key: string;
      readonly host: ReportedHost;
      readonly at: string | null;
      readonly raw: unknown;
    }
  /** Nothing that hopledger keeps. */
  | { readonly kind: 'ignored'; readonly why: string };

/** A message, translated. */
export interface Understood {
  /** The sender's name for it; null when it has none. */
  readonly id: string | null;
  readonly reading: Reading;
}
