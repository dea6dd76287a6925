import { z } from 'zod';
import { HopledgerError } from '../../errors.js';
import { parseInput } from '../../recording/commands/parse-input.js';

const name = z.string().min(1).max(253);
const time = z.iso
  .datetime({ offset: true, error: 'is no time of RFC 3339' })
  .transform((text) => new Date(text).toISOString())
  .nullish()
  .transform((at) => at ?? null);
const maybe = z
  .string()
  .max(253)
  .nullish()
  .transform((text) => (text === undefined || text === '' ? null : text));

const transitions = z
  .array(z.object({ phase: z.string().max(100), phaseTransitionTimestamp: time }))
  .max(100)
  .nullish()
  .transform((list) => new Map((list ?? []).map((one) => [one.phase, one.phaseTransitionTimestamp])));

const migrationState = z.object({
  migrationUid: maybe,
  sourceNode: maybe,
  targetNode: maybe,
  startTimestamp: time,
  endTimestamp: time,
  targetNodeDomainReadyTimestamp: time,
  targetNodeDomainDetected: z.boolean().nullish(),
  completed: z.boolean().nullish(),
  failed: z.boolean().nullish(),
  failureReason: z.string().max(20_000).nullish(),
});
export type MigrationState = z.output<typeof migrationState>;

const metadata = z.object({
  name,
  namespace: name.default('default'),
  uid: maybe,
  resourceVersion: maybe,
});

const migration = z.object({
  kind: z.literal('VirtualMachineInstanceMigration'),
  metadata,
  spec: z.object({ vmiName: name }),
  status: z
    .object({
      phase: maybe,
      phaseTransitionTimestamps: transitions,
      migrationState: migrationState.nullish(),
    })
    .nullish(),
});
export type Migration = z.output<typeof migration>;

const instance = z.object({
  kind: z.literal('VirtualMachineInstance'),
  metadata,
  spec: z
    .object({
      domain: z.object({ firmware: z.object({ uuid: z.uuid().nullish() }).nullish() }).nullish(),
    })
    .nullish(),
  status: z
    .object({
      phase: maybe,
      reason: maybe,
      nodeName: maybe,
      machine: z.object({ type: maybe }).nullish(),
      launcherContainerImageVersion: z.string().max(1000).nullish(),
      phaseTransitionTimestamps: transitions,
      migrationState: migrationState.nullish(),
    })
    .nullish(),
});
export type Instance = z.output<typeof instance>;

/** An object of KubeVirt, or of another kind. */
export type KubeObject = Migration | Instance | { readonly kind: 'other'; readonly name: string };

const watched = z.object({
  type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']),
  object: z.unknown(),
});
const anyObject = z.object({ apiVersion: z.string().max(253), kind: z.string().min(1).max(253) });

/**
 * An object as the API serves it, or in the envelope of a watch (`{type, object}`).
 * @throws HopledgerError BAD_INPUT
 */
export const readObject = (value: unknown): KubeObject => {
  const event = watched.safeParse(value);
  const object = event.success ? event.data.object : value;
  const { kind, apiVersion } = parseInput(anyObject, object);
  if (event.success && event.data.type === 'ERROR')
    throw new HopledgerError('BAD_INPUT', 'the watch gave an error instead of an object', { field: 'type' });
  if (!apiVersion.startsWith('kubevirt.io/')) return { kind: 'other', name: kind };
  if (kind === 'VirtualMachineInstanceMigration') return parseInput(migration, object);
  if (kind === 'VirtualMachineInstance') return parseInput(instance, object);
  return { kind: 'other', name: kind };
};

const list = z.object({ kind: z.string().endsWith('List'), items: z.array(z.unknown()) });

/** The items of a list (`kubectl get … -o json`), or the object itself. */
export const itemsOf = (value: unknown): readonly unknown[] => {
  const found = list.safeParse(value);
  if (!found.success) return [value];
  const { apiVersion, kind } = value as { readonly apiVersion?: unknown; readonly kind: string };
  // Items of a typed list do not repeat their kind.
  const own = kind === 'List' ? {} : { apiVersion, kind: kind.slice(0, -'List'.length) };
  return found.data.items.map((item) =>
    typeof item === 'object' && item !== null ? { ...own, ...item } : item,
  );
};
