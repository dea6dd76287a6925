import type { Effective } from './effective.js';
import type { StopReason, VmEventOf, VmEventType } from './events.js';

/** Reports of one host about one process, by what they tell of it. */
export type Mark<T extends VmEventType> = Effective<VmEventOf<T>>;

/** A process came up, or was seen to be up. */
export type StartMark = Mark<'ProcessStarted' | 'VmLaunched' | 'HopStarted' | 'StateRestored' | 'VmAdopted'>;
/** A process lives. */
export type ActivityMark = Mark<
  'GuestReset' | 'DevicePlugged' | 'DeviceUnplugged' | 'ValueObserved' | 'StateSaved'
>;
/** A process ended, or the guest left it. */
export type EndMark = Mark<'VmStopped' | 'HopCompleted' | 'HopFailed' | 'StateSaved'>;

/** Narrows a mark by its type: what TypeScript does for a union, and not for one wrapped in an envelope. */
export const isMark = <T extends VmEventType>(mark: Effective, ...types: readonly T[]): mark is Mark<T> =>
  (types as readonly VmEventType[]).includes(mark.data.type);

/** In what order things can happen within one millisecond on one host. */
const rank = ({ data }: Effective): number => {
  switch (data.type) {
    case 'HopPrepared':
      return 0;
    case 'ProcessPrepared':
      return 1;
    case 'ProcessStarted':
      return 2;
    case 'VmLaunched':
    case 'HopStarted':
    case 'StateRestored':
    case 'VmAdopted':
      return 3;
    case 'HopCompleted':
      return data.attestedBy === 'destination' ? 4 : 6;
    case 'GuestReset':
    case 'DevicePlugged':
    case 'DeviceUnplugged':
    case 'ValueObserved':
      return 5;
    case 'StateSaved':
      return 6;
    case 'HopFailed':
    case 'VmStopped':
      return 7;
    case 'OriginAsserted':
    case 'AdviceGiven':
    case 'LabelsSet':
    case 'EventCorrected':
    case 'EventRetracted':
      return 8;
  }
};

/** Time, then what can precede what, then the id: total, so that the order recorded never shows. */
export const byInstant = (a: Effective, b: Effective): number =>
  a.at - b.at || rank(a) - rank(b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Why a process ended, in the words of one report. */
export const reasonOf = ({ data }: EndMark): StopReason => {
  switch (data.type) {
    case 'HopCompleted':
      return 'migrated';
    case 'StateSaved':
      return 'saved';
    case 'HopFailed':
      return 'failed';
    case 'VmStopped':
      return data.reason;
  }
};
