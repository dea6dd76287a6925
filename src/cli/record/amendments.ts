import type { Cli } from '../cli.js';
import { CliCommand } from '../command.js';
import { usageFailure } from '../failure.js';
import { withLaunchOptions } from '../launch/launch-options.js';
import { build, repeatable } from '../options/texts.js';
import { processInput, type ProcessOptions } from './process-options.js';
import { withHostOptions, withReportOptions, type ReportOptions } from './report-options.js';
import { sendVmReport } from './send-report.js';

/** `record assert-origin`: where and on which build the power cycle that runs now began. */
export const assertOriginCommand = (cli: Cli): CliCommand =>
  withLaunchOptions(
    withHostOptions(
      new CliCommand('assert-origin')
        .description(
          'Where and on which build the guest that runs now was born, as somebody knows who saw it',
        )
        .argument('[vm]', 'UUID or name; the XML names it too'),
    ).requiredOption('--qemu <version[:package]>', 'the build that it was born on', build),
  )
    .requiredOption('--reason <text>', 'how you know')
    .examples(
      "hopledger record assert-origin web01 --host hosta --qemu 8.0.0 --reason 'in the change log of 3 May'",
    )
    .action(
      async (vm: string | undefined, options: ProcessOptions & { reason: string }, command: CliCommand) => {
        const { vm: named, input } = await processInput(cli, vm, options);
        const { host, name, configuration } = input;
        await sendVmReport(cli, command, {
          mutation: 'assertOrigin',
          what: 'assert-origin',
          vm: named,
          input: { host, name, configuration, build: options.qemu, reason: options.reason },
        });
      },
    );

/** `record labels`: all labels of a VM, in place of those that it had. */
export const labelsCommand = (cli: Cli): CliCommand =>
  withReportOptions(
    new CliCommand('labels')
      .description('The labels of a VM, in place of all that it had; filters of webhooks look at them')
      .argument('<vm>', 'UUID or name')
      .argument('[labels...]', 'KEY=VALUE; at most 32'),
  )
    .option('--none', 'take all labels away')
    .examples(
      'hopledger record labels web01 team=storage example.org/tier=gold',
      'hopledger record labels web01 --none',
    )
    .action(
      async (
        vm: string,
        texts: readonly string[],
        options: ReportOptions & { none?: boolean },
        command: CliCommand,
      ) => {
        if ((texts.length === 0) !== (options.none === true))
          throw usageFailure('name the labels that it is to have, or say --none');
        const input = { labels: texts.map(labelOf) };
        await sendVmReport(cli, command, { mutation: 'setLabels', what: 'labels', vm, input });
      },
    );

const labelOf = (text: string): { readonly key: string; readonly value: string } => {
  const equals = text.indexOf('=');
  if (equals <= 0) throw usageFailure(`${text}: a label is KEY=VALUE`);
  return { key: text.slice(0, equals), value: text.slice(equals + 1) };
};

/** `record correct`: fields of an earlier event that were wrong. Nothing is edited: the correction is an event too. */
export const correctCommand = (cli: Cli): CliCommand =>
  withReportOptions(
    new CliCommand('correct')
      .description('Fields of an earlier event that were wrong; both stay on record')
      .argument('<vm>', 'UUID or name')
      .argument('<event>', 'id of the event (hopledger vm NAME --events)'),
  )
    .requiredOption(
      '--set <field=json>',
      'a field of its data and its right value, as JSON or plain text; again for each',
      repeatable,
    )
    .requiredOption('--reason <text>', 'why')
    .examples(
      'hopledger record correct web01 01234567-… --set \'build={"version":"8.0.0","package":null}\' --reason "host reported late"',
      'hopledger record correct web01 01234567-… --set occurredAt=2026-11-21T03:10:21Z --reason "clock was wrong"',
    )
    .action(
      async (
        vm: string,
        eventId: string,
        options: ReportOptions & { set: readonly string[]; reason: string },
        command: CliCommand,
      ) => {
        const replacement = Object.fromEntries(options.set.map(fieldOf));
        const input = { eventId, replacement, reason: options.reason };
        await sendVmReport(cli, command, { mutation: 'correctEvent', what: 'correct', vm, input });
      },
    );

const fieldOf = (text: string): readonly [string, unknown] => {
  const equals = text.indexOf('=');
  if (equals <= 0) throw usageFailure(`--set ${text}: it must be FIELD=VALUE`);
  const [field, value] = [text.slice(0, equals), text.slice(equals + 1)];
  try {
    return [field, JSON.parse(value) as unknown];
  } catch {
    return [field, value]; // plain text needs no quotes
  }
};

/** `record retract`. */
export const retractCommand = (cli: Cli): CliCommand =>
  withReportOptions(
    new CliCommand('retract')
      .description('An earlier event that was not so; it stays on record as retracted')
      .argument('<vm>', 'UUID or name')
      .argument(
        '<event>',
        'id of the event (hopledger vm NAME --events); that of a correction takes back that one',
      ),
  )
    .requiredOption('--reason <text>', 'why')
    .examples('hopledger record retract web01 01234567-… --reason "reported for the wrong VM"')
    .action(
      async (
        vm: string,
        eventId: string,
        options: ReportOptions & { reason: string },
        command: CliCommand,
      ) => {
        const input = { eventId, reason: options.reason };
        await sendVmReport(cli, command, { mutation: 'retractEvent', what: 'retract', vm, input });
      },
    );
