import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseVirshEvents } from '../../src/intake/libvirt/events.js';
import { readHookReport } from '../../src/intake/libvirt/hook-report.js';
import { startServer, type RunningServer } from '../e2e/running-server.js';
import { hostReports } from './fleet.js';
import { STEPS, type Condition } from './steps.js';
import { syntheticVm } from './synthetic-vm.js';

const SEED = 20_261_121;
const fleet = Array.from({ length: 300 }, (_, n) => syntheticVm(SEED, n));
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

describe('a synthetic VM', () => {
  it('is the same for the same seed and number, and another for any other', () => {
    expect(syntheticVm(SEED, 7)).toEqual(fleet[7]);
    expect(new Set(fleet.map(({ uuid }) => uuid)).size).toBe(fleet.length);
    expect(syntheticVm(SEED + 1, 7).uuid).not.toBe(fleet[7]?.uuid);
  });

  it('lives through 10 to 40 deliveries and 1 to 4 hops, some of them refused', () => {
    const lengths = fleet.map(({ deliveries }) => deliveries.length);
    expect([Math.min(...lengths) >= 10, Math.max(...lengths) <= 40]).toEqual([true, true]);
    const hops = fleet.map((vm) => vm.hops);
    expect([Math.min(...hops), Math.max(...hops)]).toEqual([1, 4]);
    const refused = sum(fleet.map(({ refusedHops }) => refusedHops));
    expect(refused).toBeGreaterThan(50);
    expect(refused).toBeLessThan(sum(hops) / 2);
  });

  it('names no other VM, and says nothing that the intake cannot read', () => {
    for (const { uuid, name, deliveries } of fleet.slice(0, 40)) {
      for (const { path, body } of deliveries) {
        if (path === '/v1/libvirt/hook') {
          expect(readHookReport(body)).toMatchObject({ uuid, name });
          continue;
        }
        const { events, unreadable } = parseVirshEvents(body.lines.join('\n'), body.host);
        expect(unreadable).toEqual([]);
        expect(new Set(events.map(({ domain }) => domain))).toEqual(new Set([name]));
      }
    }
  });

  it('can leave every condition', () => {
    const reached = new Set<Condition>(STEPS.map(({ to }) => to));
    for (const condition of reached) expect(STEPS.filter(({ from }) => from === condition)).not.toEqual([]);
  });
});

describe('what is derived of synthetic VMs', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer({ HOPLEDGER_LEDGER_ENGINE: 'memory' });
  });
  afterAll(() => server.stop());

  it('is where they are, and what they carry', async () => {
    const report = 'mutation ($input: ReportHostInput!) { reportHost(input: $input) { __typename } }';
    for (const input of hostReports()) await server.graphql(report, { input });
    const told = fleet.slice(0, 60);
    for (const { deliveries } of told) {
      for (const { path, body } of deliveries)
        expect(await server.post(path, body)).toMatchObject({ status: 200 });
    }
    const derived = await Promise.all(
      told.map(async ({ uuid }) => {
        const { vm } = await server.graphql<{ vm: Derived }>(
          `{ vm(uuid: "${uuid}") { uuid state tainted current { host } } }`,
        );
        return { uuid, state: vm.state.toLowerCase(), tainted: vm.tainted, host: vm.current?.host ?? null };
      }),
    );
    expect(derived).toEqual(told.map(({ uuid, truth }) => ({ uuid, ...truth })));
  }, 300_000);
});

interface Derived {
  readonly state: string;
  readonly tainted: boolean | null;
  readonly current: { readonly host: string } | null;
}
