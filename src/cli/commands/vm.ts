import type { Cli } from '../cli.js';
import { CliCommand } from '../command.js';
import { findVm } from '../client/find-vm.js';
import { openClient } from '../client/open-client.js';
import { asOf, type AsOf } from '../options/as-of.js';
import { readBehaviourWords, readVm } from '../vm/read-vm.js';
import { showVm } from '../vm/vm-text.js';

interface VmOptions {
  readonly asOf?: AsOf;
  readonly events?: boolean;
  readonly json?: boolean;
}

/** `hopledger vm`: one VM, all that is known of it. */
export const vmCommand = (cli: Cli): CliCommand =>
  new CliCommand('vm')
    .description(
      'One VM: where it runs and was born, what it carries and why, its hops, saved states and leftovers',
    )
    .argument('<vm>', 'UUID, or the name when only one VM has it')
    .option('--as-of <when>', 'as it was known at a ledger position, or as it was at a time', asOf)
    .option('--events', 'also list its events')
    .option('--json', 'print JSON')
    .examples(
      'hopledger vm web01',
      'hopledger vm 11111111-2222-4333-8444-000000000001 --as-of 2026-11-21T03:00:00Z',
      "hopledger vm web01 --json | jq '.carried[] | select(.tainted)'",
    )
    .action(async (vm: string, options: VmOptions, command: CliCommand) => {
      const client = openClient(cli, command);
      const uuid = await findVm(client, vm);
      const answer = await readVm(client, {
        uuid,
        asOf: options.asOf ?? null,
        events: options.events === true,
      });
      if (options.json === true) cli.out.json(answer);
      else showVm(cli.out, answer, await readBehaviourWords(client));
    });
