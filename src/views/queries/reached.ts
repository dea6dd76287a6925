import { HopledgerError } from '../../errors.js';
import { BadPosition } from '../../ledger/errors.js';
import type { Position } from '../../ledger/port.js';
import { ofOneForm } from '../../ledger/position-form.js';
import type { Views } from '../views.js';

/** Read your writes: the views must have read this position; how long to wait for them. */
export interface AtLeast {
  readonly position: Position;
  readonly timeoutMs: number;
}

/**
 * @throws HopledgerError POSITION_NOT_REACHED when the views did not get there in time
 * @throws BadPosition when it is a position of another engine, such as a token of before a move: it would compare wrongly
 */
export const reached = async (
  views: Pick<Views, 'position' | 'waitFor'>,
  atLeast: AtLeast | null,
): Promise<void> => {
  if (atLeast === null) return;
  const { position, timeoutMs } = atLeast;
  const known = views.position();
  if (!ofOneForm(position, known)) throw new BadPosition(position, known);
  if (await views.waitFor(position, timeoutMs)) return;
  throw new HopledgerError(
    'POSITION_NOT_REACHED',
    `the views did not reach ${position} within ${timeoutMs} ms`,
    {
      position,
      viewPosition: views.position(),
      timeoutMs,
    },
  );
};
