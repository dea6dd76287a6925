import type { Hop, SavedState, Vm, VmProcess } from '../../domain/vm/vm.js';
import type * as G from '../schema.generated.js';
import { presentHop } from './hop.js';
import type { Scene } from './scene.js';
import { presentProcess, presentSavedState } from './vm.js';

/** Processes and saved states are named by host and time both, so each kind has its own mark. */
const processNode = (id: string): string => `process:${id}`;
const savedStateNode = (id: string): string => `saved:${id}`;

/** The graph of the newest `last` processes, with the states saved from them and those they were restored from. */
export const presentLineage = (vm: Vm, last: number, scene: Scene): G.Lineage => {
  const processes = last === 0 ? [] : vm.processes.slice(-last);
  const shown = new Set(processes.map(({ id }) => id));
  const states = vm.savedStates.filter(
    ({ process, restoredBy }) => shown.has(process) || restoredBy.some((id) => shown.has(id)),
  );
  const nodes = [
    ...processes.map((process) => ({ at: process.openedAt, node: nodeOfProcess(process, scene) })),
    ...states.map((state) => ({ at: state.savedAt, node: nodeOfState(state, scene) })),
  ].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const known = new Set(nodes.map(({ node }) => node.id));
  const edges = [
    ...states.map((state) => ({
      kind: 'SAVE' as const,
      from: processNode(state.process),
      to: savedStateNode(state.id),
      hop: null,
    })),
    ...vm.hops.flatMap((hop) => edgeOfHop(hop, scene) ?? []),
  ];
  return {
    nodes: nodes.map(({ node }) => node),
    edges: edges.filter(({ from, to }) => known.has(from) && known.has(to)),
    truncated: processes.length < vm.processes.length,
  };
};

const nodeOfProcess = (process: VmProcess, scene: Scene): G.LineageNode => ({
  id: processNode(process.id),
  kind: 'PROCESS',
  process: presentProcess(process, scene),
  savedState: null,
});

const nodeOfState = (state: SavedState, scene: Scene): G.LineageNode => ({
  id: savedStateNode(state.id),
  kind: 'SAVED_STATE',
  process: null,
  savedState: presentSavedState(state, scene),
});

/** Null when nobody knows where it came from. */
const edgeOfHop = (hop: Hop, scene: Scene): G.LineageEdge | null => {
  const to = processNode(hop.to.process);
  if (hop.savedState !== null) {
    return { kind: 'RESTORE', from: savedStateNode(hop.savedState.id), to, hop: presentHop(hop, scene) };
  }
  return hop.from === null
    ? null
    : { kind: 'HOP', from: processNode(hop.from.process), to, hop: presentHop(hop, scene) };
};
