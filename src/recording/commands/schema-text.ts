import { z } from 'zod';
import { HOST_NAME, isHostName, isUuid } from '../streams.js';

/** What text may be in an event that came from outside: bounded everywhere, and nothing that could pass for markup of a tool. */

/** Control characters have no place in names, and break logs and terminals. */
// eslint-disable-next-line no-control-regex -- to find them is what it is for
const CONTROL = /[\u0000-\u001f\u007f]/;

/** One line of at most `max` characters. */
export const line = (max: number) =>
  z
    .string()
    .min(1, 'is empty')
    .max(max, `is over ${max} characters`)
    .refine((text) => !CONTROL.test(text), 'holds control characters');

/** Any text of at most `max` characters: reasons, error messages. */
export const prose = (max: number) => z.string().min(1, 'is empty').max(max, `is over ${max} characters`);

export const hostName = z
  .string()
  .refine(isHostName, 'is not a host name')
  .meta({ pattern: HOST_NAME.source });
export const uuid = z
  .string()
  .transform((text) => text.toLowerCase())
  .refine(isUuid, 'is not a UUID')
  .meta({ format: 'uuid' });

/** ISO 8601 in UTC, the form that all events have. */
export const instant = z.iso.datetime({ error: 'is not an ISO 8601 instant in UTC' });

/** QEMU's ids and libvirt's aliases have no blanks. */
export const alias = line(200).regex(/^\S+$/, 'holds blanks');
export const typeName = z.string().regex(/^[A-Za-z0-9][\w.,:+-]{0,99}$/, 'is not a name of a QEMU type');
export const propertyName = z
  .string()
  .regex(/^[A-Za-z0-9][\w.:+[\]-]{0,99}$/, 'is not a name of a QEMU property');
/** QEMU's texts can be long (lists of ids), never this long. */
export const propertyText = z.string().max(1000, 'is over 1000 characters');
export const machineTypeName = z
  .string()
  .regex(/^[A-Za-z0-9][\w.+-]{0,99}$/, 'is not a name of a machine type');
