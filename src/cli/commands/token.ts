import { Option } from 'commander';
import type { Role } from '../../runtime/principal.js';
import type { Cli } from '../cli.js';
import { CliCommand } from '../command.js';
import { CliFailure, usageFailure } from '../failure.js';
import { changeTokensFile } from '../offline/tokens-file.js';

/** As `ROLES` of the server has them; listed here so that help needs no schema (a spec holds them equal). */
export const TOKEN_ROLES: readonly Role[] = ['reader', 'recorder', 'operator', 'admin'];

const NEXT = 'a running server reads the file again at SIGHUP (systemctl reload hopledger)';

/** `hopledger token`: who may ask the server what. Works on the file; the server reads it. */
export const tokenCommand = (cli: Cli): CliCommand =>
  new CliCommand('token')
    .description("Tokens of the server's tokens file (auth.tokensFile)")
    .addCommand(createTokenCommand(cli))
    .addCommand(revokeTokenCommand(cli));

const createTokenCommand = (cli: Cli): CliCommand =>
  new CliCommand('create')
    .description('Make a token and print it, this once; the file keeps only its hash')
    .argument('<name>', 'who or what it is for; audit and events show it')
    .addOption(
      new Option('--role <role>', 'each may do all that those before it may')
        .choices(TOKEN_ROLES)
        .makeOptionMandatory(),
    )
    .option('--host <name>', 'for a recorder: the one host that it may report for')
    .requiredOption('--file <file>', 'the tokens file; made when there is none')
    .examples(
      'hopledger token create hosta --role recorder --host hosta --file /etc/hopledger/tokens.json',
      'hopledger token create alice --role operator --file tokens.json > alice.token',
    )
    .action(async (name: string, { role, host, file }: { role: Role; host?: string; file: string }) => {
      if (host !== undefined && role !== 'recorder')
        throw usageFailure('--host goes with --role recorder only');
      if (name.length > 100) throw usageFailure('the name must have at most 100 characters');
      const { createToken } = await import('../../runtime/tokens.js');
      const { token, entry } = createToken(name, role, host);
      await changeTokensFile(file, (entries) => {
        if (entries.some((one) => one.name === name)) {
          throw new CliFailure(`${file} has a token named ${name}`, {
            advice: `another name, or first: hopledger token revoke ${name} --file ${file}`,
          });
        }
        return [...entries, entry];
      });
      cli.out.line(token);
      cli.err.line(`shown this once and kept nowhere; ${NEXT}`);
    });

const revokeTokenCommand = (cli: Cli): CliCommand =>
  new CliCommand('revoke')
    .description('Take a token out of the file')
    .argument('<name>', 'its name')
    .requiredOption('--file <file>', 'the tokens file')
    .examples('hopledger token revoke hosta --file /etc/hopledger/tokens.json')
    .action(async (name: string, { file }: { file: string }) => {
      await changeTokensFile(file, (entries) => {
        if (!entries.some((one) => one.name === name))
          throw new CliFailure(`${file} has no token named ${name}`);
        return entries.filter((one) => one.name !== name);
      });
      cli.out.line(`revoked: ${name}`);
      cli.err.line(NEXT);
    });
