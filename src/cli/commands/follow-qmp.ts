import { readFile } from 'node:fs/promises';
import type { Cli } from '../cli.js';
import type { Client } from '../client/client.js';
import { isUuid } from '../client/find-vm.js';
import { openClient } from '../client/open-client.js';
import { CliCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { CliFailure, usageFailure } from '../failure.js';
import { wholeNumber } from '../options/texts.js';
import type { OutgoingEvent, SentOutcome } from '../follow/outbox.js';

interface FollowQmpOptions {
  readonly host: string;
  readonly vm: string;
  readonly name?: string;
  readonly pid?: number;
  readonly commandLine?: string;
  readonly once?: boolean;
  readonly migrationEvents: boolean;
  readonly interval: number;
  readonly buffer: number;
}

/** How long to go on sending after the end was asked for. */
const FLUSH_MS = 10_000;

/** `hopledger follow qmp`: a QEMU without libvirt. */
export const followQmpCommand = (cli: Cli): CliCommand =>
  new CliCommand('qmp')
    .description(
      'Follow a QEMU without libvirt over a QMP socket of its own: state now, then resets, hops, plugs and ends. While the server is away, events wait here',
    )
    .argument('<socket>', "QEMU's socket, of `-qmp unix:PATH,server=on,wait=off`; nobody else may use it")
    .requiredOption('--host <name>', 'the name under which this host reports')
    .requiredOption('--vm <uuid>', "the VM's UUID: `-uuid` should be the same on every host")
    .option('--name <name>', "the VM's name (default: of `-name`)")
    .option(
      '--pid <pid>',
      'the process: its command line tells how and with what it was started',
      wholeNumber,
    )
    .option('--command-line <file>', 'the same from a file, words as a shell takes them or ending in NUL')
    .option('--once', 'end with the process, instead of waiting for the next one on the socket')
    .option('--no-migration-events', "leave QEMU's migration capability `events` as it is, and ask instead")
    .option('--interval <ms>', 'how often to ask for what no event tells', wholeNumber, 1000)
    .option('--buffer <count>', 'most events that wait while the server is away', wholeNumber, 10_000)
    .examples(
      'hopledger follow qmp /run/web01.qmp --host hosta --vm 11111111-2222-4333-8444-000000000001 --pid $(cat /run/web01.pid)',
    )
    .action(async (socket: string, options: FollowQmpOptions, command: CliCommand) => {
      if (!isUuid(options.vm)) throw usageFailure(`--vm ${options.vm}: it must be a UUID`);
      if (options.pid !== undefined && options.commandLine !== undefined)
        throw usageFailure('--pid and --command-line exclude each other');
      const uuid = options.vm.toLowerCase();
      const client = openClient(cli, command);
      const [{ followQmp }, { Outbox }, { cloudEventOf }] = await Promise.all([
        import('../follow/follow-qmp.js'),
        import('../follow/outbox.js'),
        import('../follow/cloud-event-of.js'),
      ]);
      const note = (text: string): void => cli.err.line(text);
      const launch = await launchCommand(options);
      if (launch?.doubt != null) note(`the configuration stays unknown: ${launch.doubt}`);
      const outbox = new Outbox({ send: (events) => send(client, events), most: options.buffer, note });
      const ending = new AbortController();
      const end = (): void => ending.abort();
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
      try {
        await followQmp({
          socket,
          host: options.host,
          uuid,
          name: options.name ?? null,
          command: launch,
          migrationEvents: options.migrationEvents,
          once: options.once ?? false,
          intervalMs: options.interval,
          signal: ending.signal,
          note,
          tell: (told) => {
            const event = cloudEventOf(told, uuid);
            cli.out.line(`${String(event['time'])}  ${event.type}`);
            outbox.push(event);
          },
        });
      } finally {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, end);
        if (!(await outbox.flush(FLUSH_MS))) {
          note(`${outbox.size} events were not sent: the server did not take them`);
          cli.exitCode = EXIT.UNREACHABLE;
        }
      }
    });

const launchCommand = async ({ pid, commandLine }: FollowQmpOptions) => {
  if (pid === undefined && commandLine === undefined) return null;
  const { readLaunchCommand } = await import('../../intake/qmp/launch-command.js');
  const file = commandLine ?? `/proc/${String(pid)}/cmdline`;
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CliFailure(`${file} cannot be read`, {
      cause,
      advice: 'is the process still there, and may you see it?',
    });
  });
  return readLaunchCommand(text);
};

const send = async (client: Client, events: readonly OutgoingEvent[]): Promise<SentOutcome> =>
  (await client.post('v1/events', {
    body: JSON.stringify(events),
    contentType: 'application/cloudevents-batch+json',
    search: { sentAt: new Date().toISOString() },
  })) as SentOutcome;
