import { z } from 'zod';
import type { Build } from '../../domain/qemu/build.js';
import { versionAnswer } from './answers.js';
import { QmpRefused, type QmpConnection } from './connection.js';

/** What a running QEMU says of itself. */
export interface Monitored {
  readonly build: Build;
  /** Lower case; null: it was given none. */
  readonly uuid: string | null;
  readonly name: string | null;
  /** Aliases resolved; null where it does not tell. */
  readonly machineType: string | null;
}

const uuidAnswer = z.object({ UUID: z.string() });
const nameAnswer = z.object({ name: z.string().optional() });
const statusAnswer = z.object({ status: z.string() });
const migrateAnswer = z.object({ 'error-desc': z.string().optional() });
const listAnswer = z.array(z.object({ name: z.string(), type: z.string() })).max(10_000);

const NO_UUID = '00000000-0000-0000-0000-000000000000';

/** @throws QmpEnded, ZodError for what is not QEMU's answer */
export const askIdentity = async (monitor: QmpConnection): Promise<Monitored> => {
  const { qemu, package: packaged } = versionAnswer.parse(await monitor.execute('query-version'));
  const { UUID } = uuidAnswer.parse(await monitor.execute('query-uuid'));
  const { name } = nameAnswer.parse(await monitor.execute('query-name'));
  const machine = z
    .string()
    .nullable()
    .catch(null)
    .parse(await orNull(monitor.execute('qom-get', { path: '/machine', property: 'type' })));
  return {
    build: {
      version: `${qemu.major}.${qemu.minor}.${qemu.micro}`,
      package: packaged.trim() === '' ? null : packaged.trim(),
    },
    uuid: UUID === NO_UUID ? null : UUID.toLowerCase(),
    name: name === undefined || name === '' || name.length > 200 ? null : name,
    machineType: machine?.replace(/-machine$/, '') ?? null,
  };
};

/** `running`, `paused`, `inmigrate`, `postmigrate`, … */
export const askStatus = async (monitor: QmpConnection): Promise<string> =>
  statusAnswer.parse(await monitor.execute('query-status')).status;

/** Types by id of the devices that were given one. */
export const askDevices = async (monitor: QmpConnection): Promise<ReadonlyMap<string, string>> => {
  const list = listAnswer.parse(await monitor.execute('qom-list', { path: '/machine/peripheral' }));
  return new Map(
    list.flatMap(({ name, type }) => {
      const [, qomType] = /^child<(.+)>$/.exec(type) ?? [];
      return qomType === undefined ? [] : [[name, qomType] as const];
    }),
  );
};

/** Why the last migration failed, where QEMU says. */
export const askMigrationError = async (monitor: QmpConnection): Promise<string | null> => {
  const answer = migrateAnswer.safeParse(await orNull(monitor.execute('query-migrate')));
  const words = answer.success ? (answer.data['error-desc'] ?? '') : '';
  return words === '' ? null : words.slice(0, 8000);
};

/**
 * Lets QEMU tell of migrations, which it does not by default. Nothing else follows from it.
 * @returns false where it cannot be set now
 */
export const tellOfMigrations = async (monitor: QmpConnection): Promise<boolean> => {
  const capabilities = [{ capability: 'events', state: true }];
  return (await orNull(monitor.execute('migrate-set-capabilities', { capabilities }))) !== null;
};

const orNull = async (answer: Promise<unknown>): Promise<unknown> => {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof QmpRefused) return null;
    throw error;
  }
};
