/**
 * A server that answers a libvirt hook with what it was sent, at once: for `migrate` and `restore` the same XML as the one to
 * use, for all else nothing. A process of its own, as hopledger is. Started by `server.mjs`.
 */
import Fastify from 'fastify';

const fastify = Fastify({ bodyLimit: 2 * 1024 * 1024 });
fastify.addContentTypeParser('application/xml', { parseAs: 'string' }, (_request, body, done) =>
  done(null, body),
);
fastify.post('/v1/libvirt/hook', (request, reply) => {
  const asks = ['migrate', 'restore'].includes(request.query.operation);
  reply.headers({ 'hopledger-request': 'echo', 'hopledger-answer': asks ? 'rewritten' : 'recorded' });
  return asks ? reply.type('application/xml').send(request.body) : reply.status(204).send();
});
const url = await fastify.listen({ port: 0, host: '127.0.0.1' });
console.log(JSON.stringify({ url, msg: 'listening' }));
