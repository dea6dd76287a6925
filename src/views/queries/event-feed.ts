import type { HostEvent } from '../../domain/host/report.js';
import type { VmEventType } from '../../domain/vm/events.js';
import type { Filter } from '../../ledger/port.js';
import { vmStream } from '../../recording/streams.js';

/** The types of events that clients may read. Others (endpoints of webhooks with their secrets) are none of theirs. */
export type FeedType = VmEventType | HostEvent['type'];

const FEED: Readonly<Record<FeedType, true>> = {
  VmLaunched: true,
  ProcessPrepared: true,
  ProcessStarted: true,
  VmAdopted: true,
  HopPrepared: true,
  HopStarted: true,
  HopCompleted: true,
  HopFailed: true,
  GuestReset: true,
  DevicePlugged: true,
  DeviceUnplugged: true,
  StateSaved: true,
  StateRestored: true,
  VmStopped: true,
  ValueObserved: true,
  OriginAsserted: true,
  AdviceGiven: true,
  EventCorrected: true,
  EventRetracted: true,
  HostReported: true,
  HostRetired: true,
  ReportRejected: true,
};

export const isFeedType = (type: string): type is FeedType => Object.hasOwn(FEED, type);
const ALL = Object.keys(FEED).filter(isFeedType);

/** Which events of the feed. Absent: all. */
export interface FeedFilter {
  readonly types?: readonly FeedType[];
  readonly vm?: string;
}

/** As the ledger takes it. */
export const ledgerFilter = ({ types, vm }: FeedFilter): Filter => ({
  types: types ?? ALL,
  ...(vm === undefined ? {} : { streamPrefix: vmStream(vm) }),
});
