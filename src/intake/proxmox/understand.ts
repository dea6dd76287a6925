import { z } from 'zod';
import { HopledgerError } from '../../errors.js';
import { parseInput } from '../../recording/commands/parse-input.js';
import { hostName, uuid as uuidText } from '../../recording/commands/schema-text.js';
import { eventId } from '../../recording/event-id.js';
import type { SourceReport, Understood } from '../sources/reading.js';
import { timeWithOffset } from '../sources/source-request.js';
import { readGuestConfig, type GuestConfig } from './guest-config.js';
import { factsOf, meaningOfTask } from './meaning-of-task.js';
import { readTaskLog, readUpid } from './task.js';

const MAX_CONFIG = 512 * 1024;
const MAX_LOG = 8 * 1024 * 1024;

const config = z.string().max(MAX_CONFIG, `is over ${MAX_CONFIG} characters`);

const hookCall = z.strictObject({
  /** The node that the hookscript ran on. */
  host: hostName,
  vmid: z.coerce.number().int().min(1).max(999_999_999),
  phase: z.enum(['pre-start', 'post-start', 'pre-stop', 'post-stop']),
  at: timeWithOffset,
  config,
  /** `PVE_MIGRATED_FROM`, where it was set. */
  migratedFrom: z.string().max(100).nullish(),
});

const taskReport = z.strictObject({
  upid: z.string().max(500),
  log: z.string().max(MAX_LOG, `is over ${MAX_LOG} characters`),
  config: config.nullish(),
  uuid: uuidText.nullish(),
  /** When the task ended; without it, stamps in the log and the time in the UPID are all there is. */
  endedAt: timeWithOffset.nullish(),
});

/**
 * A call of a hookscript or a task with its log.
 * @throws HopledgerError BAD_INPUT
 */
export const understandProxmox = (value: unknown): Understood =>
  typeof value === 'object' && value !== null && 'upid' in value ? ofTask(value) : ofHookCall(value);

const ofHookCall = (value: unknown): Understood => {
  const call = parseInput(hookCall, value);
  const { host, vmid, phase, at } = call;
  const guest = readGuestConfig(call.config);
  const uuid = uuidOf(guest);
  const migratedFrom = call.migratedFrom == null || call.migratedFrom === '' ? null : call.migratedFrom;
  const event = meaningOfCall(phase, migratedFrom, guest, { host, name: nameOf(guest) });
  const id = `${host}/${vmid}/${phase}/${at}`;
  if (typeof event === 'string') return { id, reading: { kind: 'ignored', why: event } };
  const reports = [{ id: eventId('proxmox', host, String(vmid), phase, at), event, at }];
  const raw = { vmid, phase, migratedFrom, machine: guest.machine, lock: guest.lock };
  return { id, reading: { kind: 'reports', uuid, reports, names: [], raw } };
};

/**
 * A start that is not incoming may be a boot, or a roll-back to a snapshot with its RAM, which the configuration does
 * not tell: so it is no `VmLaunched`. `post-stop` does not run where a guest has left by migration.
 */
const meaningOfCall = (
  phase: z.output<typeof hookCall>['phase'],
  migratedFrom: string | null,
  guest: GuestConfig,
  where: { readonly host: string; readonly name: string | null },
): SourceReport['event'] | string => {
  const { vmstate } = guest;
  const facts = factsOf(guest);
  switch (phase) {
    case 'pre-start':
      return migratedFrom === null
        ? 'an intention; post-start tells of the start'
        : { type: 'HopPrepared', via: 'migration', configuration: null, ...where };
    case 'post-start':
      if (migratedFrom !== null) return { type: 'HopStarted', via: 'migration', ...where, ...facts };
      return vmstate === null
        ? { type: 'ProcessStarted', ...where, ...facts }
        : { type: 'StateRestored', savedState: vmstate, fromVm: null, ...where, ...facts };
    case 'pre-stop':
      return 'an intention; post-stop tells of the end';
    case 'post-stop':
      return vmstate === null
        ? { type: 'VmStopped', reason: 'unknown', ...where }
        : { type: 'StateSaved', savedState: vmstate, stopped: true, ...where };
  }
};

const ofTask = (value: unknown): Understood => {
  const given = parseInput(taskReport, value);
  const upid = readUpid(given.upid);
  if (upid === null) throw new HopledgerError('BAD_INPUT', 'upid: is no UPID of a guest', { field: 'upid' });
  const guest = given.config == null ? null : readGuestConfig(given.config);
  const log = readTaskLog(given.log);
  const where = { host: upid.node, name: guest === null ? null : nameOf(guest) };
  const endedAt = given.endedAt == null ? null : Date.parse(given.endedAt);
  const told = meaningOfTask(upid, log, endedAt, guest, where);
  if (typeof told === 'string') return { id: upid.text, reading: { kind: 'ignored', why: told } };
  const uuid = given.uuid ?? uuidOf(guest);
  const reports = told.map(({ event, atMs }) => {
    const at = new Date(atMs).toISOString();
    return { id: eventId('proxmox', upid.text, event.type), event, at };
  });
  const { outcome, error } = log;
  const raw = { upid: upid.text, machine: guest?.machine ?? null, outcome, error };
  return { id: upid.text, reading: { kind: 'reports', uuid, reports, names: [], raw } };
};

const uuidOf = (guest: GuestConfig | null): string => {
  if (guest?.uuid != null) return guest.uuid;
  const why =
    guest === null
      ? 'a task names its guest by number alone: send its config or uuid along'
      : 'smbios1 has no uuid';
  throw new HopledgerError('BAD_INPUT', `config: ${why}`, { field: 'config' });
};

const nameOf = ({ name }: GuestConfig): string | null => (name !== null && name.length <= 200 ? name : null);
