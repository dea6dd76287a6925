import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Assessment, Destination } from '../../../domain/hop/assessment.js';
import { alike } from '../../../domain/plan/destination-class.js';
import { byRank, type Ranked } from '../../../domain/plan/rank.js';
import type { HostDirectory } from '../../../domain/host/directory.js';
import { runningState, savedStateOf, type GuestState } from '../../../domain/shape/guest-state.js';
import type { Hop } from '../../../domain/vm/vm.js';
import { HopledgerError } from '../../../errors.js';
import { HostRegistry } from '../../../recording/host-registry.js';
import { VmReader, type VmAnswer } from '../../../recording/vm-reader.js';
import { withoutHistory, type HopAdvised } from '../assess-hop.js';
import { pageOf, type Slice } from '../page-of.js';
import { renderedFor } from '../rendered.js';
import { hostsToGoTo } from './hosts-to-go-to.js';
import { Slices } from './slices.js';
import { StateJudge } from './state-judge.js';

/** Every host that a VM can be sent to, best first. `after` is the name of one. */
export class ListDestinations extends Query<Slice<HopAdvised>> {
  constructor(
    readonly uuid: string,
    readonly first: number,
    readonly after: string | null,
  ) {
    super();
  }
}

@QueryHandler(ListDestinations)
export class ListDestinationsHandler implements IQueryHandler<ListDestinations> {
  constructor(
    private readonly judge: StateJudge,
    private readonly reader: VmReader,
    private readonly hosts: HostRegistry,
  ) {}

  /** @throws HopledgerError UNKNOWN_VM, BAD_INPUT when no guest runs and none is saved, BAD_CURSOR */
  async execute({ uuid, first, after }: ListDestinations): Promise<Slice<HopAdvised>> {
    const answer = await this.reader.vm(uuid);
    if (answer === null)
      throw new HopledgerError('UNKNOWN_VM', `nothing of VM ${uuid} was recorded`, { uuid });
    const { state, from } = toMove(answer, this.reader.knowledge().hosts);
    const { catalogue } = this.reader;
    const slices = new Slices();
    const found: (HopAdvised & { readonly rank: Ranked })[] = [];
    const all = hostsToGoTo(this.hosts, answer.vm.current?.host ?? null);
    for (const { destination, hosts } of alike(all, state.cpu?.birth?.host)) {
      await slices.turn();
      const answered = this.judge.answer(state, { destination });
      const assessment = answered.assessment ?? withoutHistory(catalogue.revision);
      const rendered = renderedFor(catalogue, assessment, answered, destination);
      const rank = rankOf(assessment);
      for (const host of hosts)
        found.push({ answer, assessment, rendered, from, rank, destination: { ...destination, host } });
    }
    found.sort((a, b) => byRank(a.rank, b.rank) || (nameOf(a.destination) < nameOf(b.destination) ? -1 : 1));
    return pageOf(found, ({ destination }) => nameOf(destination), first, after);
  }
}

const nameOf = ({ host }: Destination): string => host ?? '';

const rankOf = ({ verdict, classification, returnHop }: Assessment): Ranked => ({
  verdict,
  tier: classification.tier,
  returnHop,
});

const toMove = (
  { vm }: VmAnswer,
  hosts: HostDirectory,
): Pick<HopAdvised, 'from'> & { readonly state: GuestState } => {
  const running = runningState(vm, hosts);
  if (running !== null && vm.current !== null) {
    const { id, host, build } = vm.current;
    return { state: running, from: { process: id, host, build } satisfies Hop['from'] };
  }
  const saved = vm.state === 'saved' ? vm.savedStates.at(-1) : undefined;
  if (saved !== undefined) {
    const { process, host, build } = saved;
    return { state: savedStateOf(vm, saved, hosts), from: { process, host, build } };
  }
  throw new HopledgerError(
    'BAD_INPUT',
    `vm: nothing of ${vm.uuid} runs or is saved, so it boots anew anywhere`,
    {
      field: 'vm',
    },
  );
};
