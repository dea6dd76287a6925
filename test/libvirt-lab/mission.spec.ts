import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { migrate, logOf, queueSize, start, stateOf } from './guest-life.js';
import type { Guest } from './guest.js';
import { configureKit, deliver, installKit, kindsWaiting } from './installed-kit.js';
import type { LabHost } from './lab-host.js';
import { labRequirements, sayWhySkipped } from './lab-requirements.js';
import { LibvirtLab } from './libvirt-lab.js';
import { recordedEvents, recordedLife, reportedBuilds, upstreamVersion } from './recorded-life.js';

const found = await labRequirements('defect', 'fixed');
const defect = typeof found === 'string' ? '' : upstreamVersion(found.defect);
const fixed = typeof found === 'string' ? '' : upstreamVersion(found.fixed);
const skipped =
  typeof found === 'string'
    ? found
    : defect === '10.0.13' && fixed.startsWith('11.1.')
      ? undefined
      : `Debian no longer has the two QEMUs that do not agree, but ${defect} and ${fixed}`;
if (skipped !== undefined) sayWhySkipped(skipped);

jest.setTimeout(300_000);

const guest: Guest = {
  name: 'born-long',
  uuid: '0b0e1c3a-53d3-4be1-9a50-6d4f0a6c1001',
  idle: true,
  disk: true,
};
const control: Guest = { ...guest, name: 'control', uuid: '0b0e1c3a-53d3-4be1-9a50-6d4f0a6c1002' };

/**
 * Debian 13's QEMU 10.0.13 gives each virtio queue 1024 entries, and 11.1.3 takes no such queue but where the disk has
 * queue-size=1024: a defect of birth, in a release that is out there.
 */
// skipped where the lab cannot be
(skipped === undefined ? describe : describe.skip)('a guest that was born on a build with a defect', () => {
  let lab: LibvirtLab;
  let hosta: LabHost;
  let hostb: LabHost;
  let hostc: LabHost;
  const serverDown = async (during: () => Promise<void>): Promise<void> => {
    await lab.server.kill();
    try {
      await during();
    } finally {
      await lab.server.start();
    }
  };

  beforeAll(async () => {
    if (typeof found === 'string') throw new Error(found);
    const roots = { hosta: found.defect, hostb: found.fixed, hostc: found.fixed };
    lab = await LibvirtLab.open(roots);
    hosta = lab.host('hosta');
    hostb = lab.host('hostb');
    hostc = lab.host('hostc');
  }, 300_000);
  afterAll(() => lab.close());

  it('is refused by the next host where there is no hopledger', async () => {
    await start(hosta, control);
    const { status, err } = await migrate(hosta, hostb, control);
    expect(status).not.toBe(0);
    expect(err).toContain('load of migration failed');
    expect(logOf(hostb, control)).toContain('VQ 0 vring.num 1024 exceeds allocated max 256');
    await hosta.virsh('destroy', control.name);
  });

  it('goes to hosts with a kit from here on, each of which has told what its QEMU is', async () => {
    await Promise.all([hosta, hostb, hostc].map((host) => installKit(host, lab.server)));
    // Left from a libvirt before 6.5: this one calls the hook twice, and nothing below may show it.
    await hostb.mustRun('ln', '-s', 'qemu.d/50-hopledger', '/etc/libvirt/hooks/qemu');
    const label = (name: string): string[] => {
      const { root } = lab.host(name).place;
      return [`${upstreamVersion(root)} (Debian ${root.qemuPackage}) probed`];
    };
    expect(await reportedBuilds(lab.server)).toEqual({
      hosta: label('hosta'),
      hostb: label('hostb'),
      hostc: label('hostc'),
    });
  });

  it('is known after its birth, though the server was down then', async () => {
    await serverDown(async () => {
      await start(hosta, guest);
      expect(await kindsWaiting(hosta)).toEqual(['prepare', 'start', 'started']);
    });
    await deliver(hosta);
    expect(await kindsWaiting(hosta)).toEqual([]);
    expect(await recordedLife(lab.server, guest)).toMatchObject({
      state: 'RUNNING',
      tainted: true,
      bornOn: ['10.0.13'],
    });
  });

  it('keeps the time of its birth', async () => {
    const [launch] = (await recordedEvents(lab.server, guest)).filter(
      ({ type }) => type === 'ProcessStarted',
    );
    const restarted = Date.parse(launch?.recordedAt ?? '');
    expect(Date.parse(launch?.occurredAt ?? '')).toBeLessThan(restarted - 500);
  });

  it('goes to the next host, and nobody passes anything by hand', async () => {
    expect(await migrate(hosta, hostb, guest)).toMatchObject({ status: 0 });
    expect(await stateOf(hostb, guest)).toBe('running');
    expect(await queueSize(hostb, guest)).toBe(1024);
  });

  it('stays where it is while nobody can be asked, and virsh says why', async () => {
    // What the timer does: the host has heard of the guest before it is to take it.
    await deliver(hostc);
    await serverDown(async () => {
      const { status, err } = await migrate(hostb, hostc, guest);
      expect(status).not.toBe(0);
      expect(err).toContain('hopledger does not answer');
      expect(await stateOf(hostb, guest)).toBe('running');
    });
    await deliver(hosta, hostb, hostc);
  });

  it('goes on to a third host with a definition that was made anew, without what it had been given', async () => {
    expect(await migrate(hostb, hostc, guest, guest)).toMatchObject({ status: 0 });
    expect(await queueSize(hostc, guest)).toBe(1024);
  });

  it('goes back while the server is down, where that is the policy', async () => {
    configureKit(hostb, { unreachable_tainted: 'fail-open' });
    await serverDown(async () => {
      expect(await migrate(hostc, hostb, guest)).toMatchObject({ status: 0 });
      expect(await kindsWaiting(hostb)).toEqual(['migrate', 'prepare', 'start', 'started']);
      expect(await kindsWaiting(hostc)).toEqual(['stopped', 'release']);
    });
  });

  it('has a lineage that is complete and right once the hosts have delivered, in whatever order', async () => {
    await deliver(hostc, hostb);
    expect(await recordedLife(lab.server, guest)).toEqual({
      state: 'RUNNING',
      tainted: true,
      processes: ['hosta 10.0.13', `hostb ${fixed}`, `hostc ${fixed}`, `hostb ${fixed}`],
      hops: [
        'hosta > hostb COMPLETED NEEDS_OVERRIDES',
        // Refused on the host's own policy: asked for, and nothing came of it.
        'hostb > hostc PREPARED UNKNOWN',
        'hostb > hostc COMPLETED NEEDS_OVERRIDES',
        'hostc > hostb COMPLETED unasked',
      ],
      lineage: ['hosta > hostb', 'hostb > hostc', 'hostc > hostb'],
      bornOn: ['10.0.13'],
    });
  });

  it('is clean after a cold boot on a good build', async () => {
    await hostb.virsh('destroy', guest.name);
    await start(hostc, guest);
    expect(await queueSize(hostc, guest)).toBe(256);
    await deliver(hostb, hostc);
    expect(await recordedLife(lab.server, guest)).toMatchObject({
      tainted: false,
      bornOn: ['10.0.13', fixed],
    });
  });
});
