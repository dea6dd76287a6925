import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { eachSetting, SETTINGS, type Settings } from './config.settings.js';
import { isLoopback } from './loopback.js';

/** The one place that says how this process behaves. Made once at start; nobody else reads the environment. */
export type Config = Settings & {
  readonly data: { readonly ledgerFile: string; readonly viewsFile: string };
};

/** One thing wrong with the configuration. `name` is the variable or the file and key that holds it. */
export interface ConfigFault {
  readonly name: string;
  readonly problem: string;
}

/** Carries every fault at once. The process exits with `exitCode` (EX_CONFIG of sysexits.h). */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly exitCode = 78;
  constructor(readonly faults: readonly ConfigFault[]) {
    super(['the configuration is not valid:', ...faults.map((f) => `  ${f.name}: ${f.problem}`)].join('\n'));
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Read by the command line client and by this file; not settings of the server. */
const OTHER_VARIABLES = new Set(['HOPLEDGER_CONFIG', 'HOPLEDGER_URL', 'HOPLEDGER_TOKEN']);
/** Kubernetes sets these in every pod beside a Service named `hopledger`. */
const SERVICE_LINK = /^HOPLEDGER_(SERVICE|PORT)(_|$)/;

/**
 * Environment over file over defaults. An empty variable counts as unset.
 * @throws ConfigError with all faults, unknown names among them: a misspelt switch must not be a silent default
 */
export function loadConfig(environment: Environment = process.env): Config {
  const faults: ConfigFault[] = [];
  const file = readConfigFile(environment['HOPLEDGER_CONFIG'], faults);
  faults.push(...unknownVariables(environment));

  const groups: Record<string, Record<string, unknown>> = {};
  for (const { group, name, path, variable, setting } of eachSetting()) {
    const text = environment[variable];
    const fromEnvironment = text !== undefined && text !== '';
    const result = setting.schema.safeParse(fromEnvironment ? text.trim() : file.values.get(path));
    const values = (groups[group] ??= {});
    // The default stands in for a faulty value, so that the checks across settings still run: all faults at once.
    values[name] = result.success ? result.data : setting.schema.parse(undefined);
    if (!result.success) {
      const problem = result.error.issues.map((issue) => issue.message).join('; ');
      faults.push({ name: fromEnvironment ? variable : `${file.name}: ${path}`, problem });
    }
  }

  // Every value above passed the schema of its own setting; this re-reads them as one typed whole.
  const settings = settingsSchema.parse(groups) as Settings;
  const faulty = new Set(faults.map(({ name }) => name));
  faults.push(...contradictions(settings).filter(({ name }) => !faulty.has(name)));
  if (faults.length > 0) throw new ConfigError(faults);
  const { directory } = settings.data;
  return freeze({
    ...settings,
    data: { directory, ledgerFile: join(directory, 'ledger.db'), viewsFile: join(directory, 'views.db') },
  });
}

const settingsSchema = z.object(
  Object.fromEntries(
    Object.entries(SETTINGS).map(([group, settings]) => [
      group,
      z.object(Object.fromEntries(Object.entries(settings).map(([name, { schema }]) => [name, schema]))),
    ]),
  ),
);

/** Faults that no single setting has alone. */
function contradictions({ listen, ledger, auth, graphql }: Settings): ConfigFault[] {
  const faults: ConfigFault[] = [];
  if (!isLoopback(listen.host) && auth.tokensFile === undefined) {
    faults.push({
      name: 'HOPLEDGER_AUTH_TOKENS_FILE',
      problem:
        `listening on ${listen.host}, which other machines reach, needs a tokens file ` +
        '(hopledger token create); without one, listen on 127.0.0.1',
    });
  }
  if (ledger.engine === 'eventstoredb' && ledger.connection === undefined) {
    faults.push({
      name: 'HOPLEDGER_LEDGER_CONNECTION',
      problem: 'the engine eventstoredb needs a connection string, such as esdb://host:2113',
    });
  }
  if ((listen.tlsCertFile === undefined) !== (listen.tlsKeyFile === undefined)) {
    const missing = listen.tlsCertFile === undefined ? 'CERT' : 'KEY';
    faults.push({
      name: `HOPLEDGER_LISTEN_TLS_${missing}_FILE`,
      problem: 'a certificate and its key go together',
    });
  }
  if (
    listen.clientCaFile !== undefined &&
    (listen.tlsCertFile === undefined || auth.tokensFile === undefined)
  ) {
    faults.push({
      name: 'HOPLEDGER_LISTEN_CLIENT_CA_FILE',
      problem:
        'it needs HTTPS (listen.tlsCertFile) and a tokens file, whose entries say whose certificate is whose',
    });
  }
  if (graphql.pageSize > graphql.maxPageSize) {
    faults.push({
      name: 'HOPLEDGER_GRAPHQL_PAGE_SIZE',
      problem: `${graphql.pageSize} is over HOPLEDGER_GRAPHQL_MAX_PAGE_SIZE (${graphql.maxPageSize})`,
    });
  }
  return faults;
}

function unknownVariables(environment: Environment): ConfigFault[] {
  const known = new Set(eachSetting().map(({ variable }) => variable));
  return Object.keys(environment)
    .filter((name) => name.startsWith('HOPLEDGER_') && !SERVICE_LINK.test(name))
    .filter((name) => !known.has(name) && !OTHER_VARIABLES.has(name))
    .map((name) => ({ name, problem: 'no such setting' }));
}

interface ConfigFile {
  readonly name: string;
  /** By path: `listen.port`. */
  readonly values: ReadonlyMap<string, unknown>;
}

function readConfigFile(name: string | undefined, faults: ConfigFault[]): ConfigFile {
  const values = new Map<string, unknown>();
  if (name === undefined || name === '') return { name: 'defaults', values };
  const content = z.record(z.string(), z.record(z.string(), z.unknown())).safeParse(readJson(name, faults));
  if (!content.success) {
    if (faults.length === 0) faults.push({ name, problem: 'must be an object of groups of settings' });
    return { name, values };
  }
  const known = new Set(eachSetting().map(({ path }) => path));
  for (const [group, settings] of Object.entries(content.data)) {
    for (const [key, value] of Object.entries(settings)) {
      const path = `${group}.${key}`;
      if (known.has(path)) values.set(path, value);
      else faults.push({ name: `${name}: ${path}`, problem: 'no such setting' });
    }
  }
  return { name, values };
}

function readJson(name: string, faults: ConfigFault[]): unknown {
  try {
    return JSON.parse(readFileSync(name, 'utf8'));
  } catch (error) {
    faults.push({
      name,
      problem: `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    });
    return undefined;
  }
}

function freeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) freeze(inner);
  return Object.freeze(value);
}
