import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { askHop } from '../../domain/hop/ask.js';
import type { Assessment, Destination } from '../../domain/hop/assessment.js';
import type { RenderedOverrides } from '../../domain/hop/render.js';
import type { LaunchConfiguration } from '../../domain/qemu/device.js';
import type { Hop } from '../../domain/vm/vm.js';
import { HopledgerError } from '../../errors.js';
import { HostRegistry } from '../../recording/host-registry.js';
import { VmReader, type VmAnswer } from '../../recording/vm-reader.js';
import { destinationOf, type DestinationAsked } from './destination.js';
import { renderedFor } from './rendered.js';

/** What is to be moved: the VM as it is, or one of its saved states. */
export interface HopSubject {
  readonly uuid: string;
  readonly savedState: string | null;
}

/** A verdict with what it was computed from. */
export interface HopAdvised {
  readonly answer: VmAnswer;
  readonly assessment: Assessment;
  readonly rendered: RenderedOverrides;
  readonly from: Hop['from'];
  readonly destination: Destination;
}

/** Will this destination take it? `configuration` null: what the source was launched with. Records nothing. */
export class AssessHop extends Query<HopAdvised> {
  constructor(
    readonly subject: HopSubject,
    readonly destination: DestinationAsked,
    readonly configuration: LaunchConfiguration | null,
  ) {
    super();
  }
}

@QueryHandler(AssessHop)
export class AssessHopHandler implements IQueryHandler<AssessHop> {
  constructor(
    private readonly reader: VmReader,
    private readonly hosts: HostRegistry,
  ) {}

  /** @throws HopledgerError UNKNOWN_VM, UNKNOWN_HOST, BAD_INPUT */
  async execute({ subject, destination: asked, configuration }: AssessHop): Promise<HopAdvised> {
    const { uuid } = subject;
    const answer = await this.reader.vm(uuid);
    if (answer === null)
      throw new HopledgerError('UNKNOWN_VM', `nothing of VM ${uuid} was recorded`, { uuid });
    refuseUnknownState(answer, subject);
    const destination = destinationOf(this.hosts, asked);
    const knowledge = this.reader.knowledge();
    const answered = askHop({
      uuid,
      events: answer.events,
      knowledge,
      destination,
      configuration,
      via: subject.savedState !== null || answer.vm.state === 'saved' ? 'restore' : 'migration',
      savedState: subject.savedState,
      at: Date.now(),
    });
    const assessment = answered.assessment ?? withoutHistory(knowledge.catalogue.revision);
    return {
      answer,
      assessment,
      rendered: renderedFor(knowledge.catalogue, assessment, answered, destination),
      from: answered.from,
      destination,
    };
  }
}

const refuseUnknownState = ({ vm }: VmAnswer, { uuid, savedState }: HopSubject): void => {
  if (savedState === null || vm.savedStates.some(({ id }) => id === savedState)) return;
  const field = 'subject.savedState.id';
  throw new HopledgerError(
    'BAD_INPUT',
    `${field}: VM ${uuid} has no saved state ${JSON.stringify(savedState)}`,
    { field },
  );
};

/** Without a machine type and devices there is nothing to hold against the destination. */
export const withoutHistory = (catalogueRevision: string): Assessment => ({
  verdict: 'UNKNOWN',
  asGiven: 'unknown',
  classification: { class: 'unknown', seedCase: null, tier: 'unknown' },
  reasons: [
    {
      kind: 'no-history',
      text: 'what the guest was launched with was never reported',
      behaviour: null,
      alias: null,
      carried: null,
      offered: null,
      certainty: null,
      evidence: null,
      latchedBy: null,
    },
  ],
  overrides: [],
  removals: [],
  wayOut: [
    'ask with the launch configuration of the destination',
    'report the running process with its configuration',
  ],
  returnHop: null,
  machineTypeEnds: null,
  catalogueRevision,
});
