import type { Cli } from '../cli.js';
import { openClient } from '../client/open-client.js';
import { CliCommand } from '../command.js';
import { renderTable, type Column } from '../show/table.js';
import { count, words } from '../show/words.js';

const FLEET = /* GraphQL */ `
  query Fleet {
    fleet {
      vms
      tainted
      unknown
      byState {
        state
        count
      }
      byBehaviour {
        key
        count
      }
      byHost {
        key
        count
      }
      byBuild {
        key
        count
      }
      byMachineType {
        key
        count
      }
      position
    }
  }
`;

interface Counted {
  readonly key: string;
  readonly count: number;
}

interface FleetAnswer {
  readonly vms: number;
  readonly tainted: number;
  readonly unknown: number;
  readonly byState: readonly { readonly state: string; readonly count: number }[];
  readonly byBehaviour: readonly Counted[];
  readonly byHost: readonly Counted[];
  readonly byBuild: readonly Counted[];
  readonly byMachineType: readonly Counted[];
  readonly position: string;
}

/** `hopledger fleet`: counts. */
export const fleetCommand = (cli: Cli): CliCommand =>
  new CliCommand('fleet')
    .description('Counts: VMs by state, taint, host, build and machine type')
    .option('--json', 'print JSON')
    .examples('hopledger fleet')
    .action(async (options: { json?: boolean }, command: CliCommand) => {
      const { fleet } = await openClient(cli, command).query<{ fleet: FleetAnswer }>(FLEET);
      if (options.json === true) cli.out.json(fleet);
      else show(cli, fleet);
    });

const show = ({ out }: Cli, fleet: FleetAnswer): void => {
  const { style } = out;
  const tainted = fleet.tainted === 0 ? style.good('none tainted') : style.bad(`${fleet.tainted} tainted`);
  out.line(`${style.bold(count(fleet.vms, 'VM'))}, ${tainted}, ${fleet.unknown} that may be`);
  const states = fleet.byState.filter((one) => one.count > 0);
  out.line(`  ${states.map((one) => `${one.count} ${words(one.state)}`).join(', ')}`);
  const lists: readonly (readonly [string, readonly Counted[]])[] = [
    ['TAINT', fleet.byBehaviour],
    ['HOST', fleet.byHost],
    ['BUILD', fleet.byBuild],
    ['MACHINE TYPE', fleet.byMachineType],
  ];
  for (const [title, counts] of lists) {
    if (counts.length === 0) continue;
    out.line();
    const columns: readonly Column<Counted>[] = [
      { title: 'VMS', cell: (one) => one.count.toLocaleString('en'), align: 'right' },
      { title, cell: ({ key }) => key, least: 20 },
    ];
    for (const line of renderTable(columns, counts, out)) out.line(line);
  }
};
