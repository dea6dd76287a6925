import { z } from 'zod';
import type { VmEvent } from '../../domain/vm/events.js';
import { buildSchema, deviceSchema, launchConfigurationSchema } from './launch-schema.js';
import {
  alias,
  hostName,
  line,
  machineTypeName,
  prose,
  propertyName,
  propertyText,
  typeName,
  uuid,
} from './schema-text.js';

const onHost = { host: hostName, name: line(200).nullable() };
const processFacts = {
  build: buildSchema.nullable(),
  configuration: launchConfigurationSchema.nullable(),
  kernel: line(200).nullable(),
  machineType: machineTypeName.nullish(),
};
const via = z.enum(['migration', 'restore']);
const reason = prose(2000);
const amount = z.number().min(0).max(Number.MAX_SAFE_INTEGER).nullable();
const savedState = line(200).nullable();

/** As Kubernetes bounds them; a VM has 32 at most. */
const LABEL_KEY =
  /^(?:(?=.{1,253}\/)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)?$/;
const labelsSchema = z
  .record(
    z.string().regex(LABEL_KEY, 'is not a key of a label'),
    z.string().regex(LABEL_VALUE, 'is not a value of a label'),
  )
  .refine((labels) => Object.keys(labels).length <= 32, 'has over 32 labels');

const variants = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('VmLaunched'), ...onHost, ...processFacts }),
  z.strictObject({ type: z.literal('ProcessPrepared'), ...onHost, phase: z.enum(['prepare', 'start']) }),
  z.strictObject({ type: z.literal('ProcessStarted'), ...onHost, ...processFacts }),
  z.strictObject({ type: z.literal('VmAdopted'), ...onHost, ...processFacts }),
  z.strictObject({
    type: z.literal('HopPrepared'),
    ...onHost,
    via,
    configuration: launchConfigurationSchema.nullable(),
  }),
  z.strictObject({ type: z.literal('HopStarted'), ...onHost, ...processFacts, via }),
  z.strictObject({
    type: z.literal('HopCompleted'),
    ...onHost,
    attestedBy: z.enum(['source', 'destination']),
    statistics: z.strictObject({ totalMs: amount, downtimeMs: amount, transferredBytes: amount }).nullable(),
  }),
  z.strictObject({ type: z.literal('HopFailed'), ...onHost, error: prose(8000).nullable() }),
  z.strictObject({ type: z.literal('GuestReset'), ...onHost, reason: line(200).nullable() }),
  z.strictObject({ type: z.literal('DevicePlugged'), ...onHost, device: deviceSchema }),
  z.strictObject({ type: z.literal('DeviceUnplugged'), ...onHost, alias }),
  z.strictObject({ type: z.literal('StateSaved'), ...onHost, savedState, stopped: z.boolean() }),
  z.strictObject({
    type: z.literal('StateRestored'),
    ...onHost,
    ...processFacts,
    savedState,
    fromVm: uuid.nullable(),
  }),
  z.strictObject({
    type: z.literal('VmStopped'),
    ...onHost,
    reason: z.enum([
      'shutdown',
      'destroyed',
      'crashed',
      'saved',
      'migrated',
      'failed',
      'from-snapshot',
      'daemon',
      'unknown',
    ]),
  }),
  z.strictObject({
    type: z.literal('ValueObserved'),
    ...onHost,
    alias,
    what: z.strictObject({ kind: z.enum(['property', 'register']), name: propertyName }),
    value: line(200),
  }),
  z.strictObject({
    type: z.literal('OriginAsserted'),
    ...onHost,
    build: buildSchema,
    configuration: launchConfigurationSchema.nullable(),
    reason,
  }),
  z.strictObject({
    type: z.literal('AdviceGiven'),
    ...onHost,
    verdict: z.enum(['SAFE', 'NEEDS_OVERRIDES', 'RISKY', 'BLOCKED', 'UNKNOWN']),
    answer: z.enum(['unchanged', 'rewritten', 'refused', 'warned']),
    overrides: z
      .array(
        z.strictObject({
          alias: alias.nullable(),
          qomType: typeName,
          property: propertyName,
          value: propertyText,
          libvirtType: z.enum(['bool', 'unsigned', 'signed', 'string']),
        }),
      )
      .max(1000, 'has over 1000 entries'),
    removals: z
      .array(z.strictObject({ alias: alias.nullable(), property: propertyName }))
      .max(1000, 'has over 1000 entries'),
    message: prose(8000).nullable(),
    catalogueRevision: line(100),
    basedOnRevision: line(30).nullable(),
  }),
  z.strictObject({ type: z.literal('LabelsSet'), labels: labelsSchema }),
  z.strictObject({
    type: z.literal('EventCorrected'),
    eventId: uuid,
    replacement: z
      .record(line(100), z.unknown())
      .refine((fields) => Object.keys(fields).length > 0, 'replaces nothing'),
    reason,
  }),
  z.strictObject({ type: z.literal('EventRetracted'), eventId: uuid, reason }),
]);

/** Data of every kind of event about a VM, as it may come from outside: strict, and bounded all through. */
export const vmEventSchema: z.ZodType<VmEvent> = variants;

/** The schema of each kind by itself. */
export const vmEventVariants = variants.options;
