import { readFileSync } from 'node:fs';
import type { LedgerOptions } from '../../ledger/open.js';
import type { Cli } from '../cli.js';
import { usageFailure } from '../failure.js';

/** Which ledger, as a person names it on a command line. */
export interface NamedLedger {
  readonly options: LedgerOptions;
  /** For messages: never a connection string, which may hold a password. */
  readonly name: string;
}

/** Of arguments that name a ledger. */
export const LEDGER_FORMS =
  'a SQLite file; @FILE that holds an EventStoreDB connection string; or such a string (esdb://…)';

const SERVER = 'EventStoreDB';
const CONNECTION = /^esdb(\+discover)?:\/\//;

/** Whether it names a server: by a connection string or a file that holds one. */
export const isServer = (text: string): boolean => text.startsWith('@') || CONNECTION.test(text);

export const parseLedger = (text: string): NamedLedger => {
  if (!isServer(text)) return { options: { engine: 'sqlite', path: text }, name: text };
  const connection = text.startsWith('@') ? readFileSync(text.slice(1), 'utf8').trim() : text;
  if (!CONNECTION.test(connection))
    throw usageFailure(`${text} holds no connection string`, 'it begins with esdb:// or esdb+discover://');
  return { options: { engine: 'eventstoredb', connection }, name: SERVER };
};

/** The ledger of a server that was started here and now; of its settings, see `hopledger config show`. */
export const configuredLedger = async ({ environment }: Cli): Promise<NamedLedger> => {
  const { loadConfig } = await import('../../runtime/config.js');
  const { data, ledger } = loadConfig(environment);
  switch (ledger.engine) {
    case 'sqlite':
      return { options: { engine: 'sqlite', path: data.ledgerFile }, name: data.ledgerFile };
    case 'eventstoredb': {
      const { connection = '', namespace } = ledger; // the configuration is not valid without a connection
      return { options: { engine: 'eventstoredb', connection, namespace }, name: SERVER };
    }
    case 'memory':
      throw usageFailure(
        'ledger.engine is memory, which keeps nothing when its server ends',
        `name a ledger: ${LEDGER_FORMS}`,
      );
  }
};

export const namedLedger = async (cli: Cli, text: string | undefined): Promise<NamedLedger> =>
  text === undefined ? configuredLedger(cli) : parseLedger(text);
