import { Server, ServerCredentials, status, type Metadata } from '@grpc/grpc-js';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Faults } from './faults.js';
import { failure, notLeaderFailure } from './messages.js';
import { ServerLog, type Proposed } from './server-log.js';
import type { Reads } from './subscription.js';
import { streamsService } from './streams-service.js';
import { features, gossip, GossipService, ServerFeaturesService, shared, StreamsService } from './stubs.js';

export interface ProtocolServerOptions {
  readonly log?: ServerLog;
  readonly port?: number;
  /** Serves with the certificate of certificates/, and asks clients for one when it is `mutual`. */
  readonly tls?: 'server' | 'mutual';
  /** `user:password`, without which calls are refused. */
  readonly user?: string;
  readonly role?: ClusterRole;
}

/** What a node knows of its cluster. */
export interface ClusterRole {
  /** Ports of the nodes that are up. */
  nodes(): readonly number[];
  /** Port of the node that leads. */
  leader(): number;
}

export const certificate = (name: string): string =>
  fileURLToPath(new URL(`certificates/${name}.pem`, import.meta.url));

/** A stand-in for EventStoreDB on loopback: its protocol, its semantics, and faults on demand. See README.md. */
export class ProtocolServer {
  readonly log: ServerLog;
  readonly faults: Faults = {};
  readonly reads: Reads = { subscriptions: 0, sent: 0, passedOver: 0 };
  readonly #options: ProtocolServerOptions;
  #server = new Server();
  #ending = new AbortController();
  #port: number;

  private constructor(options: ProtocolServerOptions) {
    this.#options = options;
    this.#port = options.port ?? 0;
    this.log = options.log ?? new ServerLog();
  }

  static async start(options: ProtocolServerOptions = {}): Promise<ProtocolServer> {
    const server = new ProtocolServer(options);
    // Nobody has a server for himself: there is something in it, and others write to it.
    if (!options.log) for (let other = 0; other < 40; other += 1) server.disturb();
    await server.#listen();
    return server;
  }

  get port(): number {
    return this.#port;
  }

  /** `more` is options, as `name=value`. */
  connection(port = this.#port, ...more: readonly string[]): string {
    const { tls, user } = this.#options;
    const security =
      tls === undefined
        ? ['tls=false']
        : [
            `tlsCAFile=${encodeURIComponent(certificate('ca'))}`,
            ...(tls === 'mutual'
              ? [
                  `userCertFile=${encodeURIComponent(certificate('user'))}`,
                  `userKeyFile=${encodeURIComponent(certificate('user-key'))}`,
                ]
              : []),
          ];
    return `esdb://${user === undefined ? '' : `${user}@`}127.0.0.1:${port}?${[...security, ...more].join('&')}`;
  }

  /** Another program appends something of its own. */
  disturb(): void {
    const count = this.log.all.length;
    const event: Proposed = {
      id: `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`,
      type: count % 3 === 0 ? '$statsCollected' : 'OrderPlaced',
      contentType: 'application/json',
      data: Buffer.from('{"of":"others"}'),
      metadata: Buffer.from(''),
    };
    this.log.append(count % 3 === 0 ? '$stats-127.0.0.1:2113' : `order-${count}`, 'any', [event]);
  }

  /** The process dies: every call fails, the port is closed. The log is kept, as on a disk. */
  async stop(): Promise<void> {
    this.#ending.abort();
    this.#server.forceShutdown();
    // The ends of its calls come a few turns later.
    await setTimeout(20);
  }

  /** Comes back on the same port. */
  async resume(): Promise<void> {
    this.#server = new Server();
    this.#ending = new AbortController();
    await this.#listen();
  }

  async #listen(): Promise<void> {
    const { tls } = this.#options;
    this.#server.addService(StreamsService, this.#streams());
    this.#server.addService(ServerFeaturesService, {
      getSupportedMethods: (_call: unknown, callback: (error: null, answer: object) => void) =>
        callback(null, supportedMethods()),
    });
    this.#server.addService(GossipService, {
      read: (_call: unknown, callback: (error: null, answer: object) => void) =>
        callback(null, this.#members()),
    });
    const security =
      tls === undefined
        ? ServerCredentials.createInsecure()
        : ServerCredentials.createSsl(
            readFileSync(certificate('ca')),
            [
              {
                cert_chain: readFileSync(certificate('server')),
                private_key: readFileSync(certificate('server-key')),
              },
            ],
            tls === 'mutual',
          );
    this.#port = await new Promise<number>((resolve, reject) =>
      this.#server.bindAsync(`127.0.0.1:${this.#port}`, security, (error, port) =>
        error ? reject(error) : resolve(port),
      ),
    );
  }

  #streams() {
    return streamsService({
      log: this.log,
      faults: this.faults,
      reads: this.reads,
      ending: this.#ending.signal,
      refusal: (metadata) => this.#refusal(metadata),
    });
  }

  #refusal(metadata: Metadata): Error | undefined {
    const { user, role } = this.#options;
    const [given] = metadata.get('authorization');
    const unknown = this.faults.refuseAll === true;
    if (unknown || (user !== undefined && given !== `Basic ${Buffer.from(user).toString('base64')}`))
      return failure(status.UNAUTHENTICATED, 'not authenticated');
    const leader = role?.leader();
    if (leader !== undefined && leader !== this.#port && metadata.get('requires-leader')[0] === 'true')
      return notLeaderFailure('127.0.0.1', leader);
    return undefined;
  }

  #members() {
    const { role } = this.#options;
    const leader = role?.leader() ?? this.#port;
    const info = new gossip.ClusterInfo();
    for (const port of role?.nodes() ?? [this.#port]) {
      const member = new gossip.MemberInfo();
      const endpoint = new gossip.EndPoint();
      endpoint.setAddress('127.0.0.1');
      endpoint.setPort(port);
      const id = new shared.UUID();
      id.setString(`00000000-0000-4000-8000-${String(port).padStart(12, '0')}`);
      member.setInstanceId(id);
      member.setTimeStamp(String(Date.now()));
      member.setIsAlive(true);
      const { LEADER, FOLLOWER } = gossip.MemberInfo.VNodeState;
      member.setState(port === leader ? LEADER : FOLLOWER);
      member.setHttpEndPoint(endpoint);
      info.addMembers(member);
    }
    return info;
  }
}

function supportedMethods() {
  const supported = new features.SupportedMethods();
  supported.setEventStoreServerVersion('23.10.0.0');
  for (const { path } of Object.values(StreamsService)) {
    const [, service = '', method = ''] = path.split('/');
    const one = new features.SupportedMethod();
    one.setServiceName(service.toLowerCase());
    one.setMethodName(method.toLowerCase());
    supported.addMethods(one);
  }
  return supported;
}
