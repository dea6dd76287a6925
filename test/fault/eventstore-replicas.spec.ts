import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { syntheticVm, type SyntheticVm } from '../synthetic/synthetic-vm.js';
import { derivedByOne, derivedVms } from './derived-vms.js';
import { ReplicaStand } from './replica-stand.js';
import { Clients } from './server-clients.js';
import { halfWrittenHops, misplacedCalls, missingLines, unexpectedEvents } from './server-ledger.js';
import type { ServerProcess } from './server-process.js';

const SEED = 77;
const CLIENTS = 12;
/** Bytes that a file may have beyond the log: views need more. */
const ROOM = 1024 * 1024;
const fleet = (from: number, count: number): readonly SyntheticVm[] =>
  Array.from({ length: count }, (_, n) => syntheticVm(SEED, from + n, { deliveries: 8 }));

const RESET = `mutation ($input: RecordGuestResetInput!) {
  recordGuestReset(input: $input) { ... on Recorded { position } ... on Problem { code message } }
}`;
const VM =
  'query ($at: Position, $name: String) { vms(filter: { name: $name }, atLeast: $at) { nodes { uuid } } }';

/** Records something of a new VM. @returns its name and the token to read it with */
const write = async (replica: ServerProcess): Promise<{ readonly name: string; readonly at: string }> => {
  const name = `guest-${randomUUID()}`;
  const input = { idempotencyKey: name, uuid: randomUUID(), name, host: 'hosta-01' };
  const { recordGuestReset } = await replica.graphql<{ recordGuestReset: { position: string } }>(RESET, {
    input,
  });
  return { name, at: recordGuestReset.position };
};
const shows = async (
  replica: ServerProcess,
  { name, at }: { name: string; at: string },
): Promise<boolean> => {
  const { vms } = await replica.graphql<{ vms: { nodes: readonly unknown[] } }>(VM, { at, name });
  return vms.nodes.length === 1;
};
/** The body of a hook call: the VM has started under a name. */
const started = (name: string, uuid: string, at: string): object => ({
  host: 'hosta-01',
  argv: [name, 'started', 'begin', '-'],
  xml: `<domain type='kvm'><name>${name}</name><uuid>${uuid}</uuid><os><type machine='pc-q35-7.2'>hvm</type></os></domain>`,
  at,
});
const readiness = async (
  replica: ServerProcess,
): Promise<{ readonly status: number; readonly text: string }> => {
  const response = await fetch(`${replica.url}/health/ready`);
  return { status: response.status, text: await response.text() };
};
const until = async (condition: () => Promise<boolean>): Promise<void> => {
  const latest = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > latest) throw new Error('it does not come to that');
    await setTimeout(100);
  }
};

