import { z } from 'zod';
import type { HostReport } from '../../domain/host/report.js';
import { buildSchema } from './launch-schema.js';
import { hostName, line, machineTypeName } from './schema-text.js';

const atMost = (max: number) => `has over ${max} entries`;

/** What a host may say of itself. */
export const hostReportSchema: z.ZodType<HostReport> = z.strictObject({
  host: hostName,
  builds: z.array(buildSchema).min(1, 'names no build').max(50, atMost(50)),
  libvirt: line(100).nullable(),
  kernel: line(200).nullable(),
  vendor: line(200).nullable(),
  machineTypes: z.array(machineTypeName).max(2000, atMost(2000)).nullable(),
  cpu: z
    .strictObject({ model: line(100).nullable(), features: z.array(line(100)).max(2000, atMost(2000)) })
    .nullable(),
});
