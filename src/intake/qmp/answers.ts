import { z } from 'zod';

/** Bounds far above any real QEMU's: 11.1 has 890 types, 430 properties on one, 65 machine types, 190 compat properties. */
const MAX_TYPES = 10_000;
const MAX_PROPERTIES = 2_000;
const MAX_MACHINES = 2_000;
const MAX_COMPAT_PROPS = 5_000;
const MAX_MODELS = 5_000;

const name = z.string().min(1).max(200);
const text = z.string().max(1_000);
const number = z.number().int().nonnegative();
const record = <T extends z.ZodType>(value: T, max: number) =>
  z.record(name, value).refine((all) => Object.keys(all).length <= max, `has over ${max} entries`);

export const versionAnswer = z.object({
  qemu: z.object({ major: number, minor: number, micro: number }),
  package: text,
});

const machine = z.object({
  name,
  alias: name.optional(),
  deprecated: z.boolean().optional(),
  'compat-props': z
    .array(z.object({ 'qom-type': name, property: name, value: text }))
    .max(MAX_COMPAT_PROPS)
    .optional(),
});

const property = z.object({
  name,
  type: name,
  'default-value': z.unknown().optional(),
});

const model = z.object({
  name,
  'alias-of': name.optional(),
  'migration-safe': z.boolean().optional(),
  'unavailable-features': z.array(name).max(MAX_PROPERTIES).optional(),
});

/** What the commands returned. Loose: QEMU adds fields with every release, and they are passed over. */
export const answersSchema = z.object({
  /** query-version */
  version: versionAnswer,
  /** query-target */
  target: z.object({ arch: name }),
  /** query-machines */
  machines: z.array(machine).max(MAX_MACHINES),
  /** qom-list-types of `device`, the abstract ones too. */
  types: z
    .array(z.object({ name, parent: name.optional(), abstract: z.boolean().optional() }))
    .max(MAX_TYPES),
  /** device-list-properties by type; types that gave an error are left out. */
  properties: record(z.array(property).max(MAX_PROPERTIES), MAX_TYPES),
  /** The virtio device that a proxy creates, by the proxy's type. */
  inner: record(name, MAX_TYPES),
  /** query-kvm; null where it is not supported. */
  kvm: z.object({ enabled: z.boolean() }).nullable(),
  /** query-cpu-definitions; null where it is not supported. */
  cpuModels: z.array(model).max(MAX_MODELS).nullable(),
  /** query-cpu-model-expansion of `host`; null without KVM. */
  hostCpu: z
    .object({ model: z.object({ props: record(z.union([z.boolean(), z.number(), text]), MAX_PROPERTIES) }) })
    .nullable(),
});

export type QmpAnswers = z.output<typeof answersSchema>;
