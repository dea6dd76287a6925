import type { TransferProgress, Transferred } from '../../audit/transfer.js';
import type { Screen } from '../screen.js';
import { count } from '../show/words.js';
import type { WorkProgress } from './work-progress.js';

const STAGES: Readonly<Record<TransferProgress['stage'], string>> = {
  compared: 'found there already',
  written: 'written',
  read: 'read back',
};

/** @param inAll - events of the source, where that is known */
export const transferProgress =
  (progress: WorkProgress, inAll?: number) =>
  ({ stage, events }: TransferProgress): void =>
    progress.moved(() => {
      const share = inAll === undefined || inAll === 0 ? '' : ` (${Math.floor((events * 100) / inAll)}%)`;
      return `${count(events, 'event')} ${STAGES[stage]}${share}`;
    });

export const showTransfer = (
  out: Screen,
  transfer: {
    readonly from: string;
    readonly to: string;
    readonly done: Transferred;
    readonly json: boolean;
  },
): void => {
  const { from, to, done, json } = transfer;
  const { events, found, content } = done;
  if (json) {
    out.json({ from, to, events, found, content });
    return;
  }
  const already = found > 0 ? `, ${found.toLocaleString('en')} of them were there` : '';
  out.line(`${to}: the ${count(events, 'event')} of ${from}${already}`);
  out.line(`content hash ${content}, the same on both sides`);
};
