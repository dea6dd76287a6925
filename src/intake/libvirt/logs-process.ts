import type { StopReason, VmEvent } from '../../domain/vm/events.js';
import type { CommandLine } from './command-line.js';
import { refusesState, type LogHeader } from './logs-lines.js';

/** A process as its log tells of it, from its start to its end. */
export interface LoggedProcess {
  readonly header: LogHeader;
  readonly command: CommandLine;
  /** What QEMU complained of, the first {@link MAX_COMPLAINTS} lines: a refused state comes early. */
  readonly complaints: string[];
  /** It has sent its guest on, so the guest had arrived. */
  migratedOn: boolean;
}

const MAX_COMPLAINTS = 20;
const MAX_ERROR = 2_000;

export const complain = (process: LoggedProcess, words: string): void => {
  if (process.complaints.length < MAX_COMPLAINTS) process.complaints.push(words.slice(0, MAX_ERROR));
};

/**
 * What the start of a process means.
 *
 * Nothing in a log tells a migration from a restore: libvirt passes `-incoming defer` for both, with the same
 * arguments around it and the same lines after it (compared in recordings of 9.0, 11.3 and 12.8). An older libvirt's
 * `exec:` is a restore. A log that broke off before `-incoming` could come cannot even tell cold from incoming.
 */
export const startOf = ({ header, command }: LoggedProcess, host: string): VmEvent => {
  const process = {
    host,
    name: command.name,
    build: header.build,
    configuration: command.configuration,
    kernel: header.kernel,
  };
  if (command.loadvm !== null) return { type: 'StateRestored', savedState: null, fromVm: null, ...process };
  if (command.incoming) {
    const isRestore = command.incomingUri?.startsWith('exec:') ?? false;
    return { type: 'HopStarted', via: isRestore ? 'restore' : 'migration', ...process };
  }
  return command.cutOff ? { type: 'ProcessStarted', ...process } : { type: 'VmLaunched', ...process };
};

/** libvirt's reasons, `virDomainShutoffReason`; anything else is `unknown`. */
const REASONS: Readonly<Record<string, StopReason>> = {
  shutdown: 'shutdown',
  destroyed: 'destroyed',
  crashed: 'crashed',
  failed: 'failed',
  'from snapshot': 'from-snapshot',
  daemon: 'daemon',
};

/**
 * What an end means. Without a process, libvirt gave up before QEMU ran (a hook refused, a definition was wrong), and
 * only the end is in the log.
 */
export const endOf = (
  process: LoggedProcess | null,
  reason: string,
  on: { readonly host: string; readonly name: string | null },
): VmEvent => {
  if (reason === 'migrated') return { type: 'HopCompleted', attestedBy: 'source', statistics: null, ...on };
  if (reason === 'saved') return { type: 'StateSaved', savedState: null, stopped: true, ...on };
  if (process !== null && refusedItsState(process, reason)) {
    const error = process.complaints.join('\n').slice(0, MAX_ERROR);
    return { type: 'HopFailed', error: error === '' ? null : error, ...on };
  }
  const known = Object.hasOwn(REASONS, reason) ? REASONS[reason] : undefined;
  return { type: 'VmStopped', reason: known ?? 'unknown', ...on };
};

/**
 * `failed` is libvirt's word for a process that never came to run its guest. A QEMU that gives up by itself can be
 * `crashed` for libvirt: then its words decide.
 */
const refusedItsState = ({ command, complaints, migratedOn }: LoggedProcess, reason: string): boolean =>
  command.incoming &&
  !migratedOn &&
  (reason === 'failed' || (reason === 'crashed' && complaints.some(refusesState)));
