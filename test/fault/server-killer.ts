import { setTimeout } from 'node:timers/promises';
import type { Random } from '../synthetic/random.js';
import type { Clients } from './server-clients.js';
import type { ServerProcess } from './server-process.js';

export interface KillPlan {
  readonly kills: number;
  /** Acknowledgements that can be expected in all: the kills are spread over them. */
  readonly acknowledgements: number;
  readonly random: Random;
  readonly start: () => Promise<ServerProcess>;
}

/** How often it looks how far the clients are. */
const LOOK_MS = 2;

/**
 * Kills the server again and again while the clients send, and starts it each time. Mostly in full run; every third
 * time soon after its start, while it still reads the ledger and what clients kept to themselves comes all at once.
 * @returns the server that is left running; before all kills when the clients gave up
 */
export const killAgainAndAgain = async (
  first: ServerProcess,
  clients: Clients,
  { kills, acknowledgements, random, start }: KillPlan,
): Promise<ServerProcess> => {
  let server = first;
  for (let kill = 1; kill <= kills; kill += 1) {
    if (kill % 3 === 0) await setTimeout(random.between(0, 500));
    else {
      const before = ((kill - 1) * acknowledgements) / kills;
      const target = before + (random.between(10, 95) / 100) * (acknowledgements / kills);
      while (clients.acknowledged.length < target) {
        if (clients.ended) return server;
        await setTimeout(LOOK_MS);
      }
      await setTimeout(random.between(0, 20));
    }
    await server.kill();
    server = await start();
    clients.moveTo(server.url);
  }
  return server;
};
