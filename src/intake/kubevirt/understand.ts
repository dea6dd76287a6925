import { machineTypeName } from '../../recording/commands/schema-text.js';
import { eventId } from '../../recording/event-id.js';
import { isHostName } from '../../recording/streams.js';
import type { SourceReport, Understood } from '../sources/reading.js';
import { readObject, type Instance, type Migration, type MigrationState } from './objects.js';

/** KubeVirt tells neither QEMU's build (an image digest is none), nor devices, nor the kernel. */
const UNTOLD = { build: null, configuration: null, kernel: null } as const;
const MAX_ERROR = 8000;

type Told = Omit<SourceReport, 'id'>;

/**
 * What an object says, all of it each time: an object that comes again with more says the same of what was before.
 * @throws HopledgerError BAD_INPUT
 */
export const understandKubevirt = (value: unknown): Understood => {
  const object = readObject(value);
  if (object.kind === 'other')
    return { id: null, reading: { kind: 'ignored', why: `a ${object.name} says nothing of hops` } };
  const { uid, resourceVersion } = object.metadata;
  const id = uid === null ? null : [uid, resourceVersion].filter((part) => part !== null).join('/');
  return object.kind === 'VirtualMachineInstance' ? ofInstance(object, id) : ofMigration(object, id);
};

/** The name that libvirt has: `namespace_name`. */
const domainName = (namespace: string, name: string): string => `${namespace}_${name}`;

const ofMigration = ({ metadata, spec, status }: Migration, id: string | null): Understood => {
  const state = status?.migrationState;
  if (status == null || state == null) return ignored(id, 'the migration has not begun');
  const { sourceNode, targetNode } = state;
  if (targetNode === null || !isHostName(targetNode)) return ignored(id, 'no target was found for it');
  const name = domainName(metadata.namespace, spec.vmiName);
  const prepared = status.phaseTransitionTimestamps.get('TargetReady') ?? state.startTimestamp;
  const told = hopOf(state, name, prepared);
  if (told.length === 0) return ignored(id, 'the migration has not begun');
  const hosts = [sourceNode, targetNode].filter((host): host is string => host !== null);
  const key = state.migrationUid ?? metadata.uid ?? `${name} ${state.startTimestamp ?? ''}`;
  const raw = {
    kind: 'VirtualMachineInstanceMigration',
    ...metadata,
    phase: status.phase,
    migrationState: state,
  };
  return { id, reading: { kind: 'named', name, hosts, reports: withIds(key, told), raw } };
};

/** What both ends of a hop saw, by the state that they keep together. */
const hopOf = (state: MigrationState, name: string, prepared: string | null): readonly Told[] => {
  const {
    sourceNode,
    targetNode,
    startTimestamp,
    endTimestamp,
    targetNodeDomainReadyTimestamp: ready,
  } = state;
  if (targetNode === null) return [];
  const target = { host: targetNode, name };
  const told: Told[] = [];
  // It ran there then, which says so to a ledger that never heard of it before.
  if (startTimestamp !== null && sourceNode !== null)
    told.push({ at: startTimestamp, event: { type: 'VmAdopted', host: sourceNode, name, ...UNTOLD } });
  if (prepared !== null)
    told.push({
      at: prepared,
      event: { type: 'HopPrepared', via: 'migration', configuration: null, ...target },
    });
  if (startTimestamp !== null && state.targetNodeDomainDetected === true)
    told.push({ at: startTimestamp, event: { type: 'HopStarted', via: 'migration', ...target, ...UNTOLD } });
  if (endTimestamp === null || state.completed !== true) return told;
  if (state.failed === true) {
    const error = state.failureReason?.slice(0, MAX_ERROR) ?? null;
    if (startTimestamp !== null)
      told.push({
        at: endTimestamp,
        event: { type: 'HopFailed', error: error === '' ? null : error, ...target },
      });
    return told;
  }
  const completed = { type: 'HopCompleted', statistics: null } as const;
  // The target's own word: its node saw the domain run.
  if (ready !== null) told.push({ at: ready, event: { ...completed, attestedBy: 'destination', ...target } });
  if (sourceNode !== null)
    told.push({ at: endTimestamp, event: { ...completed, attestedBy: 'source', host: sourceNode, name } });
  return told;
};

