import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { migrate, start, stateOf } from './guest-life.js';
import type { Guest } from './guest.js';
import { installKit } from './installed-kit.js';
import { until, type LabHost } from './lab-host.js';
import { labRequirements, sayWhySkipped } from './lab-requirements.js';
import { LibvirtLab } from './libvirt-lab.js';
import { confirmations, recordedEvents, recordedLife, upstreamVersion } from './recorded-life.js';

const found = await labRequirements('older', 'fixed');
if (typeof found === 'string') sayWhySkipped(found);
jest.setTimeout(300_000);

const traveller: Guest = { name: 'traveller', uuid: '0b0e1c3a-53d3-4be1-9a50-6d4f0a6c2001' };
const early: Guest = { name: 'early', uuid: '0b0e1c3a-53d3-4be1-9a50-6d4f0a6c2002', idle: true };

// skipped where the lab cannot be
(typeof found === 'string' ? describe.skip : describe)('what a hook alone does not say', () => {
  let lab: LibvirtLab;
  let older: LabHost;
  let newer: LabHost;
  const followers: ChildProcess[] = [];

  const told = async (guest: Guest, type: string): Promise<number> =>
    (await recordedEvents(lab.server, guest)).filter((event) => event.type === type).length;
  const life = async (guest: Guest): Promise<string> =>
    (await recordedLife(lab.server, guest))?.state ?? 'unheard of';

  beforeAll(async () => {
    if (typeof found === 'string') throw new Error(found);
    lab = await LibvirtLab.open({ older: found.older, newer: found.fixed });
    older = lab.host('older');
    newer = lab.host('newer');
    await start(newer, early);
    for (const host of [older, newer]) {
      await installKit(host, lab.server, { follow_interval: '1' });
      followers.push(host.spawn('/var/log/follow.log', 'hopledger-host', 'follow'));
    }
  }, 300_000);
  afterAll(() => lab.close());

  it('tells of a guest that was there before the kit', async () => {
    await until('the running guest', async () => (await life(early)) === 'RUNNING');
    expect((await recordedLife(lab.server, early))?.processes).toEqual([
      `newer ${upstreamVersion(newer.place.root)}`,
    ]);
  });

  it('tells of a reset that keeps the process', async () => {
    await start(older, traveller);
    await older.virsh('reset', traveller.name);
    await until('the reset', async () => (await told(traveller, 'GuestReset')) > 0);
  });

  it('tells of an arrival, attested by both ends, though the libvirt of the source gives no reason for an end', async () => {
    expect(await migrate(older, newer, traveller)).toMatchObject({ status: 0 });
    await until('both ends', async () => (await confirmations(lab.server, traveller))[0]?.length === 2);
    expect((await recordedLife(lab.server, traveller))?.hops).toEqual(['older > newer COMPLETED SAFE']);
  });

  it('outlives a restart of libvirtd, and tells of a reset after that', async () => {
    const before = await told(traveller, 'GuestReset');
    await newer.stopLibvirtd();
    await newer.startLibvirtd();
    expect(await stateOf(newer, traveller)).toBe('running');
    await until('the follower to be there again', async () => {
      await newer.virsh('reset', traveller.name);
      return (await told(traveller, 'GuestReset')) > before;
    });
    expect(followers.map(({ exitCode }) => exitCode)).toEqual([null, null]);
    expect(await life(traveller)).toBe('RUNNING');
  });

  it('is right about a guest that died while libvirtd was away', async () => {
    const pid = newer.read(`/run/libvirt/qemu/${early.name}.pid`).trim();
    await newer.stopLibvirtd('KILL');
    await newer.mustRun('/bin/kill', '-KILL', pid);
    await newer.startLibvirtd();
    await until('its end', async () => (await life(early)) === 'STOPPED');
    expect(await life(traveller)).toBe('RUNNING');
  });

  it('leaves the doctor nothing to mend, until the token is that of another host', async () => {
    const examined = await newer.run('hopledger-host', 'doctor');
    expect(examined.out).not.toContain('WRONG');
    expect(examined.status).toBe(0);
    newer.write('/etc/hopledger/token', `${lab.server.tokenOf('older')}\n`, 0o600);
    const { status, out } = await newer.run('hopledger-host', 'doctor');
    expect([status, out]).toEqual([1, expect.stringContaining('WRONG the token may not report for newer')]);
  });
});
