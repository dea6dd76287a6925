import { z } from 'zod';
import type { MachineVersions } from '../domain/catalogue/behaviour.js';
import type { ReleasePart } from '../domain/catalogue/release-range.js';
import { compareDotted, isDevelopment, parseVersion, seriesOf } from '../domain/qemu/version.js';

/** `8.0`: a line of releases. */
export const series = z.string().regex(/^\d{1,4}\.\d{1,4}$/, 'must be a series, as 8.0');
/** `8.0.1`; `2.4.0.1` as well. */
export const release = z
  .string()
  .regex(/^\d{1,4}\.\d{1,4}\.\d{1,5}(?:\.\d{1,5})?$/, 'must be a release, as 8.0.1')
  .refine((text) => {
    const version = parseVersion(text);
    return version === null || !isDevelopment(version);
  }, 'is a development version, which no release range can hold');
/** `7.2`, `4.0.1`: of a machine type. */
export const machineVersion = z
  .string()
  .regex(/^\d{1,4}\.\d{1,4}(?:\.\d{1,5})?$/, 'must be a machine version, as 7.2');

const after = (from: string | undefined, to: string | undefined): boolean =>
  from !== undefined && to !== undefined && compareDotted(from, to) > 0;

const inSeries = (version: string, name: string): boolean => {
  const parsed = parseVersion(version);
  return parsed === null || seriesOf(parsed) === name;
};

/** Either within one series (`series`, `from`, `to`), or over whole series (`fromSeries`, `toSeries`). */
export const releasePart = z
  .strictObject({
    series: series.optional(),
    from: release.optional(),
    to: release.optional(),
    fromSeries: series.optional(),
    toSeries: series.optional(),
  })
  .superRefine((part, context) => {
    const fault = (message: string, ...path: string[]): void =>
      context.addIssue({ code: 'custom', message, path });
    const whole = part.fromSeries !== undefined || part.toSeries !== undefined;
    if (part.series === undefined) {
      if (part.from !== undefined) fault('needs its series beside it', 'from');
      if (part.to !== undefined) fault('needs its series beside it', 'to');
      if (!whole && part.from === undefined && part.to === undefined) fault('names no releases');
    } else {
      if (whole) fault('is either one series or a span of series, not both');
      if (part.from !== undefined && !inSeries(part.from, part.series))
        fault(`is not in series ${part.series}`, 'from');
      if (part.to !== undefined && !inSeries(part.to, part.series))
        fault(`is not in series ${part.series}`, 'to');
    }
    if (after(part.from, part.to)) fault('lies before from', 'to');
    if (after(part.fromSeries, part.toSeries)) fault('lies before fromSeries', 'toSeries');
  });

export const releaseRange = z.array(releasePart);

export const machineVersions = z
  .strictObject({ from: machineVersion.optional(), to: machineVersion.optional() })
  .superRefine(({ from, to }, context) => {
    if (after(from, to)) context.addIssue({ code: 'custom', message: 'lies before from', path: ['to'] });
  });

/** The file's form, checked above, as the domain's. */
export const toReleasePart = ({ series: name, ...part }: z.output<typeof releasePart>): ReleasePart =>
  name === undefined
    ? { fromSeries: part.fromSeries, toSeries: part.toSeries }
    : { series: name, from: part.from, to: part.to };

export const toMachineVersions = (range: z.output<typeof machineVersions> | undefined): MachineVersions => ({
  from: range?.from ?? null,
  to: range?.to ?? null,
});
