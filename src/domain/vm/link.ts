import type { HostProcess, ProcessEnd } from './host-process.js';
import { cameToNothing } from './host-process.js';
import type { Refusal } from './refusals.js';

/** How a process came to be, and from which other one. Links make the graph of a VM. */
export interface Link {
  readonly process: HostProcess;
  /** `<host>/<when it opened>`: stable for one set of events. */
  readonly id: string;
  readonly origin: 'cold-boot' | 'hop' | 'restore' | 'adopted';
  /** False when the origin follows from what else is known, nobody having said so. */
  readonly attested: boolean;
  /** The process that the state came from; null: none, or not known. */
  readonly parent: string | null;
  /** The state passed through a process that nobody reported. */
  readonly gap: boolean;
  /** For `restore`: the saved states it can have come from, likeliest first. */
  readonly savedStates: readonly SavedStateRef[];
  /** For hops and restores; null for the others. */
  readonly outcome: HopOutcome | null;
  readonly end: ProcessEnd | null;
  /** What destinations that would not take its state said of it. */
  readonly refusals: readonly Refusal[];
}

/**
 * `prepared`: asked for, no process came of it. `in-flight`: a process is up, nothing said of arrival.
 * `unconfirmed`: it must have arrived, though neither end said so.
 */
export type HopOutcome = 'prepared' | 'in-flight' | 'completed' | 'unconfirmed' | 'failed';

export interface SavedStateRef {
  /** The reporter's name, or `<host>/<when saved>`. */
  readonly id: string;
  readonly at: number;
  readonly process: string;
  readonly host: string;
  /** `presumed`: nobody said that it was saved, only that the process ended. */
  readonly told: 'named' | 'unnamed' | 'presumed';
}

/** Whether the guest ever ran in this process. */
export const holdsGuest = ({ outcome, process }: Link): boolean =>
  outcome === null ? !cameToNothing(process) : outcome === 'completed' || outcome === 'unconfirmed';
