import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { loadConfig } from '../runtime/config.js';
import type { Server } from '../runtime/server.js';
import { startFailure } from '../runtime/start-failure.js';
import { createHopledger } from '../start.js';
import { Client } from './client.js';
import { leaveOneRunning, QUERIES } from './left-running.js';
import { play, type Played } from './play.js';
import { loadRecording } from './recording.js';
import { answersReport, heading, row, summary } from './report.js';

const program = new Command('hopledger demo')
  .description(
    'Plays a recording of three real libvirt hosts through a real server and compares with the registers read in the guests.',
  )
  .option('--exit', 'end when done; status 0 only when everything agrees')
  .option('--port <number>', 'port to listen on', '0')
  .option(
    '--ledger <connection string>',
    'keep the ledger in an EventStoreDB (esdb://…), in a namespace of its own',
  )
  .parse();
const options = program.opts<{ exit?: boolean; port: string; ledger?: string }>();

const directory = await mkdtemp(join(tmpdir(), 'hopledger-demo-'));
const namespace = `hopledger-demo-${Date.now().toString(36)}`;
const server = await startOrExit(
  options.ledger === undefined
    ? {}
    : {
        HOPLEDGER_LEDGER_ENGINE: 'eventstoredb',
        HOPLEDGER_LEDGER_CONNECTION: options.ledger,
        HOPLEDGER_LEDGER_NAMESPACE: namespace,
      },
);
const end = async (code: number): Promise<void> => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
  process.exit(code);
};
process.once('SIGINT', () => void end(130));
process.once('SIGTERM', () => void end(143));

const url = await server.listen();
const recording = loadRecording();
const hosts = recording.hosts.map(
  ({ name, libvirt, qemu }) => `${name} (libvirt ${libvirt.version}, QEMU ${qemu.version})`,
);
const where = options.ledger === undefined ? 'a temporary directory' : `EventStoreDB, namespace ${namespace}`;
console.log(`hopledger listens on ${url}, its ledger in ${where}`);
console.log(`playing ${recording.operations.length} operations recorded on ${hosts.join(', ')}\n`);
console.log(heading());
const started = performance.now();
const played: Played[] = [];
const client = new Client(url);
for await (const one of play(client, recording)) {
  played.push(one);
  console.log(row(one));
}
console.log(
  `\nWhat the hook answered (p1 is pci.1 above; "+" lines are put into the domain XML):\n\n${answersReport(played)}`,
);
const { text, allAgree } = summary(played, (performance.now() - started) / 1000);
console.log(`\n${text}`);
console.log(allAgree ? 'Everything agrees.' : 'NOT everything agrees: see the table.');
await leaveOneRunning(client, recording);
if (options.exit === true) await end(allAgree ? 0 : 1);
else
  console.log(
    `\nA guest, web01, is left running on hosta, made up so that there is one to ask about.\n` +
      `\nThe server goes on at ${url}/graphql (a page to ask it: ${url}/graphiql). Ctrl-C ends it. Try:\n${QUERIES}`,
  );

async function startOrExit(ledger: Readonly<Record<string, string>>): Promise<Server> {
  try {
    return await createHopledger(
      loadConfig({
        HOPLEDGER_DATA_DIRECTORY: directory,
        HOPLEDGER_LISTEN_PORT: options.port,
        HOPLEDGER_LOG_LEVEL: 'warn',
        ...ledger,
      }),
    );
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    const { text, exitCode } = startFailure(error);
    console.error(text);
    process.exit(exitCode);
  }
}
