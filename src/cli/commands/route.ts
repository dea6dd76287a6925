import type { Verdict } from '../assess/assessment-answer.js';
import type { Cli } from '../cli.js';
import { findVm } from '../client/find-vm.js';
import { openClient } from '../client/open-client.js';
import { CliCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { wholeNumber } from '../options/texts.js';
import { changesText, markVerdict, orRefused, type Refusal, type StepAnswer } from '../plan/plan-answers.js';
import { ROUTE } from '../plan/plan-documents.js';
import { harmlessLine } from '../show/harmless.js';
import { listed, words } from '../show/words.js';

interface RouteAnswer {
  readonly __typename: 'Route';
  readonly steps: readonly StepAnswer[] | null;
  readonly direct: Verdict | null;
  readonly directReasons: readonly string[];
  readonly cutShort: boolean;
}

const MAX_HOPS = 3;

/** `hopledger route`: how a VM gets to a host, over others where it must. */
export const routeCommand = (cli: Cli): CliCommand =>
  new CliCommand('route')
    .description('How a running VM gets to a host, over other hosts where no direct hop works')
    .argument('<vm>', 'UUID, or the name when only one VM has it')
    .argument('<host>', 'where it is to get to')
    .option('--max-hops <number>', 'hops at most, up to 5', wholeNumber, MAX_HOPS)
    .option('--json', 'print JSON')
    .examples('hopledger route web01 hostc')
    .action(
      async (vm: string, host: string, options: { maxHops: number; json?: boolean }, self: CliCommand) => {
        const client = openClient(cli, self);
        const uuid = await findVm(client, vm);
        const { maxHops } = options;
        const { route } = await client.query<{ route: RouteAnswer | Refusal }>(ROUTE, {
          vm: uuid,
          host,
          maxHops,
        });
        const answer = orRefused<RouteAnswer>(route, 'Route');
        if (answer.steps === null) cli.exitCode = EXIT.BLOCKED;
        if (options.json === true) cli.out.json(answer);
        else show(cli, vm, host, maxHops, answer);
      },
    );

const show = (
  { out }: Cli,
  vm: string,
  host: string,
  maxHops: number,
  { steps, direct, directReasons, cutShort }: RouteAnswer,
): void => {
  const { style } = out;
  if (steps !== null && steps.length === 0) {
    out.line(`${vm} is on ${host}`);
    return;
  }
  if (steps === null) {
    const tried = cutShort
      ? 'none was found before the search was given up'
      : `there is none of up to ${maxHops} hops`;
    out.line(`${style.bad('no way')} for ${vm} to ${host}: ${tried}`);
  }
  if (direct !== null && steps?.length !== 1) {
    out.line(`the direct hop: ${markVerdict(words(direct), direct, style)}`);
    for (const reason of directReasons.slice(0, MOST_REASONS)) out.line(`  ${harmlessLine(reason)}`);
  }
  for (const [index, step] of (steps ?? []).entries()) {
    const { destination, verdict, instead, reasons } = step;
    const place = `${destination.host ?? '-'} (${destination.build.label})`;
    out.line(`${index + 1}. ${style.bold(place)}  ${markVerdict(words(verdict), verdict, style)}`);
    const changes = changesText(step);
    if (changes !== '') out.line(`   with ${harmlessLine(changes)}`);
    if (verdict === 'RISKY')
      for (const reason of reasons.slice(0, MOST_REASONS)) out.line(`   ${harmlessLine(reason)}`);
    if (instead.length > 0) out.line(style.dim(`   or ${listed(instead)}`));
  }
};

const MOST_REASONS = 8;
