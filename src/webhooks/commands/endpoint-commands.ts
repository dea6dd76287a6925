import { Command } from '@nestjs/cqrs';
import type { KeyedReport } from '../../recording/commands/keyed-report.js';
import type { EndpointAnswer } from './endpoint-desk.js';

/** With the secret, this once: a repeat of the command answers null. */
export interface EndpointWithSecret extends EndpointAnswer {
  readonly secret: string | null;
}

/** `settings` are checked by the handler: they may be anything. */
export class RegisterEndpoint extends Command<EndpointWithSecret> {
  constructor(
    readonly settings: unknown,
    readonly report: KeyedReport,
  ) {
    super();
  }
}

/** What `settings` leaves out stays as it is. */
export class ChangeEndpoint extends Command<EndpointAnswer> {
  constructor(
    readonly endpoint: string,
    readonly settings: unknown,
    readonly report: KeyedReport,
  ) {
    super();
  }
}

/** Answers when nothing is under way any more, or says that it does not know. */
export class PauseEndpoint extends Command<EndpointAnswer> {
  constructor(
    readonly endpoint: string,
    readonly report: KeyedReport,
  ) {
    super();
  }
}

export class ResumeEndpoint extends Command<EndpointAnswer> {
  constructor(
    readonly endpoint: string,
    readonly report: KeyedReport,
  ) {
    super();
  }
}

export class RotateEndpointSecret extends Command<EndpointWithSecret> {
  constructor(
    readonly endpoint: string,
    /** How long the secret before signs too, in hours. */
    readonly previousValidHours: unknown,
    readonly report: KeyedReport,
  ) {
    super();
  }
}

export class RemoveEndpoint extends Command<EndpointAnswer> {
  constructor(
    readonly endpoint: string,
    readonly report: KeyedReport,
  ) {
    super();
  }
}

/** Sends one message to the endpoint, whatever its filter. */
export class TestEndpoint extends Command<EndpointAnswer & { readonly message: string }> {
  constructor(
    readonly endpoint: string,
    readonly report: KeyedReport,
  ) {
    super();
  }
}

/** How far a replay went. */
export interface ReplayCount {
  /** Deliveries that were put again; null: not known yet. */
  readonly count: number | null;
  /** One replay takes so many messages: the next one goes on from this position. Null: all were taken. */
  readonly nextFrom: string | null;
}

export class ReplayDeliveries extends Command<EndpointAnswer & ReplayCount> {
  constructor(
    readonly endpoint: string,
    /** Checked by the handler. */
    readonly selection: unknown,
    readonly deadOnly: boolean,
    readonly report: KeyedReport,
  ) {
    super();
  }
}
