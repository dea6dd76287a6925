import type { Catalogue } from '../../domain/catalogue/catalogue.js';
import { isTaint, type Carried } from '../../domain/vm/carried.js';
import { machineTypeOf } from '../../domain/vm/machine-type-of.js';
import type { Leftover, PowerCycle, SavedState, Vm, VmProcess } from '../../domain/vm/vm.js';
import type { VmAnswer } from '../../recording/vm-reader.js';
import type * as G from '../schema.generated.js';
import { presentBuildOrNull, presentConfiguration } from './build.js';
import { constantCase } from './constant-case.js';
import { sceneOf, type Scene } from './scene.js';

/** What resolvers of fields with arguments find beside the plain fields; no part of the schema. */
export interface Carrying {
  readonly scene: Scene;
  readonly carriedValues: Carried;
}
export type VmNode = G.Vm & Carrying & { readonly answer: VmAnswer };
export type ProcessNode = G.VmProcess & Carrying;
export type SavedStateNode = G.SavedState & Carrying;

export const presentVm = (answer: VmAnswer, catalogue: Catalogue): VmNode => {
  const { vm } = answer;
  const scene = sceneOf(catalogue, answer);
  return {
    answer,
    scene,
    carriedValues: vm.carried,
    uuid: vm.uuid,
    name: vm.name,
    names: vm.names,
    labels: Object.entries(vm.labels)
      .map(([key, value]) => ({ key, value }))
      .sort((a, b) => (a.key < b.key ? -1 : 1)),
    state: constantCase(vm.state),
    tainted: isTainted(vm),
    current: vm.current === null ? null : presentProcess(vm.current, scene),
    firstSeenAt: vm.firstSeenAt,
    lastSeenAt: vm.lastSeenAt,
    position: answer.position,
    revision: answer.revision.toString(),
  };
};

/** One taint is enough; without any, one unknown leaves it open. */
const isTainted = ({ carried }: Vm): boolean | null => {
  const answers = carried.map(isTaint);
  if (answers.includes(true)) return true;
  return answers.includes(null) ? null : false;
};

export const presentProcess = (process: VmProcess, scene: Scene): ProcessNode => ({
  scene,
  carriedValues: process.carried,
  id: process.id,
  host: process.host,
  origin: constantCase(process.origin),
  attested: process.attested,
  build: presentBuildOrNull(process.build),
  buildCertainty: constantCase(process.buildCertainty),
  configuration: presentConfiguration(process.configuration),
  machineType: machineTypeOf(process),
  kernel: process.kernel,
  openedAt: process.openedAt,
  endedAt: process.endedAt,
  endReason: process.endReason === null ? null : constantCase(process.endReason),
  powerCycle: process.powerCycle,
  eventIds: process.eventIds,
});

export const presentSavedState = (state: SavedState, scene: Scene): SavedStateNode => ({
  scene,
  carriedValues: state.carried,
  id: state.id,
  savedAt: state.savedAt,
  host: state.host,
  process: state.process,
  build: presentBuildOrNull(state.build),
  configuration: presentConfiguration(state.configuration),
  restoredBy: state.restoredBy,
});

export const presentPowerCycle = (cycle: PowerCycle): G.PowerCycle => ({
  ...cycle,
  bornOn: presentBuildOrNull(cycle.bornOn),
});

export const leftoverKey = ({ process, alias, behaviour }: Leftover): string =>
  `${process}\n${alias}\n${behaviour}`;

export const presentLeftover = ({ behaviour, from, ...leftover }: Leftover, scene: Scene): G.Leftover => ({
  ...leftover,
  behaviourId: behaviour,
  behaviour: scene.behaviour(behaviour),
  from: constantCase(from),
});
