import type { VmEvent } from '../../domain/vm/events.js';
import { HopledgerError } from '../../errors.js';
import { kebabCase } from '../present/constant-case.js';
import type * as G from '../schema.generated.js';
import { toBuild, toConfiguration, toDevice } from './configuration.js';

/**
 * The event that each mutation records. Translates and nothing else: what the values may be is checked where the event is
 * recorded (`recording/commands`).
 */
export const launch = (input: G.RecordLaunchInput): VmEvent => ({
  type: 'VmLaunched',
  ...onHost(input),
  ...facts(input),
});

export const adoption = (input: G.RecordAdoptionInput): VmEvent => ({
  type: 'VmAdopted',
  ...onHost(input),
  ...facts(input),
});

export const hopPrepared = (input: G.RecordHopPreparedInput): VmEvent => ({
  type: 'HopPrepared',
  ...onHost(input),
  via: kebabCase(input.via),
  configuration: toConfiguration(input.configuration),
});

export const hopStarted = (input: G.RecordHopStartedInput): VmEvent => ({
  type: 'HopStarted',
  ...onHost(input),
  ...facts(input),
  via: kebabCase(input.via),
});

export const hopCompleted = (input: G.RecordHopCompletedInput): VmEvent => ({
  type: 'HopCompleted',
  ...onHost(input),
  attestedBy: kebabCase(input.attestedBy),
  statistics:
    input.statistics == null
      ? null
      : {
          totalMs: input.statistics.totalMs ?? null,
          downtimeMs: input.statistics.downtimeMs ?? null,
          transferredBytes: input.statistics.transferredBytes ?? null,
        },
});

export const hopFailed = (input: G.RecordHopFailedInput): VmEvent => ({
  type: 'HopFailed',
  ...onHost(input),
  error: input.error ?? null,
});

export const guestReset = (input: G.RecordGuestResetInput): VmEvent => ({
  type: 'GuestReset',
  ...onHost(input),
  reason: input.reason ?? null,
});

export const devicePlugged = (input: G.RecordDevicePluggedInput): VmEvent => ({
  type: 'DevicePlugged',
  ...onHost(input),
  device: toDevice(input.device, 'device'),
});

export const deviceUnplugged = (input: G.RecordDeviceUnpluggedInput): VmEvent => ({
  type: 'DeviceUnplugged',
  ...onHost(input),
  alias: input.alias,
});

export const stateSaved = (input: G.RecordStateSavedInput): VmEvent => ({
  type: 'StateSaved',
  ...onHost(input),
  savedState: input.savedState ?? null,
  stopped: input.stopped,
});

export const stateRestored = (input: G.RecordStateRestoredInput): VmEvent => ({
  type: 'StateRestored',
  ...onHost(input),
  ...facts(input),
  savedState: input.savedState ?? null,
  fromVm: input.fromVm ?? null,
});

export const stop = (input: G.RecordStopInput): VmEvent => ({
  type: 'VmStopped',
  ...onHost(input),
  reason: kebabCase(input.reason),
});

export const valueObserved = (input: G.ObserveValueInput): VmEvent => ({
  type: 'ValueObserved',
  ...onHost(input),
  alias: input.alias,
  what: { kind: kebabCase(input.kind), name: input.observed },
  value: input.value,
});

export const originAsserted = (input: G.AssertOriginInput): VmEvent => ({
  type: 'OriginAsserted',
  ...onHost(input),
  build: { version: input.build.version, package: input.build.package ?? null },
  configuration: toConfiguration(input.configuration),
  reason: input.reason,
});

/** A key given twice is refused with the event: no order says which of them counts. */
export const labelsSet = ({ labels }: G.SetLabelsInput): VmEvent => {
  const keys = labels.map(({ key }) => key);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined)
    throw new HopledgerError('BAD_INPUT', `labels: ${JSON.stringify(twice)} is given twice`, {
      field: 'labels',
    });
  return { type: 'LabelsSet', labels: Object.fromEntries(labels.map(({ key, value }) => [key, value])) };
};

/** `replacement` is any JSON; that it is an object of fields which fit is checked with the event. */
export const eventCorrected = ({ eventId, replacement, reason }: G.CorrectEventInput): unknown => ({
  type: 'EventCorrected',
  eventId,
  replacement,
  reason,
});

export const eventRetracted = ({ eventId, reason }: G.RetractEventInput): VmEvent => ({
  type: 'EventRetracted',
  eventId,
  reason,
});

const onHost = ({ host, name }: { readonly host: string; readonly name?: string | null | undefined }) => ({
  host,
  name: name ?? null,
});

type Facts = Pick<G.RecordLaunchInput, 'build' | 'configuration' | 'kernel'>;

const facts = ({ build, configuration, kernel }: Facts) => ({
  build: toBuild(build),
  configuration: toConfiguration(configuration),
  kernel: kernel ?? null,
});
