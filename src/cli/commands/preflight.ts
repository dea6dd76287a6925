import { Option } from 'commander';
import type { Destination } from '../assess/assessment-answer.js';
import type { Cli } from '../cli.js';
import { openClient } from '../client/open-client.js';
import { eachNode, type Page, type PageVariables } from '../client/pages.js';
import { CliCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { usageFailure } from '../failure.js';
import { build, repeatable, type BuildInput } from '../options/texts.js';
import {
  markVerdict,
  orRefused,
  type CountAnswer,
  type GroupAnswer,
  type Refusal,
} from '../plan/plan-answers.js';
import { GROUP_VMS, PREFLIGHT } from '../plan/plan-documents.js';
import { renderTable, type Column } from '../show/table.js';
import { count, listed, words } from '../show/words.js';
import { VM_COLUMNS, type VmRow } from './vms.js';

interface PreflightOptions {
  readonly build?: BuildInput;
  readonly package?: string;
  readonly host?: readonly string[];
  readonly on?: readonly string[];
  readonly group?: string;
  readonly json?: boolean;
}

interface PreflightGroup extends GroupAnswer {
  readonly savedStateCount: number;
  readonly vms: {
    readonly nodes: readonly {
      readonly uuid: string;
      readonly name: string | null;
      readonly host: string | null;
    }[];
  };
}

interface PreflightAnswer {
  readonly __typename: 'Preflight';
  readonly verdicts: readonly CountAnswer[];
  readonly groups: readonly PreflightGroup[];
  readonly destinations: readonly Destination[];
  readonly states: number;
  readonly whereabouts: number;
  readonly catalogueRevision: string;
  readonly position: string;
}

interface GroupPage {
  readonly __typename: 'Preflight';
  readonly groups: readonly { readonly vms: Page<VmRow> }[];
}

const EXAMPLES = 3;

/** `hopledger preflight`: who will not survive an upgrade. The exit status tells, so that a script can stop it. */
export const preflightCommand = (cli: Cli): CliCommand =>
  new CliCommand('preflight')
    .description(
      'Before an upgrade: which running VMs and saved states a build or hosts will not take, by cause',
    )
    .option('--build <version[:package]>', 'the QEMU build that is to come', build)
    .option('--package <package>', 'its package, as `query-version` names it')
    .option(
      '--host <host>',
      'a host to go to, as it is, or once it has the build; again for each',
      repeatable,
    )
    .option('--on <host>', 'only guests of this host; again for each', repeatable)
    .option('--group <id>', 'list every VM of one group')
    .addOption(new Option('--json', 'print JSON'))
    .examples(
      'hopledger preflight --build 11.1.3',
      'hopledger preflight --build "10.0.13:Debian 1:10.0.13+ds-0+deb13u1" --on hosta',
      'hopledger preflight --host hostb --host hostc --on hosta --json',
      'hopledger preflight --build 11.1.3 || echo "do not upgrade yet: $?"  # 3 BLOCKED, 4 UNKNOWN',
    )
    .action(async (options: PreflightOptions, self: CliCommand) => {
      const target = { build: buildOf(options), hosts: options.host ?? [] };
      if (target.build === null && target.hosts.length === 0)
        throw usageFailure('say where to: --build VERSION[:PACKAGE], --host HOST, or both');
      const client = openClient(cli, self, TIMEOUT_MS);
      const where = { target, on: options.on ?? null };
      if (options.group !== undefined) {
        const { group: id } = options;
        const read = async (page: PageVariables): Promise<Page<VmRow>> => {
          const variables = { ...where, id, ...page };
          const answer = await client.query<{ preflight: GroupPage | Refusal }>(GROUP_VMS, variables);
          return orRefused<GroupPage>(answer.preflight, 'Preflight').groups[0]?.vms ?? NO_VMS;
        };
        await showVms(cli, read, options.json === true);
        return;
      }
      const { preflight } = await client.query<{ preflight: PreflightAnswer | Refusal }>(PREFLIGHT, {
        ...where,
        examples: EXAMPLES,
      });
      const answer = orRefused<PreflightAnswer>(preflight, 'Preflight');
      cli.exitCode = exitCodeFor(answer.verdicts);
      if (options.json === true) cli.out.json(answer);
      else show(cli, answer);
    });

/** A million VMs are judged by their states, the first time within seconds. */
const TIMEOUT_MS = 120_000;

const NO_VMS: Page<VmRow> = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };

const buildOf = ({ build: given, package: named }: PreflightOptions): BuildInput | null => {
  if (given === undefined && named !== undefined) throw usageFailure('--package needs --build VERSION');
  return given === undefined ? null : { ...given, package: named ?? given.package };
};

const exitCodeFor = (verdicts: readonly CountAnswer[]): number => {
  const some = (verdict: string): boolean =>
    verdicts.some((one) => one.verdict === verdict && one.vms + one.savedStates > 0);
  return some('BLOCKED') ? EXIT.BLOCKED : some('UNKNOWN') ? EXIT.UNKNOWN : EXIT.OK;
};

const showVms = async (
  cli: Cli,
  read: (page: PageVariables) => Promise<Page<VmRow>>,
  asJson: boolean,
): Promise<void> => {
  if (asJson) {
    for await (const vm of eachNode(read)) {
      cli.out.line(JSON.stringify(vm));
      await cli.out.drained();
    }
    return;
  }
  const vms: VmRow[] = [];
  for await (const vm of eachNode(read)) vms.push(vm);
  for (const line of renderTable(VM_COLUMNS, vms, cli.out)) cli.out.line(line);
};

const show = ({ out, err }: Cli, answer: PreflightAnswer): void => {
  const { verdicts, groups, destinations, states, whereabouts } = answer;
  const places = destinations.map(({ host, build: { label } }) =>
    host === null ? label : `${host} (${label})`,
  );
  out.line(`to ${listed(places, 4)}`);
  for (const line of renderTable(VERDICT_COLUMNS, verdicts, out)) out.line(line);
  if (groups.length > 0) out.line();
  for (const { id, verdict, text, vmCount, savedStateCount, vms } of groups) {
    const mark = markVerdict(words(verdict), verdict, out.style);
    out.line(`${mark}  ${count(vmCount, 'VM')}, ${count(savedStateCount, 'saved state')}: ${text}`);
    const examples = vms.nodes.map(({ name, uuid, host }) => `${name ?? uuid} on ${host ?? '-'}`);
    if (examples.length > 0)
      out.line(out.style.dim(`  ${examples.join(', ')}${vmCount > examples.length ? ', …' : ''}`));
    out.line(out.style.dim(`  all: --group ${id}`));
  }
  out.line();
  out.line(
    out.style.dim(`${count(states, 'different state')} judged, catalogue ${answer.catalogueRevision}`),
  );
  if (whereabouts > 0) err.line(`${count(whereabouts, 'VM')} not judged: nobody says where they run`);
};

const VERDICT_COLUMNS: readonly Column<CountAnswer>[] = [
  {
    title: 'VERDICT',
    cell: ({ verdict }) => words(verdict),
    mark: (text, { verdict }, style) => markVerdict(text, verdict, style),
  },
  { title: 'VMS', cell: ({ vms }) => vms.toLocaleString('en'), align: 'right' },
  { title: 'SAVED STATES', cell: ({ savedStates }) => savedStates.toLocaleString('en'), align: 'right' },
];