describe('two hopledgers on one EventStoreDB (stand-in)', () => {
  let stand: ReplicaStand;
  beforeAll(async () => {
    stand = await ReplicaStand.start();
  }, 300_000);
  afterAll(() => stand.close());

  it('show at one what was written at the other, to whoever brings the position of it', async () => {
    for (let again = 0; again < 20; again += 1) {
      const [writer, reader] = again % 2 === 0 ? [0, 1] : [1, 0];
      expect(await shows(stand.replica(reader), await write(stand.replica(writer)))).toBe(true);
    }
  }, 300_000);

  it('say so when one is not as far in time, and show it when it is', async () => {
    stand.networks[1]?.silence();
    const written = await write(stand.replica(0));
    await expect(shows(stand.replica(1), written)).rejects.toThrow('POSITION_NOT_REACHED');
    expect(await shows(stand.replica(0), written)).toBe(true);
    stand.networks[1]?.recover();
    await until(() => shows(stand.replica(1), written).catch(() => false));
  }, 300_000);

  it('derive what one derives when requests go to any of them, and leave no line without its VM', async () => {
    const vms = fleet(2_000, 40);
    const clients = new Clients(...stand.replicas.map(({ url }) => url));
    await clients.send(vms, CLIENTS);
    let left = await stand.left();
    const aside = [...left.byId.values()].filter(({ type }) => type === 'DomainEventUnclaimed');
    expect(aside).not.toEqual([]);
    await until(async () => {
      left = await stand.left();
      return missingLines(clients.acknowledged, left, false).length === 0;
    });
    expect(left.byId.size).toBe(left.events.length);
    expect(misplacedCalls(clients.acknowledged, left)).toEqual([]);
    expect(unexpectedEvents(clients.acknowledged, vms, left)).toEqual([]);
    const byOne = await derivedByOne(stand.main, vms, CLIENTS);
    for (const replica of stand.replicas) expect(await derivedVms(replica, vms)).toEqual(byOne);
  }, 300_000);

  it('record what was put aside at one when the report that names the VM comes to the other', async () => {
    const [name, uuid] = [`guest-${randomUUID()}`, randomUUID()];
    const reboot = `2026-11-21 08:00:05.000+0000: event 'reboot' for domain '${name}'`;
    await stand.replica(0).post('/v1/libvirt/events', { host: 'hosta-01', lines: [reboot] });
    await stand.replica(1).post('/v1/libvirt/hook', started(name, uuid, '2026-11-21T08:00:10.000Z'));
    await until(async () => {
      const types = (await stand.left()).streams.get(`vm-${uuid}`)?.map(({ type }) => type) ?? [];
      return types.includes('GuestReset');
    });
  }, 300_000);

  it('mean by a name what the host last said at any of them', async () => {
    const [a, b] = [stand.replica(0), stand.replica(1)];
    const [name, before, now] = [`guest-${randomUUID()}`, randomUUID(), randomUUID()];
    await a.post('/v1/libvirt/hook', started(name, before, '2026-11-21T08:00:10.000Z'));
    const told = await b.post('/v1/libvirt/hook', started(name, now, '2026-11-21T08:00:20.000Z'));
    await a.graphql(VM, { name, at: told['position'] });
    const reboot = `2026-11-21 08:00:30.000+0000: event 'reboot' for domain '${name}'`;
    await a.post('/v1/libvirt/events', { host: 'hosta-01', lines: [reboot] });
    const { streams } = await stand.left();
    const typesOf = (uuid: string): unknown => streams.get(`vm-${uuid}`)?.map(({ type }) => type);
    expect([before, now].map(typesOf)).toEqual([['ProcessStarted'], ['ProcessStarted', 'GuestReset']]);
  }, 300_000);

  it('lose nothing of what one acknowledged that is killed under load', async () => {
    const vms = fleet(0, 80);
    const clients = new Clients(stand.replica(0).url);
    const sending = clients.send(vms, CLIENTS);
    for (const [dies, lives] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const target = clients.acknowledged.length + 120;
      while (clients.acknowledged.length < target && !clients.ended) await setTimeout(2);
      await stand.replica(dies).kill();
      clients.moveTo(stand.replica(lives).url);
      await stand.startReplica(dies);
    }
    await sending;
    const left = await stand.left();
    expect(clients.retries).toBeGreaterThan(0);
    expect(left.byId.size).toBe(left.events.length);
    expect(misplacedCalls(clients.acknowledged, left)).toEqual([]);
    expect(missingLines(clients.acknowledged, left, false)).toEqual([]);
    expect(unexpectedEvents(clients.acknowledged, vms, left)).toEqual([]);
    expect(halfWrittenHops(left)).toEqual([]);
    const at = left.events.at(-1)?.position;
    const fleets = await Promise.all(
      stand.replicas.map(async (replica) => {
        await replica.ready();
        return replica.graphql('query ($at: Position) { fleet(atLeast: $at) { vms tainted unknown } }', {
          at,
        });
      }),
    );
    expect(fleets[0]).toEqual(fleets[1]);
  }, 300_000);

  it('have all or nothing of what a client sent that died, and all of it once when it is sent again', async () => {
    const vms = fleet(1_000, 30);
    const dying = vms.flatMap(({ deliveries }) => deliveries);
    const die = async (path: string, body: string, sent: number): Promise<void> => {
      const call = request(stand.replica(0).url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      });
      const closed = new Promise((resolve) => call.on('close', resolve));
      call.on('error', () => undefined);
      call.write(body.slice(0, sent));
      await setTimeout(3);
      call.destroy();
      await closed;
    };
    for (const [index, { path, body }] of dying.entries()) {
      const text = JSON.stringify(body);
      await die(path, text, index % 3 === 0 ? text.length >> 1 : text.length);
    }
    const before = await stand.left();
    expect(halfWrittenHops(before)).toEqual([]);
    const clients = new Clients(stand.replica(1).url);
    await clients.send(vms, CLIENTS);
    const left = await stand.left();
    expect(left.byId.size).toBe(left.events.length);
    expect(misplacedCalls(clients.acknowledged, left)).toEqual([]);
    expect(missingLines(clients.acknowledged, left, false)).toEqual([]);
    expect(unexpectedEvents(clients.acknowledged, vms, left)).toEqual([]);
    expect(halfWrittenHops(left)).toEqual([]);
    const [some, all] = [before, left].map(({ events }) => events.length);
    // Some of what was sent whole was recorded, though nobody heard the answer; none of what was not.
    expect(clients.acknowledged.some(({ repeated }) => repeated)).toBe(true);
    expect(some).toBeLessThan(all ?? 0);
  }, 300_000);

  it('are not ready when they cannot reach the ledger, and are again when they can', async () => {
    const [cutOff, other] = [stand.replica(0), stand.replica(1)];
    stand.networks[0]?.silence();
    await until(async () => (await readiness(cutOff)).status === 503);
    expect(JSON.parse((await readiness(cutOff)).text)).toEqual({
      status: 'not ready',
      reasons: { ledger: expect.stringMatching(/^the ledger has not answered for \d+ s$/) },
    });
    expect((await readiness(other)).status).toBe(200);
    const written = await write(other);
    stand.networks[0]?.recover();
    await until(async () => (await readiness(cutOff)).status === 200);
    await until(() => shows(cutOff, written).catch(() => false));
  }, 300_000);

  // The limit on a process's files is set and lifted while it runs, with util-linux's prlimit.
  const itWithLimits = spawnSync('prlimit', ['--version']).status === 0 ? it : it.skip;
  itWithLimits(
    'go on when the disk of one is full: its views stand still, it is not ready, and it comes back',
    async () => {
      const [full, other] = [stand.replica(0), stand.replica(1)];
      const limit = (bytes: string): void => {
        execFileSync('prlimit', ['--pid', String(full.child.pid), `--fsize=${bytes}:`]);
      };
      // The log of the process is a file too, and must find room.
      limit(String(statSync(full.log).size + ROOM));
      const written = [];
      while ((await readiness(full)).status === 200) written.push(await write(full));
      expect((await readiness(full)).text).toContain('the views stand still');
      const last = await write(full);
      written.push(last);
      await expect(shows(full, last)).rejects.toThrow('POSITION_NOT_REACHED');
      for (const one of written) expect(await shows(other, one)).toBe(true);
      expect((await readiness(other)).status).toBe(200);
      limit('unlimited');
      await until(async () => (await readiness(full)).status === 200);
      for (const one of written) expect(await shows(full, one)).toBe(true);
    },
    240_000,
  );
});
