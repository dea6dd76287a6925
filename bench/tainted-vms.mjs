/**
 * A fleet for the benchmarks over HTTP: VMs born on QEMU 8.0.0, reset and twice refused by a newer host, some 30 events
 * each. One life is recorded through HTTP from what real hosts said (`src/demo/recording`); the others are copies of its
 * events in the ledger, under UUIDs of their own.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { load, startHopledger } from './server.mjs';

const UUID = '11111111-2222-4333-8444-000000000001';
/** Start; then reset and refused hop, twice; reset. */
const OPERATIONS = [2, 3, 7, 3, 7, 3];
const MINUTE_MS = 60_000;
const AT_ONCE = 100;

/** @returns their UUIDs, how many events each has, and domain XML of the hook calls to come */
export async function fillWithTaintedVms(folder, caller, count) {
  const { loadRecording } = await load('demo/recording.js');
  const recording = loadRecording();
  const server = await startHopledger(folder);
  for (const { name, qemu, libvirt, kernel } of recording.hosts) {
    const input = { idempotencyKey: name, host: name, builds: [qemu], libvirt: libvirt.version, kernel };
    input.occurredAt = recording.operations[0].at;
    const report = 'mutation ($input: ReportHostInput!) { reportHost(input: $input) { __typename } }';
    await caller.graphql(server.url, report, { input });
  }
  for (const [index, number] of OPERATIONS.entries()) {
    const { deliveries } = recording.operations[number - 1];
    for (const delivery of deliveries)
      await deliver(server.url, caller, recording, delivery, index * MINUTE_MS);
  }
  await server.end();
  const { uuids, events } = await copyInLedger(folder, count);
  return {
    uuids,
    events,
    migrateXml: recording.xml('005-hostb-vm1-migrate-begin.xml'),
    startedXml: recording.xml('015-hostb-vm1-start-begin.xml'),
  };
}

/** Domain XML of one of the VMs. */
export const uuidIn = (xml, uuid) => xml.replace(UUID, uuid);

/** Body of a hook call of one of the VMs. */
export const hookBody = (uuid, operation, xml, at) =>
  JSON.stringify({
    host: 'hostb',
    argv: ['vm1', operation, 'begin', '-'],
    xml: uuidIn(xml, uuid),
    at: new Date(at).toISOString(),
    id: randomUUID(),
  });

async function deliver(url, caller, recording, { kind, host, at, argv, xml, lines }, shiftMs) {
  const shifted = new Date(Date.parse(at) + shiftMs).toISOString();
  if (kind === 'hook') {
    const body = { host, argv, at: shifted, xml: recording.xml(xml) };
    await caller.post(`${url}/v1/libvirt/hook`, JSON.stringify(body));
    return;
  }
  const stamp = shifted.replace('T', ' ').replace('Z', '+0000');
  const moved = lines.map((line, index) => (index === 0 ? stamp + line.slice(28) : line));
  await caller.post(`${url}/v1/libvirt/events`, JSON.stringify({ host, lines: moved }));
}

async function copyInLedger(folder, count) {
  const { SqliteLedger } = await load('ledger/sqlite/sqlite-ledger.js');
  const ledger = await SqliteLedger.open({ path: join(folder, 'ledger.db') });
  const life = [];
  for await (const event of ledger.readStream(`vm-${UUID}`)) life.push(event);
  const text = JSON.stringify(life.map(({ id, type, data, metadata }) => ({ id, type, data, metadata })));
  const uuids = Array.from({ length: count }, () => randomUUID());
  for (let first = 0; first < count; first += AT_ONCE) {
    await Promise.all(
      uuids.slice(first, first + AT_ONCE).map((uuid) => {
        // Ids of events are what advice and its hop refer to each other by, so they change together.
        const copy = life.reduce(
          (json, { id }) => json.replaceAll(id, randomUUID()),
          text.replaceAll(UUID, uuid),
        );
        return ledger.append(`vm-${uuid}`, 'no_stream', JSON.parse(copy));
      }),
    );
  }
  await ledger.close();
  return { uuids, events: life.length };
}
