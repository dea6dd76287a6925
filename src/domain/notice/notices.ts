import { deriveVm, type Knowledge } from '../vm/derive.js';
import type { Recorded } from '../vm/envelope.js';
import { adviceNotices, hopNotices } from './hop-notices.js';
import type { Notice } from './notice.js';
import { vmNotices } from './vm-notices.js';

/** A VM's history at two places of the ledger, with what was known at each. */
export interface Change {
  readonly uuid: string;
  /** Up to before the event. */
  readonly earlier: readonly Recorded[];
  /** The event of the VM that is looked at; null: it is about a host, and the VM's own events stay. */
  readonly event: Recorded | null;
  readonly knownBefore: Knowledge;
  readonly known: Knowledge;
}

/** What is worth telling of an event, about one VM. */
export const noticesOf = ({ uuid, earlier, event, knownBefore, known }: Change) => {
  const events = event === null ? earlier : [...earlier, event];
  const before = { vm: deriveVm(uuid, earlier, knownBefore), knowledge: knownBefore };
  const after = { vm: deriveVm(uuid, events, known), knowledge: known, events };
  const notices: readonly Notice[] = [
    ...(event === null ? [] : adviceNotices(event, after)),
    ...hopNotices(before, after),
    ...vmNotices(before, after),
  ];
  return { vm: after.vm, notices };
};
