import { EventStoreDBClient, type ChannelCredentialOptions } from '@eventstore/db-client';
import { Channel, credentials } from '@grpc/grpc-js';
import { setImmediate } from 'node:timers/promises';
import type { Certificates } from './certificates.js';
import type { ConnectionSettings, EndPoint, NodePreference } from './connection-string.js';

export interface ClientTarget {
  readonly settings: ConnectionSettings;
  readonly certificates: Certificates;
  readonly nodePreference: NodePreference;
  /** This node and no other, where the server named it. */
  readonly endpoint?: EndPoint | undefined;
}

/**
 * The client, with what it shares with other clients of the process cut off, and its own ideas of reconnecting too:
 *
 * - No batch append. That path joins all appends of the process in one table, and one client's stream error rejects the
 *   appends of all others. It also asks the server for its features first, without a deadline.
 * - A connection of its own. gRPC shares connections between channels to one target, so a connection that is dead and
 *   does not know it would be given to the client that is to replace this one.
 * - One connection for its life. The client replaces it behind the scenes, in work that nobody awaits: when discovery
 *   fails there, the process ends with an unhandled rejection. `Connection` replaces the whole client instead.
 * - No call on a connection that is closed: there its append throws where nobody catches, which ends the process too.
 */
export class PrivateClient extends EventStoreDBClient {
  readonly #target: ClientTarget;
  /** The client's own list of whom it asks for the nodes of the cluster, round after round. */
  readonly #candidates: EndPoint[];
  readonly #ending = new AbortController();
  #opened: Promise<Channel> | undefined;

  constructor(target: ClientTarget) {
    const { settings, certificates, nodePreference, endpoint } = target;
    const { hosts, discover } = settings;
    const candidates = [...hosts];
    const common = {
      keepAliveInterval: settings.keepAliveIntervalMs,
      keepAliveTimeout: settings.keepAliveTimeoutMs,
      defaultDeadline: settings.defaultDeadlineMs,
      ...(settings.connectionName !== undefined && { connectionName: settings.connectionName }),
    };
    const cluster = {
      ...common,
      nodePreference,
      maxDiscoverAttempts: settings.maxDiscoverAttempts,
      discoveryInterval: settings.discoveryIntervalMs,
      gossipTimeout: settings.gossipTimeoutS,
    };
    const [first] = candidates;
    if (first === undefined) throw new Error('a connection without a host');
    const security: ChannelCredentialOptions = {
      insecure: !settings.tls,
      ...(certificates.ca && { rootCertificate: certificates.ca }),
      ...(certificates.userCert && { userCertFile: certificates.userCert }),
      ...(certificates.userKey && { userKeyFile: certificates.userKey }),
    };
    if (endpoint) super({ ...common, endpoint }, security, settings.credentials);
    else if (discover || candidates.length > 1)
      super({ ...cluster, endpoints: candidates }, security, settings.credentials);
    else super({ ...common, endpoint: first }, security, settings.credentials);
    this.#target = target;
    this.#candidates = candidates;
    const { execute } = this;
    this.execute = (Client, name, action) =>
      this.#ending.signal.aborted ? refused() : execute(Client, name, action);
  }

  protected override supports = (): Promise<boolean> => Promise.resolve(false);

  protected override handleError = (): Promise<void> => Promise.resolve();

  protected override getChannel = (): Promise<Channel> => {
    this.#opened ??= this.#open();
    return this.#opened;
  };

  /**
   * Ends every call and subscription of this client, and its connection. Does not wait for a discovery of nodes, which ends
   * by itself with the round that it is in.
   */
  async close(): Promise<void> {
    if (this.#ending.signal.aborted) return;
    this.#ending.abort();
    this.#candidates.length = 0;
    const opened = this.#opened;
    this.#opened ??= refused();
    // Whoever asks for the channel is told why there is none; here it is only waited for.
    this.#opened.catch(() => undefined);
    const channel = await opened?.catch(() => undefined);
    // Calls that were made before, or that waited for the channel, are a few promises away from it. On one that is closed
    // the client's append would throw where nobody catches, and never answer.
    await setImmediate();
    channel?.close();
  }

  async #open(): Promise<Channel> {
    const { settings, certificates } = this.#target;
    const { keepAliveIntervalMs, keepAliveTimeoutMs } = settings;
    const security = settings.tls
      ? credentials.createSsl(
          certificates.ca ?? null,
          certificates.userKey ?? null,
          certificates.userCert ?? null,
        )
      : credentials.createInsecure();
    const uri = await Promise.race([this.resolveUri(), ended(this.#ending.signal)]);
    return new Channel(uri, security, {
      'grpc.use_local_subchannel_pool': 1,
      'grpc.keepalive_time_ms': keepAliveIntervalMs < 0 ? Number.MAX_SAFE_INTEGER : keepAliveIntervalMs,
      'grpc.keepalive_timeout_ms': keepAliveTimeoutMs < 0 ? Number.MAX_SAFE_INTEGER : keepAliveTimeoutMs,
      // Our own retries know what they retry; gRPC's would repeat an append without us.
      'grpc.enable_retries': 0,
      // Events of up to 16 MiB can be in a log that others write to as well.
      'grpc.max_receive_message_length': 17 * 1024 * 1024,
    });
  }
}

const ended = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('the client is closed')), { once: true });
  });

const refused = (): Promise<never> => Promise.reject(new Error('the client is closed'));
