import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { handleProtocols, makeServer, type Server as ProtocolServer } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import { GRAPHQL_PATH } from '../apollo/options.js';
import { ContextFactory } from '../context-factory.js';
import type { Authenticator } from '../../runtime/authenticator.js';
import type { Config } from '../../runtime/config.js';
import type { Logger } from '../../runtime/logging.js';
import { AUTHENTICATOR, CONFIG, LOGGER, SHUTDOWN } from '../../runtime/provided.js';
import type { Shutdown } from '../../runtime/shutdown.js';
import { protocolOptions } from './protocol-options.js';
import { connectSocket, type Extra } from './socket.js';

/** How long clients may take to answer that they are closing. */
const CLOSING_MS = 1_000;
/** RFC 6455: going away, try again later. */
const GOING_AWAY = 1001;
const TRY_LATER = 1013;

/** Subscriptions: the WebSocket side of `/graphql`. */
@Injectable()
export class LiveServer implements OnApplicationBootstrap {
  constructor(
    private readonly adapter: HttpAdapterHost,
    private readonly schema: GraphQLSchemaHost,
    private readonly contexts: ContextFactory,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(SHUTDOWN) private readonly shutdown: Shutdown,
  ) {}

  onApplicationBootstrap(): void {
    const { config, logger } = this;
    const sockets = new WebSocketServer({
      noServer: true,
      maxPayload: config.limits.bodyBytes,
      perMessageDeflate: false,
      handleProtocols: (offered) => handleProtocols(offered),
    });
    const protocol: ProtocolServer<Extra> = makeServer(
      protocolOptions({
        schema: this.schema.schema,
        contexts: this.contexts,
        authenticator: this.authenticator,
        config,
        logger,
      }),
    );
    sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
      if (sockets.clients.size > config.subscriptions.maxConnections) {
        socket.close(TRY_LATER, 'SUBSCRIPTION_LIMIT');
        return;
      }
      connectSocket(protocol, { socket, request }, (error) =>
        logger.error({ err: error }, 'subscription failed'),
      );
    });
    // Nest types the server of an adapter as any.
    const http = this.adapter.httpAdapter.getHttpServer() as HttpServer;
    http.on('upgrade', (request, stream: Duplex, head) => this.#upgrade(sockets, request, stream, head));
    this.shutdown.register('streams', 'subscriptions', () => this.#close(sockets));
  }

  #upgrade(sockets: WebSocketServer, request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const path = request.url?.split('?', 1)[0];
    if (path !== GRAPHQL_PATH) {
      stream.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => sockets.emit('connection', socket, request));
  }

  /** Clients are told to come back: each knows the position of its last answer. */
  async #close(sockets: WebSocketServer): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      sockets.close(() => resolve());
    });
    for (const socket of sockets.clients) socket.close(GOING_AWAY, 'SHUTTING_DOWN');
    const cutOff = setTimeout(() => {
      for (const socket of sockets.clients) socket.terminate();
    }, CLOSING_MS);
    await ended;
    clearTimeout(cutOff);
  }
}
