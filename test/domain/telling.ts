import type { Vm } from '../../src/domain/vm/vm.js';
import { Story } from './story.js';

/** Each hop as `from→to: outcome`, with what marks it. */
export const hops = (vm: Vm): readonly string[] =>
  vm.hops.map(
    ({ from, to, outcome, gap }) => `${from?.host ?? '?'}→${to.host}: ${outcome}${gap ? ', gap' : ''}`,
  );
/** The VM that a test tells. */
export const told = (tell: (story: Story) => void): Vm => {
  const story = new Story();
  tell(story);
  return story.vm();
};
/** State and place. */
export const at = (vm: Vm): string => `${vm.state} ${vm.current?.host ?? '-'}`;
