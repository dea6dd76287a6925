import { setImmediate } from 'node:timers/promises';
import { MAX_VMS_PER_COMMIT, type Projection } from './apply-batch.js';
import { foldVms } from './fold-vms.js';
import { rederive } from './settle.js';
import type { StaleShape } from './stale-shapes.js';
import type { ProjectedVm } from './vm-row.js';

/** Others get their turn between two transactions. */
const between = (): Promise<void> => setImmediate();

/**
 * Brings all rows in line with the catalogue in use: one VM of each history is derived, and the others take over what it
 * came to. So the work grows with the number of different histories, and with the VMs whose taints changed. A VM that no
 * shape speaks for is derived by itself: each is after another release of this program.
 *
 * @returns false when it was stopped before the end; what is left is done at the next start
 */
export const bringInLine = async (
  projection: Projection,
  signal: AbortSignal,
  told: (text: string) => void,
): Promise<boolean> => {
  const { writer } = projection;
  const { stale } = writer;
  stale.prune();
  if (writer.releaseChanged) {
    told('the rows are of another release; all VMs are derived anew');
    for (const id of stale.all()) await stale.dissolve(id, between);
    writer.adoptRelease();
  }
  return (await renewShapes(projection, signal, told)) && deriveRest(projection, signal);
};

const renewShapes = async (
  projection: Projection,
  signal: AbortSignal,
  told: (text: string) => void,
): Promise<boolean> => {
  const { stale } = projection.writer;
  let shapes = 0;
  while (!signal.aborted) {
    const some = stale.some(MAX_VMS_PER_COMMIT);
    if (some.length === 0) {
      if (shapes > 0) told(`${shapes} histories derived anew`);
      stale.prune();
      return true;
    }
    if (shapes === 0) told('the catalogue is another one; each history is derived anew');
    shapes += some.length;
    await renew(some, projection);
  }
  return false;
};

const deriveRest = async (projection: Projection, signal: AbortSignal): Promise<boolean> => {
  let after = '';
  while (!signal.aborted) {
    const uuids = projection.writer.stale.vmsWithoutShape(after, MAX_VMS_PER_COMMIT);
    const last = uuids.at(-1);
    if (last === undefined) return true;
    await rederive(uuids, projection);
    after = last;
  }
  return false;
};

const renew = async (shapes: readonly StaleShape[], projection: Projection): Promise<void> => {
  const { stale } = projection.writer;
  const speakers = await speakersOf(shapes, projection);
  const renewed = shapes.flatMap(({ id }, index) => {
    const speaker = speakers[index];
    return speaker === undefined ? [] : { id, speaker };
  });
  await stale.renew(renewed, between);
  for (const [index, { id }] of shapes.entries())
    if (speakers[index] === undefined) await stale.dissolve(id, between);
};

/**
 * For each shape a VM of it as derived now. A host's report that came while nobody looked can have given a VM another
 * history than its row shows, so several are tried. Undefined: none of them has that history any more.
 */
const speakersOf = async (
  shapes: readonly StaleShape[],
  { histories, knowledge }: Projection,
): Promise<readonly (ProjectedVm | undefined)[]> => {
  const found = new Map<StaleShape, ProjectedVm>();
  for (let attempt = 0; ; attempt += 1) {
    const open = shapes.filter((shape) => !found.has(shape) && shape.speakers.length > attempt);
    if (open.length === 0) return shapes.map((shape) => found.get(shape));
    const byUuid = new Map(open.map((shape) => [shape.speakers[attempt] ?? '', shape]));
    const { vms } = await foldVms([...byUuid.keys()], histories, knowledge());
    for (const vm of vms) {
      const shape = byUuid.get(vm.row.uuid);
      if (shape?.digest === vm.shape.digest) found.set(shape, vm);
    }
  }
};