const ofInstance = ({ metadata, spec, status }: Instance, id: string | null): Understood => {
  const host = status?.nodeName ?? null;
  if (status == null || host === null || !isHostName(host)) return ignored(id, 'it runs on no node');
  const name = domainName(metadata.namespace, metadata.name);
  const told = lifeOf(status, { host, name });
  const { phase, machine, launcherContainerImageVersion, migrationState } = status;
  const raw = {
    kind: 'VirtualMachineInstance',
    ...metadata,
    phase,
    machineType: machine?.type ?? null,
    launcherImage: launcherContainerImageVersion ?? null,
    migrationState: migrationState ?? null,
  };
  const reports = withIds(metadata.uid ?? name, told);
  const uuid = spec?.domain?.firmware?.uuid?.toLowerCase();
  const nodes = [host, migrationState?.sourceNode, migrationState?.targetNode].filter(
    (node): node is string => node != null && isHostName(node),
  );
  if (uuid === undefined) return { id, reading: { kind: 'named', name, hosts: nodes, reports, raw } };
  const names = [...new Set(nodes)].map((node) => ({ host: node, name }));
  return { id, reading: { kind: 'reports', uuid, reports, names, raw } };
};

interface Where {
  readonly host: string;
  readonly name: string;
}

/**
 * The machine type is that of the domain as libvirt runs it, alias resolved (`updateMachineType` in virt-handler), and
 * stays the same over hops. One that is no name of a machine type is none: the rest of the object holds all the same.
 */
const factsOf = ({ machine }: NonNullable<Instance['status']>) => {
  const { data } = machineTypeName.safeParse(machine?.type);
  return { ...UNTOLD, ...(data === undefined ? {} : { machineType: data }) };
};

/**
 * A guest that never migrated was booted cold where it is. After a hop, only that it runs there is sure: the object
 * keeps the last hop alone.
 */
const lifeOf = (status: NonNullable<Instance['status']>, where: Where): readonly Told[] => {
  const { phase, reason, migrationState: hop, phaseTransitionTimestamps: times } = status;
  const running = times.get('Running') ?? null;
  const seen = hop == null ? running : seenBy(hop, where.host);
  const type = hop == null ? 'VmLaunched' : 'VmAdopted';
  const told: Told[] = seen === null ? [] : [{ at: seen, event: { type, ...where, ...factsOf(status) } }];
  const ended = phase === null ? null : (times.get(phase) ?? null);
  // The node was not heard of any more: the guest may run on.
  const isGuess = reason === 'NodeUnresponsive';
  if (ended !== null && !isGuess && (phase === 'Succeeded' || phase === 'Failed'))
    told.push({
      at: ended,
      event: { type: 'VmStopped', reason: phase === 'Succeeded' ? 'shutdown' : 'unknown', ...where },
    });
  return told;
};

/** When the last hop shows the guest on this node: after it, or, where it failed, before. */
const seenBy = (hop: MigrationState, host: string): string | null => {
  if (hop.completed === true && hop.failed !== true) return hop.targetNode === host ? hop.endTimestamp : null;
  return hop.sourceNode === host ? hop.startTimestamp : null;
};

/** By what is told: an object that comes again says it under the same ids. */
const withIds = (key: string, told: readonly Told[]): readonly SourceReport[] =>
  told.map(({ event, at }) => ({
    id: eventId('kubevirt', key, event.type, event.host, at ?? '', JSON.stringify(event)),
    event,
    at,
  }));

const ignored = (id: string | null, why: string): Understood => ({ id, reading: { kind: 'ignored', why } });
