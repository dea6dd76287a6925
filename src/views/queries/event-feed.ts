import type { HostEvent } from '../../domain/host/report.js';
import type { VmEventType } from '../../domain/vm/events.js';
import type { Filter } from '../../ledger/port.js';
import { vmStream } from '../../recording/streams.js';

/** Records, so that the compiler asks for a new type here; also for the golden logs, which must hold each. */
export const VM_AND_HOST_TYPES: Readonly<Record<VmEventType | HostEvent['type'], true>> = {
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
  LabelsSet: true,
  EventCorrected: true,
  EventRetracted: true,
  HostReported: true,
  HostRetired: true,
  ReportRejected: true,
  ReportsMissed: true,
};

/** With what all answers rest on: the catalogue's revisions, and what binaries said of themselves. */
const FEED = { ...VM_AND_HOST_TYPES, CatalogueRevised: true, BuildProbed: true } as const;

/** The types of events that clients may read. Others (endpoints of webhooks with their secrets) are none of theirs. */
export type FeedType = keyof typeof FEED;

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
