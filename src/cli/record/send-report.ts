import type { Cli } from '../cli.js';
import type { CliCommand } from '../command.js';
import { findVm, isUuid } from '../client/find-vm.js';
import { openClient } from '../client/open-client.js';
import type { Client } from '../client/client.js';
import { withRetries } from '../client/retry.js';
import { ServerRefused, ServerUnreachable } from '../client/server-failure.js';
import { harmless } from '../show/harmless.js';
import { words } from '../show/words.js';
import { derivedKey } from './idempotency-key.js';
import { mutationDocument, type Mutation, type Outcome, type RecordedOutcome } from './mutations.js';
import type { ReportOptions } from './report-options.js';

/** Once sent, a report with a key can be sent again whatever became of it. */
const RETRIES = { tries: 4, firstPauseMs: 200, longestPauseMs: 2_000 };

export interface Report {
  readonly mutation: Mutation;
  /** For messages: `the launch`. */
  readonly what: string;
  /** Beside key and times. Undefined fields are left out. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** Sends one report about a VM that is named by UUID or name. */
export const sendVmReport = async (
  cli: Cli,
  command: CliCommand,
  { vm, ...report }: Report & { readonly vm: string },
): Promise<void> => {
  const client = openClient(cli, command);
  const uuid = isUuid(vm) ? vm.toLowerCase() : await findVm(client, vm);
  await sendReport(cli, command, { ...report, input: { uuid, ...report.input } }, client);
};

/**
 * Sends one report and says what became of it, with the key that makes a repeat harmless.
 * @throws CliFailure with the server's reason
 */
export const sendReport = async (
  cli: Cli,
  command: CliCommand,
  { mutation, what, input }: Report,
  client: Client = openClient(cli, command),
): Promise<void> => {
  const { at, key, json } = command.opts<ReportOptions>();
  const now = new Date().toISOString();
  const content = { ...given(input), occurredAt: at ?? now };
  const idempotencyKey = key ?? derivedKey(mutation, content);
  // A time that was looked up on a host is not of this clock: then nothing is said of its skew.
  const sent = { ...content, idempotencyKey, ...(at === undefined && { sentAt: now }) };
  const { outcome } = await send(client, mutation, sent).catch((error: unknown) => {
    if (error instanceof ServerUnreachable) {
      const fate = error.mayHaveArrived ? 'not known whether it was recorded' : 'not recorded';
      cli.err.line(`${fate}; the same again: --at ${content.occurredAt} --key ${idempotencyKey}`);
    }
    throw error;
  });
  if ('code' in outcome) throw new ServerRefused(outcome.code, outcome.message);
  if (json === true) cli.out.json({ ...outcome, idempotencyKey, occurredAt: content.occurredAt });
  else show(cli, what, outcome, idempotencyKey);
};

const send = (client: Client, mutation: Mutation, input: object): Promise<{ readonly outcome: Outcome }> =>
  withRetries(RETRIES, () => client.query(mutationDocument(mutation), { input }));

const show = (cli: Cli, what: string, outcome: RecordedOutcome, key: string): void => {
  const { out } = cli;
  const { vm } = outcome;
  out.line(outcome.repeated ? `${what}: recorded before, nothing changed` : `${what}: recorded`);
  if (vm !== undefined) {
    const taint =
      vm.tainted === true
        ? out.style.bad('tainted')
        : vm.tainted === null
          ? out.style.warn('taints not all known')
          : 'no taint';
    out.line(`  vm        ${harmless(vm.name ?? '-')}  ${vm.uuid}  ${words(vm.state)}, ${taint}`);
  }
  out.line(`  event     ${outcome.eventIds.join(' ')}`);
  out.line(`  position  ${outcome.position}`);
  out.line(`  key       ${key}`);
};

const given = (input: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
