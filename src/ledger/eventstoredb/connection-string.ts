/** What a connection string says, checked. Names as in the string. */
export interface ConnectionSettings {
  /** `esdb+discover://`: one name that stands for all nodes. */
  readonly discover: boolean;
  readonly hosts: readonly EndPoint[];
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
  readonly tls: boolean;
  /** Paths of PEM files. */
  readonly tlsCAFile: string | undefined;
  readonly userCertFile: string | undefined;
  readonly userKeyFile: string | undefined;
  /** Which node of a cluster is followed. Appends and reads that must be up to date go to the leader. */
  readonly nodePreference: NodePreference;
  readonly connectionName: string | undefined;
  readonly maxDiscoverAttempts: number;
  readonly discoveryIntervalMs: number;
  readonly gossipTimeoutS: number;
  readonly keepAliveIntervalMs: number;
  readonly keepAliveTimeoutMs: number;
  /** How long one attempt of a call may take. */
  readonly defaultDeadlineMs: number;
}

export interface EndPoint {
  readonly address: string;
  readonly port: number;
}

const NODE_PREFERENCES = {
  leader: 'leader',
  follower: 'follower',
  random: 'random',
  readonlyreplica: 'read_only_replica',
} as const;
export type NodePreference = (typeof NODE_PREFERENCES)[keyof typeof NODE_PREFERENCES];

/** Which part of a connection string is wrong, and why. Holds no user, no password and no other part of the string. */
export class BadConnectionString extends Error {
  override readonly name = 'BadConnectionString';
  constructor(
    readonly part: string,
    readonly problem: string,
  ) {
    super(`${part}: ${problem}`);
  }
}

const FORM = /^(?<scheme>[a-z+]+):\/\/(?:(?<user>[^@/?]*)@)?(?<hosts>[^/?]*)\/*(?:\?(?<options>.*))?$/i;
const OPTIONS = [
  'tls',
  'tlsCAFile',
  'tlsVerifyCert',
  'userCertFile',
  'userKeyFile',
  'nodePreference',
  'connectionName',
  'maxDiscoverAttempts',
  'discoveryInterval',
  'gossipTimeout',
  'keepAliveInterval',
  'keepAliveTimeout',
  'defaultDeadline',
  'throwOnAppendFailure',
] as const;
type Option = (typeof OPTIONS)[number];

/**
 * Reads `esdb://[user:password@]host[:port][,host…][?option=value&…]`. Not left to the client: it prints the whole
 * string with the password when it dislikes an option, ignores options it does not know, and lets `tlsVerifyCert=false`
 * pass without doing anything.
 *
 * @throws BadConnectionString
 */
export function parseConnectionString(text: string): ConnectionSettings {
  const parts = FORM.exec(text.trim())?.groups;
  if (parts === undefined)
    throw new BadConnectionString('form', 'must be esdb://host:port, or esdb+discover://name:port');
  const scheme = parts['scheme']?.toLowerCase();
  if (scheme !== 'esdb' && scheme !== 'esdb+discover')
    throw new BadConnectionString('scheme', 'must be esdb or esdb+discover');
  const discover = scheme === 'esdb+discover';
  const hosts = hostsOf(parts['hosts'] ?? '');
  if (discover && hosts.length > 1)
    throw new BadConnectionString('hosts', 'esdb+discover takes one name, which stands for all nodes');

  const options = optionsOf(parts['options'] ?? '');
  const tls = bool('tls', options.get('tls') ?? 'true');
  const credentials = credentialsOf(parts['user']);
  const settings: ConnectionSettings = {
    discover,
    hosts,
    credentials,
    tls,
    tlsCAFile: options.get('tlsCAFile'),
    userCertFile: options.get('userCertFile'),
    userKeyFile: options.get('userKeyFile'),
    nodePreference: preferenceOf(options.get('nodePreference') ?? 'leader'),
    connectionName: options.get('connectionName'),
    maxDiscoverAttempts: whole('maxDiscoverAttempts', options, 1, 1_000, 10),
    discoveryIntervalMs: whole('discoveryInterval', options, 1, 60_000, 100),
    gossipTimeoutS: whole('gossipTimeout', options, 1, 600, 5),
    keepAliveIntervalMs: whole('keepAliveInterval', options, -1, 3_600_000, 10_000),
    keepAliveTimeoutMs: whole('keepAliveTimeout', options, -1, 3_600_000, 10_000),
    defaultDeadlineMs: whole('defaultDeadline', options, 10, 600_000, 5_000),
  };
  refuseContradictions(settings, options);
  return settings;
}

