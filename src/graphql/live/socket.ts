import type { IncomingMessage } from 'node:http';
import type { Server as ProtocolServer } from 'graphql-ws';
import type { WebSocket } from 'ws';

/** What the protocol server knows of a connection. */
export interface Extra {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
}

/** A client that neither reads nor answers is cut off after at most twice this. */
const PING_MS = 12_000;

/**
 * Connects a socket with the protocol. A message counts as sent when it has left this process, so a client that does not
 * read is not sent more: nothing piles up for it.
 */
export const connectSocket = (
  server: ProtocolServer<Extra>,
  extra: Extra,
  onFault: (error: unknown) => void,
): void => {
  const { socket } = extra;
  let alive = true;
  const pinging = setInterval(() => {
    if (!alive) {
      socket.terminate();
      return;
    }
    alive = false;
    socket.ping();
  }, PING_MS);
  socket.on('pong', () => {
    alive = true;
  });

  const closed = server.opened(
    {
      protocol: socket.protocol,
      send: (text) =>
        new Promise((resolve, reject) => {
          if (socket.readyState !== socket.OPEN) {
            resolve();
            return;
          }
          socket.send(text, (error) => {
            // Gone meanwhile: its subscriptions end with the socket.
            if (error != null && socket.readyState === socket.OPEN) reject(error);
            else resolve();
          });
        }),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (handle) => {
        socket.on('message', (data) => {
          // Text, as the protocol has it; ws gives a Buffer unless told otherwise.
          handle(Buffer.isBuffer(data) ? data.toString() : '').catch((error: unknown) => {
            onFault(error);
            socket.close(1011, 'INTERNAL');
          });
        });
      },
    },
    extra,
  );
  // A message over the size limit, a broken frame: ws closes the socket with the code that says so.
  socket.on('error', () => undefined);
  socket.once('close', (code, reason) => {
    clearInterval(pinging);
    closed(code, reason.toString()).catch(onFault);
  });
};
