import type { SavedState, Vm } from '../vm/vm.js';

/**
 * The saved states whose file is still there, in an order that VMs of one history share: by the process that saved them,
 * then by time. One written later under the same id has taken the place of an older one.
 */
export const standingSavedStates = ({ savedStates, processes }: Vm): readonly SavedState[] => {
  const places = new Map(processes.map(({ id }, index) => [id, index]));
  const place = ({ process }: SavedState): number => places.get(process) ?? -1;
  return savedStates
    .filter(({ id }, index) => savedStates.findLastIndex((other) => other.id === id) === index)
    .map((state, index) => ({ state, index }))
    .sort((a, b) => place(a.state) - place(b.state) || a.index - b.index)
    .map(({ state }) => state);
};
