import { test } from '@jest/globals';
import { TestServer } from './graphql-harness.js';
import { Life } from './graphql-life.js';
test('x', async () => {
  const server = await TestServer.start();
  const life = new Life(server);
  console.log(JSON.stringify(await life.try('recordGuestReset', { host: 'a' })));
  console.log(server.log.filter((l) => /"level":[45]0/.test(l)).join(''));
  await server.close();
});
