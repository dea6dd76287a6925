// Takes hopledger's webhooks: WEBHOOK_SECRET=whsec_… PORT=8080 node receiver.mjs
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { Webhook } from 'standardwebhooks';

const MAX_BYTES = 1024 * 1024;
const REMEMBERED = 10_000;

/** Calls `handle` with each message that is rightly signed, once. When it throws, hopledger sends the message again. */
export const receive = (handle, { secret, port } = settings()) => {
  const webhook = new Webhook(secret);
  const handled = new Set();
  const server = createServer(async (request, response) => {
    const answer = (status) => response.writeHead(status).end();
    try {
      const pieces = [];
      for await (const piece of request)
        if (pieces.push(piece) && Buffer.concat(pieces).length > MAX_BYTES) return answer(413);
      let message;
      try {
        message = webhook.verify(Buffer.concat(pieces), request.headers);
      } catch {
        return answer(401);
      }
      if (!handled.has(message.id)) await handle(message);
      handled.add(message.id);
      if (handled.size > REMEMBERED) handled.delete(handled.values().next().value);
      answer(204);
    } catch (error) {
      console.error(String(error));
      answer(500);
    }
  });
  server.listen(port, '127.0.0.1', () => console.log(`listening on port ${server.address().port}`));
  return server;
};

const settings = () => ({
  secret: process.env.WEBHOOK_SECRET ?? '',
  port: Number(process.env.PORT ?? 8080),
});

if (import.meta.url === pathToFileURL(process.argv[1]).href)
  receive((message) => console.log(JSON.stringify(message)));
