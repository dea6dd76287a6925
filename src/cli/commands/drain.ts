import type { Destination, Verdict } from '../assess/assessment-answer.js';
import type { Cli } from '../cli.js';
import { openClient } from '../client/open-client.js';
import { eachNode, type Page, type PageVariables } from '../client/pages.js';
import { CliCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { repeatable } from '../options/texts.js';
import {
  changesText,
  markVerdict,
  orRefused,
  type Changes,
  type CountAnswer,
  type GroupAnswer,
  type Refusal,
} from '../plan/plan-answers.js';
import { DRAIN, DRAINED_VMS } from '../plan/plan-documents.js';
import { harmlessLine } from '../show/harmless.js';
import { count, words } from '../show/words.js';

interface DrainAnswer {
  readonly __typename: 'Drain';
  readonly host: string;
  readonly vmCount: number;
  readonly stuck: number;
  readonly needColdBoot: number;
  readonly hosts: number;
  readonly verdicts: readonly CountAnswer[];
  readonly groups: readonly GroupAnswer[];
}

interface DrainedRow {
  readonly vm: { readonly uuid: string; readonly name: string | null };
  readonly best: Verdict | null;
  readonly stuck: boolean;
  readonly needsColdBoot: boolean;
  readonly hostCount: number;
  readonly options: readonly (Changes & {
    readonly destination: Pick<Destination, 'host'>;
    readonly verdict: Verdict;
  })[];
  readonly causes: readonly string[];
}

interface DrainPage {
  readonly __typename: 'Drain';
  readonly vms: Page<DrainedRow>;
}

/** `hopledger drain`: where each VM of a host can go. A line for each VM as it comes; JSON lines with `--json`. */
export const drainCommand = (cli: Cli): CliCommand =>
  new CliCommand('drain')
    .description(
      'Where each VM of a host can go when it is to be emptied, which are stuck and which need a cold boot',
    )
    .argument('<host>', 'a host that reported itself')
    .option('--to <host>', 'only to this host; again for each', repeatable)
    .option('--stuck', 'only the VMs that no destination is known to take')
    .option('--json', 'print JSON: the summary on the first line, then a line for each VM')
    .examples('hopledger drain hosta', 'hopledger drain hosta --to hostb --to hostc --stuck')
    .action(async (host: string, options: DrainOptions, self: CliCommand) => {
      const client = openClient(cli, self);
      const where = { host, to: options.to ?? null };
      const { drain } = await client.query<{ drain: DrainAnswer | Refusal }>(DRAIN, where);
      const answer = orRefused<DrainAnswer>(drain, 'Drain');
      if (answer.stuck > 0) cli.exitCode = answer.needColdBoot > 0 ? EXIT.BLOCKED : EXIT.UNKNOWN;
      if (options.json === true) cli.out.line(JSON.stringify(answer));
      else showSummary(cli, answer);
      const read = async (page: PageVariables): Promise<Page<DrainedRow>> => {
        const found = await client.query<{ drain: DrainPage | Refusal }>(DRAINED_VMS, { ...where, ...page });
        return orRefused<DrainPage>(found.drain, 'Drain').vms;
      };
      for await (const row of eachNode(read)) {
        if (options.stuck === true && !row.stuck) continue;
        cli.out.line(options.json === true ? JSON.stringify(row) : rowText(cli, row));
        await cli.out.drained();
      }
    });

interface DrainOptions {
  readonly to?: readonly string[];
  readonly stuck?: boolean;
  readonly json?: boolean;
}

const showSummary = (
  { out }: Cli,
  { host, vmCount, stuck, needColdBoot, hosts, groups }: DrainAnswer,
): void => {
  const { style } = out;
  const stuckText = stuck === 0 ? style.good('none stuck') : style.bad(`${stuck} stuck`);
  const cold =
    needColdBoot === 0
      ? ''
      : `, ${count(needColdBoot, 'of them needs a cold boot', 'of them need a cold boot')}`;
  out.line(
    `${style.bold(count(vmCount, 'VM'))} on ${host}, ${count(hosts, 'host')} to go to: ${stuckText}${cold}`,
  );
  for (const { verdict, vmCount: vms, text } of groups)
    out.line(`  ${markVerdict(words(verdict), verdict, style)}  ${count(vms, 'VM')}: ${harmlessLine(text)}`);
  out.line();
};

const rowText = (
  { out }: Cli,
  { vm, best, needsColdBoot, hostCount, options, causes }: DrainedRow,
): string => {
  const [first] = options;
  const name = harmlessLine(vm.name ?? vm.uuid);
  if (first === undefined) {
    const what = needsColdBoot ? 'needs a cold boot' : 'stuck';
    return `${name}  ${out.style.bad(what)}: ${harmlessLine(causes.join('; '))}`;
  }
  const verdict = best === null ? '' : markVerdict(words(best), best, out.style);
  const to = options.map(({ destination }) => destination.host ?? '-').join(', ');
  const more = hostCount > options.length ? ` and ${hostCount - options.length} more` : '';
  const changes = changesText(first);
  return `${name}  ${verdict}  to ${to}${more}${changes === '' ? '' : `  with ${harmlessLine(changes)}`}`;
};
