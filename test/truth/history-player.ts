import type { Catalogue } from '../../src/domain/catalogue/catalogue.js';
import { askHop, type HopAnswered } from '../../src/domain/hop/ask.js';
import type { Build } from '../../src/domain/qemu/build.js';
import type { LaunchConfiguration } from '../../src/domain/qemu/device.js';
import { deriveVm, knowing } from '../../src/domain/vm/derive.js';
import type { Recorded } from '../../src/domain/vm/envelope.js';
import type { VmEvent } from '../../src/domain/vm/events.js';
import type { Vm } from '../../src/domain/vm/vm.js';
import { aliasOf, buildOf, busesOf, configurationOf, deviceOf, type History, type Step } from './history.js';

/** What is compared, one thing at a time. */
export interface Check {
  readonly step: number;
  readonly what: string;
  readonly predicted: string;
  readonly real: string;
}

/** Plays one history through the fold, asking before each hop what will happen. */
export const play = (history: History, catalogue: Catalogue): readonly Check[] => {
  const knowledge = knowing(catalogue);
  const events: Recorded[] = [];
  const checks: Check[] = [];
  let now = Date.parse('2026-01-01T00:00:00Z');
  let processes = 0;
  let host = '';
  let devices: readonly Readonly<Record<string, string>>[] = [];
  const push = (data: VmEvent): void => {
    now += 1000;
    const at = new Date(now).toISOString();
    const metadata = {
      schemaVersion: 1,
      occurredAt: at,
      clockSkewMs: null,
      actor: 't',
      tool: 't',
      correlationId: '',
      causationId: null,
      report: null,
    };
    events.push({
      id: `${history.id}-${events.length}`,
      data,
      metadata,
      recordedAt: at,
      position: '',
      revision: 0n,
    });
  };
  const ask = (
    build: Build,
    configuration: LaunchConfiguration,
    via: 'migration' | 'restore',
    savedState: string | null,
  ): HopAnswered =>
    askHop({
      uuid: history.id,
      events,
      knowledge,
      destination: { host: null, build, libvirt: null, machineTypes: null },
      configuration,
      via,
      savedState,
      at: now,
    });
  for (const [index, step] of history.steps.entries()) {
    const on = (name: string): { host: string; name: null } => ({ host: name, name: null });
    switch (step.do) {
      case 'launch': {
        if (step.result !== 'ok' || step.build === undefined) break;
        host = `p${(processes += 1)}`;
        devices = step.devices ?? [];
        push({
          type: 'VmLaunched',
          ...on(host),
          build: buildOf(step.build),
          configuration: configurationOf(history.machine, devices, step.globals ?? []),
          kernel: null,
        });
        break;
      }
      case 'hop':
      case 'restore': {
        const target = step.do === 'hop' ? step.to : step.build;
        if (target === undefined) break;
        const via = step.do === 'hop' ? 'migration' : 'restore';
        const build = buildOf(target);
        const savedState = step.do === 'restore' ? (step.name ?? null) : null;
        const configuration = configurationOf(history.machine, step.devices ?? [], step.globals ?? []);
        const answered = ask(build, configuration, via, savedState);
        const real = outcomeOf(step);
        if (real !== null)
          checks.push({
            step: index,
            what: `${step.do} → ${target.version}`,
            predicted: predictionOf(answered),
            real,
          });
        const destination = `p${(processes += 1)}`;
        push({ type: 'HopPrepared', ...on(destination), via, configuration });
        if (step.result === 'ok') {
          if (via === 'restore')
            push({
              type: 'StateRestored',
              ...on(destination),
              build,
              configuration,
              kernel: null,
              savedState,
              fromVm: null,
            });
          else {
            push({ type: 'HopStarted', ...on(destination), build, configuration, kernel: null, via });
            push({ type: 'HopCompleted', ...on(destination), attestedBy: 'destination', statistics: null });
            push({ type: 'HopCompleted', ...on(host), attestedBy: 'source', statistics: null });
          }
          host = destination;
          const before = new Set(devices.map(({ id }) => id));
          devices = step.devices ?? [];
          // QEMU takes a device that the source has not, silently: it is made anew by the destination.
          for (const extra of devices.filter(({ id }) => !before.has(id))) {
            const device = configuration.devices.find(
              ({ alias }) => alias === aliasOf(extra, busesOf(devices)),
            );
            if (device !== undefined) push({ type: 'DevicePlugged', ...on(host), device });
          }
        } else {
          push({ type: 'HopStarted', ...on(destination), build, configuration, kernel: null, via });
          push({ type: 'HopFailed', ...on(destination), error: errorOf(step) });
        }
        break;
      }
      case 'reset':
        push({ type: 'GuestReset', ...on(host), reason: null });
        if (step.result === 'crash') push({ type: 'VmStopped', ...on(host), reason: 'crashed' });
        break;
      case 'plug':
        if (step.result === 'ok' && step.device !== undefined) {
          devices = [...devices, step.device];
          const buses = busesOf(devices);
          push({ type: 'DevicePlugged', ...on(host), device: deviceOf(step.device, buses) });
        }
        break;
      case 'unplug': {
        const gone = devices.find(({ id }) => id === step.id);
        const buses = busesOf(devices);
        if (gone !== undefined) push({ type: 'DeviceUnplugged', ...on(host), alias: aliasOf(gone, buses) });
        break;
      }
      case 'save':
        if (step.result === 'ok') {
          push({ type: 'StateSaved', ...on(host), savedState: step.name ?? null, stopped: false });
        }
        break;
      case 'poweroff':
        push({ type: 'VmStopped', ...on(host), reason: 'destroyed' });
        break;
    }
    if (step.observed !== undefined)
      checks.push(...compare(index, step, deriveVm(history.id, events, knowledge), devices));
  }
  return checks;
};

