import type { Client } from '../client/client.js';
import { allNodes, type Page } from '../client/pages.js';
import { CliFailure } from '../failure.js';
import type { AsOf } from '../options/as-of.js';
import type {
  BehaviourWords,
  Carried,
  Hop,
  Leftover,
  PowerCycle,
  SavedState,
  VmAnswer,
  VmEvent,
  VmHead,
} from './vm-answer.js';
import {
  BEHAVIOUR_WORDS,
  CARRIED,
  EVENTS,
  HEAD,
  HOPS,
  LEFTOVERS,
  POWER_CYCLES,
  SAVED_STATES,
} from './vm-documents.js';

export interface VmWanted {
  readonly uuid: string;
  readonly asOf: AsOf | null;
  readonly events: boolean;
}

/**
 * All of one VM. Its lists are read as of the position of its head, so that they tell of one moment, whatever is
 * recorded meanwhile.
 * @throws CliFailure UNKNOWN_VM
 */
export const readVm = async (client: Client, { uuid, asOf, events }: VmWanted): Promise<VmAnswer> => {
  const { vm } = await client.query<{ vm: VmHead | null }>(HEAD, { uuid, asOf });
  if (vm === null) {
    throw new CliFailure(`nothing of VM ${uuid} was recorded${asOf === null ? '' : ' by then'}`, {
      code: 'UNKNOWN_VM',
      advice:
        'check the UUID; import its history (hopledger import) or record its birth (hopledger record launch)',
    });
  }
  const moment = asOf ?? { position: vm.position };
  const list = <T>(document: string): Promise<T[]> =>
    allNodes(async (page) => {
      const answer = await client.query<{ vm: { page: Page<T> } | null }>(document, {
        uuid,
        asOf: moment,
        ...page,
      });
      return answer.vm?.page ?? { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };
    });
  const [powerCycles, carried, hops, savedStates, leftovers, recorded] = await Promise.all([
    list<PowerCycle>(POWER_CYCLES),
    list<Carried>(CARRIED),
    list<Hop>(HOPS),
    list<SavedState>(SAVED_STATES),
    list<Leftover>(LEFTOVERS),
    events ? list<VmEvent>(EVENTS) : null,
  ]);
  return {
    ...vm,
    powerCycles,
    carried,
    hops,
    savedStates,
    leftovers,
    ...(recorded !== null && { events: recorded }),
  };
};

/** The catalogue's words for the behaviours, by id. */
export const readBehaviourWords = async (client: Client): Promise<ReadonlyMap<string, BehaviourWords>> => {
  const { behaviours } = await client.query<{ behaviours: readonly BehaviourWords[] }>(BEHAVIOUR_WORDS);
  return new Map(behaviours.map((behaviour) => [behaviour.id, behaviour]));
};
