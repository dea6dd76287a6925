import { z } from 'zod';
import type { Condition } from '../domain/catalogue/behaviour.js';
import { series } from './range-schema.js';

const text = z.string().min(1);
const FORMS =
  'must be behind-pcie-port, occupied, { property, value }, { kernel: { from, to } }, { libvirt: { from, to } }, { accelerator }, { cpuVendor } or { cpuFeature, value }';

/** One condition, as a person writes it. */
export const condition = z.union(
  [
    z.literal('behind-pcie-port'),
    z.literal('occupied'),
    z.strictObject({ property: text, value: text }),
    z.strictObject({ kernel: z.strictObject({ from: series.optional(), to: series.optional() }) }),
    z.strictObject({ libvirt: z.strictObject({ from: series.optional(), to: series.optional() }) }),
    z.strictObject({ accelerator: z.enum(['kvm', 'tcg', 'xen', 'hvf', 'nvmm', 'mshv']) }),
    z.strictObject({ cpuVendor: text }),
    z.strictObject({ cpuFeature: text, value: z.enum(['on', 'off']) }),
  ],
  { error: FORMS },
);

export const toCondition = (written: z.output<typeof condition>): Condition => {
  if (typeof written === 'string') return { kind: written };
  if ('property' in written) return { kind: 'property', name: written.property, value: written.value };
  if ('kernel' in written)
    return { kind: 'kernel', from: written.kernel.from ?? null, to: written.kernel.to ?? null };
  if ('libvirt' in written)
    return { kind: 'libvirt', from: written.libvirt.from ?? null, to: written.libvirt.to ?? null };
  if ('accelerator' in written) return { kind: 'accelerator', name: written.accelerator };
  if ('cpuVendor' in written) return { kind: 'cpu-vendor', name: written.cpuVendor };
  return { kind: 'cpu-feature', name: written.cpuFeature, value: written.value };
};
