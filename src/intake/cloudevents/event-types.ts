import { z } from 'zod';
import type { VmEventType } from '../../domain/vm/events.js';
import { hostReportObject, type ReportedHost } from '../../recording/commands/host-report-schema.js';
import { uuid } from '../../recording/commands/schema-text.js';
import { vmEventVariants } from '../../recording/commands/vm-event-schema.js';

/** A type of event that may come in. */
export type IntakeType = IntakeOfVm | IntakeOfHost;

interface Intake<Data> {
  /** The attribute `type`. */
  readonly type: string;
  readonly says: string;
  /** Of `data`. Fields that may be null may be left out: not known. */
  readonly data: z.ZodType<Data>;
}
export interface IntakeOfVm extends Intake<DataOfVm> {
  /** What it becomes. */
  readonly event: VmEventType;
}
/** A host's report of itself. */
export interface IntakeOfHost extends Intake<ReportedHost> {
  readonly event: null;
}
export type DataOfVm = Readonly<Record<string, unknown>> & { readonly uuid: string; readonly host: string };

/**
 * What hosts attest to. What operators say of the record (corrections, asserted origins) needs a role of its own and
 * goes through GraphQL; advice is hopledger's own.
 */
const OF_VMS: readonly (readonly [type: string, event: VmEventType, says: string])[] = [
  ['hopledger.vm.launched', 'VmLaunched', 'A cold boot, known as such: no `-incoming`, no restore.'],
  ['hopledger.vm.process_prepared', 'ProcessPrepared', 'A process is about to be started, cold or incoming.'],
  ['hopledger.vm.process_started', 'ProcessStarted', 'A process is up, cold or incoming. No arrival.'],
  ['hopledger.vm.adopted', 'VmAdopted', 'Seen running, its start unseen.'],
  ['hopledger.hop.prepared', 'HopPrepared', 'This host is to receive guest state.'],
  ['hopledger.hop.started', 'HopStarted', 'An incoming process is up, known to be incoming. No arrival.'],
  [
    'hopledger.hop.completed',
    'HopCompleted',
    "Guest state arrived: the destination's word, or the source's.",
  ],
  [
    'hopledger.hop.failed',
    'HopFailed',
    'The destination would not take the state, or the hop was broken off.',
  ],
  ['hopledger.vm.guest_reset', 'GuestReset', 'A reset that keeps the process.'],
  ['hopledger.vm.device_plugged', 'DevicePlugged', 'A device was plugged into the running guest.'],
  ['hopledger.vm.device_unplugged', 'DeviceUnplugged', 'A device is gone from the running guest.'],
  ['hopledger.vm.state_saved', 'StateSaved', 'Guest state was written to a file or snapshot.'],
  ['hopledger.vm.state_restored', 'StateRestored', 'A process holds a saved state.'],
  ['hopledger.vm.stopped', 'VmStopped', 'The process ended.'],
  ['hopledger.vm.value_observed', 'ValueObserved', "A value read out of a running guest's device."],
];

/** A field that may be null may be left out: this changes what may come in, and not what comes out. */
const eased = <Shape extends z.ZodRawShape>(shape: Shape): Shape =>
  // So the shape is that of before to whoever reads what was parsed, which `fromEntries` cannot know.
  Object.fromEntries(
    Object.entries(shape).map(([name, field]) => [
      name,
      field instanceof z.ZodNullable ? field.default(null) : field,
    ]),
  ) as Shape;

const dataOf = (event: VmEventType): z.ZodType<DataOfVm> => {
  const known = vmEventVariants.find(({ shape }) => shape.type.value === event)?.shape;
  if (known === undefined || !('host' in known)) throw new Error(`no host attests to ${event}`);
  const { type: _type, ...shape } = known;
  return z.strictObject({ uuid, ...eased(shape) });
};

export const INTAKE_TYPES: readonly IntakeType[] = [
  ...OF_VMS.map(([type, event, says]) => ({ type, event, says, data: dataOf(event) })),
  {
    type: 'hopledger.host.reported',
    event: null,
    says: 'What a host says of itself: its QEMU binaries, kernel, CPU and device features.',
    data: z.strictObject(eased(hostReportObject.shape)),
  },
];

const BY_TYPE = new Map(INTAKE_TYPES.map((one) => [one.type, one]));

/** Undefined for a type that hopledger does not take. */
export const intakeType = (type: string): IntakeType | undefined => BY_TYPE.get(type);
