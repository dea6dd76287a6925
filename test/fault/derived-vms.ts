import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostReports } from '../synthetic/fleet.js';
import type { SyntheticVm } from '../synthetic/synthetic-vm.js';
import { Clients } from './server-clients.js';
import { ServerProcess } from './server-process.js';

export const reportHosts = async (server: ServerProcess): Promise<void> => {
  const report = 'mutation ($input: ReportHostInput!) { reportHost(input: $input) { __typename } }';
  for (const input of hostReports()) await server.graphql(report, { input });
};

/** All that a server derives of VMs, but for ids of events and what hopledger answered at the time. */
export const derivedVms = (server: ServerProcess, vms: readonly SyntheticVm[]): Promise<readonly unknown[]> =>
  Promise.all(
    vms.map(({ uuid }) =>
      server.graphql(
        `query ($uuid: UUID!) { vm(uuid: $uuid) { name names state tainted current { id }
           processes(first: 30) { nodes { id host origin attested openedAt endedAt endReason powerCycle } }
           hops(first: 30) { nodes { id via outcome gap confirmedBy startedAt endedAt } }
           savedStates(first: 30) { nodes { id savedAt host } }
           taints(first: 30) { nodes { alias behaviourId value certainty } }
           leftovers(first: 30) { nodes { alias property host at } } } }`,
        { uuid },
      ),
    ),
  );

/** The same of one server that nothing happens to. */
export const derivedByOne = async (
  main: string,
  vms: readonly SyntheticVm[],
  clients: number,
): Promise<readonly unknown[]> => {
  const directory = await mkdtemp(join(tmpdir(), 'hopledger-server-undisturbed-'));
  const server = await ServerProcess.start(main, directory, { HOPLEDGER_LEDGER_ENGINE: 'memory' });
  try {
    await reportHosts(server);
    await new Clients(server.url).send(vms, clients);
    return await derivedVms(server, vms);
  } finally {
    await server.kill();
    await rm(directory, { recursive: true, force: true });
  }
};
