import type { IntakeType } from './event-types.js';

const UUID = '11111111-2222-4333-8444-000000000001';
const on = (host: string): Readonly<Record<string, unknown>> => ({ uuid: UUID, host, name: 'web01' });
const build = { version: '10.0.13', package: 'Debian 1:10.0.13+ds-0+deb13u1' };
const port = { alias: 'pci.1', qomType: 'pcie-root-port', address: '0000:00:01.0', properties: {} };
const configuration = {
  machineType: 'pc-q35-7.2',
  devices: [
    port,
    { alias: 'net0', qomType: 'e1000e', address: '0000:01:00.0', properties: { mac: '52:54:00:6b:10:01' } },
  ],
  globals: [],
  cpu: { mode: 'custom', model: 'Haswell', features: [{ name: 'vmx', policy: 'disable' }] },
  accelerator: 'kvm',
  exact: true,
};

/** What `data` of each type may be: shown in the reference, and checked against its schema. */
export const EXAMPLES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'hopledger.vm.launched': { ...on('hosta'), build, kernel: '6.12.48+deb13-amd64', configuration },
  'hopledger.vm.process_prepared': { ...on('hosta'), phase: 'start' },
  'hopledger.vm.process_started': { ...on('hosta'), build },
  'hopledger.vm.adopted': on('hosta'),
  'hopledger.hop.prepared': { ...on('hostb'), via: 'migration' },
  'hopledger.hop.started': { ...on('hostb'), via: 'migration', build },
  'hopledger.hop.completed': {
    ...on('hostb'),
    attestedBy: 'destination',
    statistics: { totalMs: 1840, downtimeMs: 57, transferredBytes: 734003200 },
  },
  'hopledger.hop.failed': { ...on('hostb'), error: 'load of migration failed: Invalid argument' },
  'hopledger.vm.guest_reset': { ...on('hosta'), reason: 'guest-reset' },
  'hopledger.vm.device_plugged': {
    ...on('hosta'),
    device: { alias: 'net1', qomType: 'e1000e', address: null, properties: {} },
  },
  'hopledger.vm.device_unplugged': { ...on('hosta'), alias: 'net1' },
  'hopledger.vm.state_saved': { ...on('hosta'), savedState: '/var/lib/saved/web01.img', stopped: true },
  'hopledger.vm.state_restored': { ...on('hosta'), savedState: '/var/lib/saved/web01.img', build },
  'hopledger.vm.stopped': { ...on('hosta'), reason: 'shutdown' },
  'hopledger.vm.value_observed': {
    ...on('hosta'),
    alias: 'pci.1',
    what: { kind: 'property', name: 'x-pcie-err-unc-mask' },
    value: 'on',
  },
  'hopledger.host.reported': {
    host: 'hosta',
    builds: [{ ...build, emulator: '/usr/bin/qemu-system-x86_64', probe: null }],
    libvirt: null,
    kernel: '6.12.48+deb13-amd64',
  },
};

/** A whole event of a type, in JSON. */
export const exampleOf = ({ type }: Pick<IntakeType, 'type'>): Readonly<Record<string, unknown>> => {
  const data = EXAMPLES[type];
  if (data === undefined) throw new Error(`no example of ${type}`);
  return {
    specversion: '1.0',
    id: '2026-11-20T09:14:55.220Z-1',
    source: `/hosts/${String(data['host'])}/example-agent`,
    type,
    ...(data['uuid'] === undefined ? {} : { subject: data['uuid'] }),
    time: '2026-11-20T09:14:55.220Z',
    datacontenttype: 'application/json',
    data,
  };
};
