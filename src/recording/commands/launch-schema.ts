import { z } from 'zod';
import { alias, line, machineTypeName, propertyName, propertyText, typeName } from './schema-text.js';

/** Real guests have some dozens of devices; libvirt itself stops far below this. */
const MAX_DEVICES = 1000;
const MAX_PROPERTIES = 100;
const MAX_GLOBALS = 200;
const MAX_FEATURES = 1000;

const atMost = (max: number) => `has over ${max} entries`;

export const buildSchema = z.strictObject({ version: line(50), package: line(200).nullable() });

export const deviceSchema = z.strictObject({
  alias,
  qomType: typeName.nullable(),
  address: z
    .string()
    .regex(
      /^[0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\.[0-7]$/,
      'is not a PCI address such as 0000:01:00.0',
    )
    .nullable(),
  properties: z
    .unknown()
    // zod leaves this key out without a word.
    .refine((given) => given == null || !Object.hasOwn(given, '__proto__'), 'names __proto__')
    .pipe(z.record(propertyName, propertyText))
    .refine((properties) => Object.keys(properties).length <= MAX_PROPERTIES, atMost(MAX_PROPERTIES)),
});

export const launchConfigurationSchema = z.strictObject({
  machineType: machineTypeName,
  devices: z
    .array(deviceSchema)
    .max(MAX_DEVICES, atMost(MAX_DEVICES))
    .refine(
      (devices) => new Set(devices.map((device) => device.alias)).size === devices.length,
      'names an alias twice',
    ),
  globals: z
    .array(z.strictObject({ driver: typeName, property: propertyName, value: propertyText }))
    .max(MAX_GLOBALS, atMost(MAX_GLOBALS)),
  cpu: z
    .strictObject({
      mode: line(50),
      model: line(100).nullable(),
      features: z
        .array(z.strictObject({ name: line(100), policy: line(50) }))
        .max(MAX_FEATURES, atMost(MAX_FEATURES)),
    })
    .nullable(),
  accelerator: line(50).nullable(),
  exact: z.boolean().optional(),
  emulator: line(4_096).optional(),
});