const errorOf = (step: Step): string =>
  typeof step.error === 'string' ? step.error : (step.error ?? []).join('\n');

/** What really happened, as far as the two behaviours at hand decide it; null: something else decided. */
const outcomeOf = (step: Step): string | null => {
  const error = errorOf(step);
  if (step.result === 'ok') return 'loads';
  if (/i=0x10a|vring\.num/.test(error)) return 'refused';
  if (error.includes("x-pcie-err-unc-mask' not found")) return 'does not start';
  return null;
};

const predictionOf = ({ assessment }: HopAnswered): string => {
  if (assessment === null) return 'no answer';
  if (assessment.removals.length > 0) return 'does not start';
  const kinds = new Set(assessment.reasons.map(({ kind }) => kind));
  if (kinds.has('needs-override') || kinds.has('refused')) return 'refused';
  if (kinds.has('value-unknown') || kinds.has('acceptance-unknown')) return 'unknown';
  return kinds.has('machine-type-missing') ? 'no machine type' : 'loads';
};

const compare = (
  index: number,
  step: Step,
  vm: Vm,
  devices: readonly Readonly<Record<string, string>>[],
): readonly Check[] => {
  const buses = busesOf(devices);
  const carried = (id: string, behaviour: string): Vm['carried'][number] | undefined => {
    const device = devices.find((candidate) => candidate['id'] === id);
    const alias = device === undefined ? id : aliasOf(device, buses);
    return vm.carried.find((value) => value.alias === alias && value.behaviour === behaviour);
  };
  const aer = Object.entries(step.observed?.aer ?? {}).map(([id, register]) => ({
    step: index,
    what: `AER of ${id}`,
    predicted: carried(id, 'pcie-err-unc-mask')?.value ?? 'none',
    real: register === '0x02400000' ? 'on' : register === '0x00000000' ? 'off' : register,
  }));
  const rings = (
    observed: Readonly<Record<string, readonly number[]>> | undefined,
    field: 'value' | 'latent',
  ): readonly Check[] =>
    Object.entries(observed ?? {}).map(([id, sizes]) => ({
      step: index,
      what: `queues of ${id}, ${field}`,
      predicted: carried(id, 'virtio-queue-size-1024')?.[field] ?? 'none',
      real: sizeOf(
        sizes,
        devices.find((device) => device['id'] === id),
      ),
    }));
  return [...aer, ...rings(step.observed?.vring, 'value'), ...rings(step.observed?.vring_default, 'latent')];
};

/** A device whose own size is 1024 does not occur in the data. */
const sizeOf = (sizes: readonly number[], device: Readonly<Record<string, string>> | undefined): string => {
  const [first] = sizes;
  const asked = device?.['queue-size'] ?? device?.['virtqueue_size'];
  if (asked !== undefined && String(first) === asked) return asked;
  return sizes.every((size) => size === 1024) ? '1024' : 'own';
};
