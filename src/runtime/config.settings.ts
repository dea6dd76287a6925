import { z } from 'zod';
import { NAMESPACE } from '../ledger/eventstoredb/namespace.js';
import {
  connectionString,
  list,
  networks,
  onOff,
  oneOf,
  secret,
  setting,
  whole,
  type Setting,
} from './config.kinds.js';

const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * Every setting there is, by group. `listen.port` is `HOPLEDGER_LISTEN_PORT` in the environment and
 * `{ "listen": { "port": … } }` in the file; see {@link environmentName}.
 */
export const SETTINGS = {
  listen: {
    host: setting(
      'Address to listen on. One that is not loopback needs `auth.tokensFile`.',
      z.string().min(1).default('127.0.0.1'),
    ),
    port: setting('Port; 0 takes a free one.', whole(0, 65_535, 4173)),
    names: setting(
      'Further host names that requests may carry when no tokens file guards them (see FORBIDDEN).',
      list(),
    ),
    trustedProxies: setting(
      'Addresses or networks (CIDR) of proxies whose `x-forwarded-for` is believed.',
      list(),
    ),
    tlsCertFile: setting(
      'PEM file of the certificate to serve HTTPS with, and the chain behind it. Read at start.',
      z.string().min(1).optional(),
    ),
    tlsKeyFile: setting('PEM file of its key.', z.string().min(1).optional()),
    clientCaFile: setting(
      'PEM file of the authorities whose client certificates count (see `certificateSha256` and `san` in the tokens file).',
      z.string().min(1).optional(),
    ),
  },
  data: {
    directory: setting(
      'Where `ledger.db`, `views.db`, `webhooks.db` and `webhooks.key` live. The views and `webhooks.db` can be deleted; the ledger and the key cannot.',
      z.string().min(1).default('./hopledger-data'),
    ),
  },
  ledger: {
    engine: setting(
      '`sqlite`: a file, one server. `eventstoredb`: a server or cluster, for several hopledgers. `memory` forgets everything at exit; for trials and tests.',
      oneOf(['sqlite', 'eventstoredb', 'memory'], 'sqlite'),
    ),
    connection: secret(
      'Of the engine `eventstoredb`: `esdb://user:password@host:2113?tlsCAFile=…`, several hosts for a cluster, or `esdb+discover://`. Options: `tls`, `tlsCAFile`, `userCertFile` with `userKeyFile`, `nodePreference`, `defaultDeadline`, `keepAliveInterval`, `keepAliveTimeout`, `maxDiscoverAttempts`, `discoveryInterval`, `gossipTimeout`, `connectionName`.',
      connectionString(),
    ),
    namespace: setting(
      'Of the engine `eventstoredb`: what the names of its streams begin with. Ledgers with different ones can share a server.',
      z.string().regex(NAMESPACE, 'must be 1 to 60 letters, digits, . _ or -').default('hopledger'),
    ),
    maxWaiting: setting('Appends that may wait before OVERLOADED.', whole(1, 1_000_000, 10_000)),
    maxBatch: setting(
      'Of the engine `sqlite`: most appends in one commit to the disk.',
      whole(1, 10_000, 128),
    ),
    maxEventBytes: setting(
      'Largest event. Of the engine `eventstoredb` also at most 1 MiB, its bound of an append.',
      whole(1 * KIB, 64 * MIB, 4 * MIB),
    ),
  },
  views: {
    readyLagEvents: setting(
      'Not ready while the views are further behind than this.',
      whole(0, 10_000_000, 1000),
    ),
    waitMs: setting(
      'How long a read waits for a position before POSITION_NOT_REACHED.',
      whole(0, 60_000, 5000),
    ),
  },
  auth: {
    tokensFile: setting(
      'JSON file of `hopledger token create`. Without one, every local caller is admin.',
      z.string().min(1).optional(),
    ),
    webhookSecretsFile: setting(
      'JSON file of secrets that senders of events sign with (Standard Webhooks): `[{"name", "role": "recorder", "secret": "whsec_…", "host"?}]`.',
      z.string().min(1).optional(),
    ),
    publicMetrics: setting('Serve `/metrics` without a token.', onOff(false)),
  },
  limits: {
    bodyBytes: setting(
      'Largest body of a request, where nothing else is said, and of one that is signed (Standard Webhooks).',
      whole(1 * KIB, 64 * MIB, 1 * MIB),
    ),
    hookBodyBytes: setting('Largest body of a libvirt hook call.', whole(1 * KIB, 64 * MIB, 2 * MIB)),
    requestMs: setting('How long a client may take to send one request.', whole(1000, 3_600_000, 60_000)),
    eventsBodyBytes: setting(
      'Largest body of an event batch or an import.',
      whole(1 * KIB, 256 * MIB, 8 * MIB),
    ),
    messages: setting(
      'Most messages in one request: CloudEvents, notifications, objects.',
      whole(1, 100_000, 1000),
    ),
  },
  xml: {
    maxBytes: setting('Largest domain XML.', whole(1 * KIB, 64 * MIB, 2 * MIB)),
    maxDepth: setting('Deepest nesting of elements.', whole(8, 1000, 64)),
    maxElements: setting('Most elements in one document.', whole(100, 1_000_000, 20_000)),
  },
  graphql: {
    maxDepth: setting('Deepest query.', whole(1, 100, 12)),
    maxCost: setting(
      'Costliest query; a field costs 1, a list its page size times its fields.',
      whole(1, 10_000_000, 10_000),
    ),
    maxAliases: setting('Most aliases in one query.', whole(0, 10_000, 50)),
    maxTokens: setting('Most lexical tokens in one query.', whole(10, 1_000_000, 2000)),
    pageSize: setting('Size of a page when `first` is not given.', whole(1, 1000, 50)),
    maxPageSize: setting('Largest `first`.', whole(1, 1000, 200)),
    introspection: setting('Answer schema queries.', onOff(true)),
    graphiql: setting('Serve the query page `/graphiql`.', onOff(true)),
  },
  subscriptions: {
    maxConnections: setting('Most WebSocket connections.', whole(0, 100_000, 500)),
    maxPerConnection: setting('Most subscriptions on one connection.', whole(1, 1000, 20)),
    bufferEvents: setting(
      'Events kept for a slow subscriber before SUBSCRIBER_TOO_SLOW.',
      whole(1, 1_000_000, 1000),
    ),
  },
  rateLimit: {
    requests: setting(
      'Requests per window, for each token (or address without one); 0 sets no limit.',
      whole(0, 10_000_000, 60_000),
    ),
    windowMs: setting('Length of the window.', whole(100, 86_400_000, 60_000)),
  },
  hook: {
    blocked: setting(
      'What the hook answers when the hop would break the guest: `refuse` stops libvirt, `warn` lets it pass with a warning.',
      oneOf(['refuse', 'warn'], 'refuse'),
    ),
    unknown: setting(
      'What it answers when hopledger cannot tell: `pass` the XML through, or `refuse`.',
      oneOf(['pass', 'refuse'], 'pass'),
    ),
    form: setting(
      'How values are written into the XML: `<qemu:override>` per device, `-global`, or `auto` by libvirt version.',
      oneOf(['auto', 'override', 'global'], 'auto'),
    ),
  },
  tiers: {
    notPromised: setting(
      'What a hop to an older QEMU is made of, which upstream does not promise: `keep` the verdict, at least `risky`, or `blocked`.',
      oneOf(['keep', 'risky', 'blocked'], 'keep'),
    ),
    none: setting(
      'The same for a machine type without a version across versions of QEMU, of which nothing is promised.',
      oneOf(['keep', 'risky', 'blocked'], 'keep'),
    ),
    backwardPromisedBy: setting(
      'Vendors that promise hops to older builds too: texts that the packages of both builds hold, such as `.el9`.',
      list(),
    ),
  },
  webhooks: {
    keyFile: setting(
      'The master key that secrets of endpoints are derived from: base64 of 32 bytes, which others may not read, nor group write. On SQLite `webhooks.key` in the data directory when not given, made at first need. Servers that share a ledger must be given the same.',
      z.string().min(1).optional(),
    ),
    allowedNetworks: setting(
      'Networks (CIDR) or addresses that are sent to though they are not public, such as `10.20.0.0/16`.',
      networks(),
    ),
    deniedNetworks: setting(
      'Networks (CIDR) or addresses that are never sent to, though they are public or `webhooks.allowedNetworks` has them. By default the address at which Azure serves its guests; name here the NAT64 prefix of your own, if you have one.',
      networks(['168.63.129.16']),
    ),
    allowInsecure: setting(
      'Take endpoints whose URL is `http`, which anyone on the way can read.',
      onOff(false),
    ),
    leaseTtlMs: setting(
      'Of servers that share a ledger one sends webhooks; after so much silence of it another takes over. It writes an event each half of this while there is nothing else to write.',
      whole(2_000, 600_000, 30_000),
    ),
    timeoutMs: setting('How long one attempt to deliver may take.', whole(1000, 30_000, 15_000)),
    maxEndpoints: setting('Most endpoints.', whole(0, 1000, 50)),
    retentionDays: setting(
      'How long messages and their deliveries are kept in `webhooks.db`, those that still wait included.',
      whole(1, 365, 30),
    ),
  },
  clock: {
    skewWarnMs: setting(
      'Warn (CLOCK_SKEW) when a report is further from our clock.',
      whole(0, 86_400_000, 5000),
    ),
  },
  log: {
    level: setting(
      'Least level to log.',
      oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'info'),
    ),
    pretty: setting('Lines for people instead of JSON.', onOff(false)),
  },
  shutdown: {
    graceMs: setting(
      'How long requests may finish after SIGTERM before the process exits with 1.',
      whole(0, 600_000, 10_000),
    ),
  },
} as const satisfies Record<string, Record<string, Setting>>;

type Groups = typeof SETTINGS;
type Value<T> = T extends Setting<infer S> ? z.output<S> : never;

/** The settings as they are in force. Frozen, all through. */
export type Settings = {
  readonly [G in keyof Groups]: { readonly [K in keyof Groups[G]]: Value<Groups[G][K]> };
};

/** `listen`, `host` → `HOPLEDGER_LISTEN_HOST`. */
export function environmentName(group: string, name: string): string {
  const upper = (text: string) => text.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
  return `HOPLEDGER_${upper(group)}_${upper(name)}`;
}

/** Each setting with both its names, in the order of {@link SETTINGS}. */
export function eachSetting(): readonly {
  readonly group: string;
  readonly name: string;
  readonly path: string;
  readonly variable: string;
  readonly setting: Setting;
}[] {
  return Object.entries(SETTINGS).flatMap(([group, settings]) =>
    Object.entries<Setting>(settings).map(([name, one]) => ({
      group,
      name,
      path: `${group}.${name}`,
      variable: environmentName(group, name),
      setting: one,
    })),
  );
}