/** For logs and messages: scheme and hosts, nothing that could be a secret. */
export function describeConnection({ discover, hosts }: ConnectionSettings): string {
  const list = hosts.map(({ address, port }) => `${address}:${port}`).join(',');
  return `${discover ? 'esdb+discover' : 'esdb'}://${list}`;
}

function refuseContradictions(settings: ConnectionSettings, options: ReadonlyMap<Option, string>): void {
  const { tls, credentials, tlsCAFile, userCertFile, userKeyFile, keepAliveIntervalMs } = settings;
  if (!tls && credentials)
    throw new BadConnectionString('tls', 'false, but a user is given: a password is only ever sent over TLS');
  if (!tls && (tlsCAFile ?? userCertFile ?? userKeyFile) !== undefined)
    throw new BadConnectionString('tls', 'false, but certificates are given');
  if ((userCertFile === undefined) !== (userKeyFile === undefined))
    throw new BadConnectionString(
      userCertFile === undefined ? 'userCertFile' : 'userKeyFile',
      'userCertFile and userKeyFile go together',
    );
  if (keepAliveIntervalMs !== -1 && keepAliveIntervalMs < 10_000)
    throw new BadConnectionString('keepAliveInterval', 'must be 10000 ms or more, or -1 for none');
  if (options.has('tlsVerifyCert') && !bool('tlsVerifyCert', options.get('tlsVerifyCert') ?? ''))
    throw new BadConnectionString('tlsVerifyCert', 'false is not possible; name the CA in tlsCAFile');
  if (options.has('throwOnAppendFailure'))
    throw new BadConnectionString('throwOnAppendFailure', 'is not for hopledger to choose; leave it out');
}

function hostsOf(text: string): EndPoint[] {
  if (text === '') throw new BadConnectionString('hosts', 'is missing');
  return text.split(',').map((host, index) => {
    const [, address, port = '2113'] = /^(\[[0-9a-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/i.exec(host) ?? [];
    if (address === undefined || Number(port) < 1 || Number(port) > 65_535)
      throw new BadConnectionString(`host ${index + 1}`, 'must be a name or address, and a port up to 65535');
    return { address, port: Number(port) };
  });
}

function credentialsOf(text: string | undefined): ConnectionSettings['credentials'] {
  if (text === undefined) return undefined;
  const colon = text.indexOf(':');
  if (colon < 1 || colon === text.length - 1)
    throw new BadConnectionString('user', 'must be user:password, each percent-encoded');
  return {
    username: decoded('user', text.slice(0, colon)),
    password: decoded('password', text.slice(colon + 1)),
  };
}

/** Names of options are known in any case, and with `-` and `_` in them, as EventStoreDB's clients have it. */
function optionsOf(text: string): ReadonlyMap<Option, string> {
  const options = new Map<Option, string>();
  for (const [index, pair] of (text === '' ? [] : text.split('&')).entries()) {
    const equals = pair.indexOf('=');
    const name = equals < 0 ? pair : pair.slice(0, equals);
    const option = OPTIONS.find((known) => known.toLowerCase() === name.toLowerCase().replace(/[-_]/g, ''));
    if (option === undefined)
      // What is not a name and a value may be a piece of a password.
      throw new BadConnectionString(
        equals > 0 && /^[A-Za-z_-]{1,30}$/.test(name) ? `option ${name}` : `option ${index + 1}`,
        `is none of ${OPTIONS.join(', ')}`,
      );
    if (equals < 0 || equals === pair.length - 1) throw new BadConnectionString(option, 'has no value');
    if (options.has(option)) throw new BadConnectionString(option, 'is given twice');
    options.set(option, decoded(option, pair.slice(equals + 1)));
  }
  return options;
}

function decoded(part: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new BadConnectionString(part, 'is not percent-encoded as it must be');
  }
}

function bool(part: string, value: string): boolean {
  if (value !== 'true' && value !== 'false') throw new BadConnectionString(part, 'must be true or false');
  return value === 'true';
}

function whole(
  part: Option,
  options: ReadonlyMap<Option, string>,
  least: number,
  most: number,
  byDefault: number,
): number {
  const text = options.get(part);
  if (text === undefined) return byDefault;
  const value = /^-?\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new BadConnectionString(part, `must be a whole number from ${least} to ${most}`);
}

function preferenceOf(text: string): NodePreference {
  const flat = text.toLowerCase().replace(/[-_]/g, '');
  const known = Object.entries(NODE_PREFERENCES).find(([name]) => name === flat)?.[1];
  if (known === undefined)
    throw new BadConnectionString('nodePreference', 'must be leader, follower, random or readOnlyReplica');
  return known;
}
