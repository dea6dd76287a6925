import { Injectable } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { RecordVmEvent } from '../../recording/commands/record-vm-event.js';
import { requireHost, requireRole } from '../../runtime/principal.js';
import { GetCatalogue } from '../../views/queries/get-catalogue.js';
import { GetVm } from '../../views/queries/get-vm.js';
import type { GraphqlContext } from '../context.js';
import { toKeyedReport, type KeyedInput } from '../inputs/keyed-report.js';
import { orProblem } from '../present/problem.js';
import { presentVm } from '../present/vm.js';
import type * as G from '../schema.generated.js';

interface VmInput extends KeyedInput {
  readonly uuid: string;
}

/** What all mutations about VMs do: check who asks, send the command, answer with the VM as it is then. */
@Injectable()
export class Recording {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  /** What a host saw. @param event made when the caller may record, so that faults in it are problems of the answer */
  async attest(
    mutation: string,
    input: VmInput & { readonly host: string },
    context: GraphqlContext,
    event: () => unknown,
  ): Promise<G.RecordResult> {
    requireRole(context.principal, 'recorder');
    requireHost(context.principal, input.host);
    return orProblem(['IdempotencyConflict', 'BadInput'], {}, () =>
      this.record(mutation, input, context, event),
    );
  }

  /** What an operator says about what is recorded already. */
  async change(
    mutation: string,
    input: VmInput & { readonly eventId?: string },
    context: GraphqlContext,
    event: () => unknown,
  ): Promise<G.ChangeResult> {
    requireRole(context.principal, 'operator');
    const { uuid, eventId } = input;
    return orProblem(
      ['IdempotencyConflict', 'UnknownVm', 'UnknownEvent', 'BadInput'],
      { uuid, ...(eventId === undefined ? {} : { eventId }) },
      () => this.record(mutation, input, context, event),
    );
  }

  private async record(
    mutation: string,
    input: VmInput,
    context: GraphqlContext,
    event: () => unknown,
  ): Promise<G.Recorded> {
    const { uuid } = input;
    const command = new RecordVmEvent(uuid, event(), toKeyedReport(mutation, input, context));
    const { eventIds, position, repeated } = await this.commands.execute(command);
    // Not through the request's loader: an earlier mutation of the same request may have filled it.
    const answer = await this.queries.execute(new GetVm(uuid));
    if (answer === null) throw new Error(`VM ${uuid} was recorded and is not there`);
    const vm = presentVm(answer, await this.queries.execute(new GetCatalogue()));
    return { __typename: 'Recorded', eventIds, position, revision: vm.revision, repeated: repeated > 0, vm };
  }
}
