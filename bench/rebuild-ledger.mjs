/**
 * A synthetic ledger for the benchmarks of the views: VMs as libvirt's hooks and event lines report them. Lives go on
 * side by side, so a VM's events are far apart in the log, as they are in a fleet's.
 */
import { createHash } from 'node:crypto';

const BUILDS = ['8.0.0', '8.2.2', '10.0.2', '10.0.13'];
const HOSTS = 50;
const EPOCH = Date.UTC(2025, 0, 1);
const AT_ONCE = 200;

const hostOf = (n) => `host-${String(n % HOSTS).padStart(3, '0')}`;
export const uuidOf = (n) => {
  const hex = createHash('sha256').update(`vm ${n}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/**
 * Twelve devices, as a plain Linux guest of libvirt has them; with a `variety` above one, so many configurations, of up to
 * eleven disks more and with other numbers of interrupt vectors.
 */
const configuration = (n, variety) => {
  const variant = Math.floor(n / 4) % variety;
  const disks = Array.from({ length: variant % 12 }, (_, i) => ({
    alias: `virtio-disk${i + 1}`,
    qomType: 'virtio-blk-pci',
    address: `0000:00:${(i + 8).toString(16).padStart(2, '0')}.0`,
    properties: { 'write-cache': 'on' },
  }));
  const vectors = String(10 + 2 * Math.floor(variant / 12));
  const port = (i) => ({
    alias: `pci.${i}`,
    qomType: 'pcie-root-port',
    address: `0000:00:02.${i - 1}`,
    properties: { port: String(15 + i), chassis: String(i), multifunction: i === 1 ? 'on' : 'off' },
  });
  const behind = (i, alias, qomType, properties = {}) => ({
    alias,
    qomType,
    address: `0000:0${i}:00.0`,
    properties,
  });
  return {
    machineType: ['pc-q35-5.2', 'pc-q35-7.2', 'pc-q35-8.0', 'pc-q35-10.0'][n % 4],
    devices: [
      ...[1, 2, 3, 4, 5, 6].map(port),
      behind(1, 'net0', 'virtio-net-pci', { mac: '52:54:00:12:34:56', mq: 'on', vectors }),
      behind(2, 'virtio-disk0', 'virtio-blk-pci', { bootindex: '1', 'write-cache': 'on' }),
      behind(3, 'scsi0', 'virtio-scsi-pci'),
      behind(4, 'virtio-serial0', 'virtio-serial-pci'),
      behind(5, 'balloon0', 'virtio-balloon-pci', { 'free-page-reporting': 'on' }),
      behind(6, 'rng0', 'virtio-rng-pci'),
      ...disks,
    ],
    globals: [],
    cpu: { mode: 'host-model', model: 'Skylake-Server', features: [{ name: 'vmx', policy: 'disable' }] },
    accelerator: 'kvm',
  };
};

/** Steps of one life: born, reset, moved, reset, moved on, stopped, and again. `perVm` of them. */
function* life(n, variety) {
  for (let cycle = 0; ; cycle += 1) {
    const [a, b, c] = [hostOf(n + cycle), hostOf(n + cycle + 7), hostOf(n + cycle + 13)];
    const name = `vm-${n}`;
    const started = (host) => ({
      type: 'ProcessStarted',
      host,
      name,
      build: null,
      configuration: configuration(n, variety),
      kernel: null,
    });
    yield { type: 'ProcessPrepared', host: a, name, phase: 'start' };
    yield started(a);
    yield { type: 'GuestReset', host: a, name, reason: 'guest-reset' };
    for (const [from, to] of [
      [a, b],
      [b, c],
    ]) {
      yield {
        type: 'HopPrepared',
        host: to,
        name,
        via: 'migration',
        configuration: configuration(n, variety),
      };
      yield { type: 'ProcessPrepared', host: to, name, phase: 'start' };
      yield started(to);
      yield { type: 'HopCompleted', host: to, name, attestedBy: 'destination', statistics: null };
      yield {
        type: 'HopCompleted',
        host: from,
        name,
        attestedBy: 'source',
        statistics: { totalMs: 4_100, downtimeMs: 120, transferredBytes: 2_147_483_648 },
      };
      yield { type: 'GuestReset', host: to, name, reason: 'guest-reset' };
    }
    yield { type: 'VmStopped', host: c, name, reason: 'shutdown' };
  }
}

const stored = ({ type, ...data }, uuid, at) => {
  const occurredAt = new Date(at).toISOString();
  const id = createHash('sha256').update(`${uuid}${occurredAt}${type}${data.host}`).digest('hex');
  return {
    id: `${id.slice(0, 8)}-${id.slice(8, 12)}-8${id.slice(13, 16)}-8${id.slice(17, 20)}-${id.slice(20, 32)}`,
    type,
    data,
    metadata: {
      schemaVersion: 1,
      occurredAt,
      clockSkewMs: 12,
      actor: `host:${data.host}`,
      tool: 'libvirt-hook',
      correlationId: uuid,
      causationId: null,
      report: { argv: [data.name, 'started', 'begin', '-'] },
    },
  };
};

/** Appends a report of each host, then `perVm` events of each of `vms`, launched in `variety` ways. @returns how many events */
export async function fillLedger(ledger, { vms, perVm, variety = 1 }) {
  for (let n = 0; n < HOSTS; n += 1) {
    const host = hostOf(n);
    const report = {
      type: 'HostReported',
      host,
      builds: [{ version: BUILDS[n % BUILDS.length], package: null }],
      libvirt: '11.3.0',
      kernel: '6.12.0',
      vendor: 'GenuineIntel',
      machineTypes: null,
      cpu: null,
    };
    await ledger.append(`host-${host}`, 'no_stream', [stored(report, host, EPOCH)]);
  }
  const lives = Array.from({ length: vms }, (_, n) => ({ uuid: uuidOf(n), steps: life(n, variety) }));
  for (let step = 0; step < perVm; step += 1) {
    const at = EPOCH + (step + 1) * 3_600_000;
    for (let first = 0; first < vms; first += AT_ONCE) {
      await Promise.all(
        lives.slice(first, first + AT_ONCE).map(({ uuid, steps }, i) => {
          const event = stored(steps.next().value, uuid, at + first + i);
          return ledger.append(`vm-${uuid}`, step === 0 ? 'no_stream' : BigInt(step - 1), [event]);
        }),
      );
    }
  }
  return HOSTS + vms * perVm;
}
