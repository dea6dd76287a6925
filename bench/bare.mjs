/**
 * The least that Fastify can do with the requests of a benchmark: it reads the body as JSON and answers a constant, of as
 * many bytes as hopledger's own answer had. A process of its own, as hopledger is. Started by `server.mjs`.
 *
 *   node bench/bare.mjs BYTES
 */
import Fastify from 'fastify';

const answer = JSON.stringify({ fill: 'x'.repeat(Math.max(0, Number(process.argv[2] ?? 0) - 11)) });
const fastify = Fastify({ bodyLimit: 2 * 1024 * 1024 });
fastify.post('/', (request, reply) => {
  if (typeof request.body !== 'object') throw new Error('no JSON came');
  return reply.type('application/json').send(answer);
});
const url = await fastify.listen({ port: 0, host: '127.0.0.1' });
console.log(JSON.stringify({ url, msg: 'listening' }));
