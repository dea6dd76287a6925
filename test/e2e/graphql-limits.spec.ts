import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { VIEWS } from '../../src/views/token.js';
import type { Views } from '../../src/views/views.js';
import { TestServer } from './graphql-harness.js';
import { Life } from './graphql-life.js';

describe('a query is measured before it runs', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({
      HOPLEDGER_GRAPHQL_MAX_DEPTH: '8',
      HOPLEDGER_GRAPHQL_MAX_ALIASES: '3',
      HOPLEDGER_GRAPHQL_MAX_COST: '500',
      HOPLEDGER_GRAPHQL_MAX_TOKENS: '300',
      HOPLEDGER_GRAPHQL_PAGE_SIZE: '10',
      HOPLEDGER_GRAPHQL_MAX_PAGE_SIZE: '20',
    });
  });
  afterAll(() => server.close());

  const refusal = async (query: string, variables: object = {}) => {
    const { status, data, errors } = await server.ask(query, variables);
    expect([status, data]).toEqual([400, undefined]);
    return errors?.[0]?.extensions;
  };

  test('for its depth, through fragments too', async () => {
    const deep =
      '{ vms { nodes { vm { carried { nodes { because { event { id } } behaviour { rules { evidence { grade } } } } } } } } }';
    expect(await refusal(deep)).toMatchObject({ code: 'QUERY_TOO_DEEP', depth: 9, limit: 8 });
    const spread = `{ vms { nodes { vm { ...A } } } } fragment A on Vm { carried { nodes { ...B } } } fragment B on CarriedValue { behaviour { rules { evidence { grade } } } }`;
    expect(await refusal(spread)).toMatchObject({ code: 'QUERY_TOO_DEEP', depth: 9 });
  });

  test('for its cost, with page sizes out of variables', async () => {
    const query =
      'query ($first: Int) { vms(first: $first) { nodes { vm { hops(first: $first) { nodes { id outcome } } } } } }';
    expect(await refusal(query, { first: 20 })).toMatchObject({ code: 'QUERY_TOO_COSTLY', limit: 500 });
    expect((await server.ask(query, { first: 5 })).status).toBe(200);
  });

  test('for its aliases, tokens and pages', async () => {
    const aliases = `{ ${['a', 'b', 'c', 'd'].map((name) => `${name}: ledger { position }`).join(' ')} }`;
    expect(await refusal(aliases)).toMatchObject({ code: 'QUERY_TOO_DEEP', aliases: 4, limit: 3 });
    expect(await refusal(`{ ${'ledger { position } '.repeat(100)} }`)).toMatchObject({
      code: 'QUERY_TOO_DEEP',
    });
    expect(await refusal('{ vms(first: 21) { nodes { uuid } } }')).toMatchObject({
      code: 'PAGE_TOO_LARGE',
      limit: 20,
    });
    expect(await refusal('query ($n: Int = 99) { hosts(first: $n) { nodes { name } } }')).toMatchObject({
      code: 'PAGE_TOO_LARGE',
    });
    expect(await refusal('{ vms(first: 0) { nodes { uuid } } }')).toMatchObject({ code: 'BAD_INPUT' });
    expect(await refusal('{ fleet { byHost(first: 21) { key } } }')).toMatchObject({
      code: 'PAGE_TOO_LARGE',
    });
  });

  test('a fragment bomb is weighed without being expanded', async () => {
    const bomb = `{ ...F0 } ${Array.from({ length: 20 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`).join(' ')} fragment F20 on Query { ledger { position viewLag } }`;
    const started = performance.now();
    expect(await refusal(bomb)).toMatchObject({ code: 'QUERY_TOO_COSTLY', cost: 2 ** 20 * 3 });
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test('malformed and invalid queries are told where', async () => {
    expect(await refusal('{ vms { ')).toMatchObject({ code: 'BAD_INPUT', requestId: expect.any(String) });
    const { errors } = await server.ask('{ ledger { colour } }');
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining('colour'),
      locations: [{ line: 1, column: 12 }],
    });
    expect(await refusal('query A { ledger { position } } query B { ledger { position } }')).toMatchObject({
      code: 'BAD_INPUT',
    });
    expect(await refusal('')).toMatchObject({ code: 'BAD_INPUT' });
  });

  test('the lineage has a limit of its own', async () => {
    const life = new Life(server, randomUUID());
    await life.launch();
    const { errors } = await server.ask(
      'query ($u: UUID!) { vm(uuid: $u) { lineage(last: 501) { truncated } } }',
      { u: life.uuid },
    );
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'PAGE_TOO_LARGE', limit: 500 });
  });
});

describe('what else is held off', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({
      HOPLEDGER_GRAPHQL_INTROSPECTION: 'false',
      HOPLEDGER_GRAPHQL_GRAPHIQL: 'false',
    });
  });
  afterAll(() => server.close());

  test('without introspection the schema is not told, nor hinted at', async () => {
    const { errors } = await server.ask('{ __schema { queryType { name } } }');
    expect(errors?.[0]?.extensions.code).toBe('BAD_INPUT');
    const hint = await server.ask('{ ledgr { position } }');
    expect(hint.errors?.[0]?.message).not.toContain('Did you mean');
    expect((await fetch(`${server.url}/graphiql`)).status).toBe(404);
  });

  test('a form post from a page, a stored query and a batch are refused', async () => {
    const query = encodeURIComponent('{ ledger { position } }');
    // No preflight: a page of another site can send this.
    const simple = await fetch(`${server.url}/graphql?query=${query}`, {
      headers: { 'content-type': 'text/plain' },
    });
    expect(simple.status).toBe(400);
    const allowed = await fetch(`${server.url}/graphql?query=${query}`, {
      headers: { 'apollo-require-preflight': '1' },
    });
    expect(allowed.status).toBe(200);
    const post = (body: unknown) =>
      fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await post([{ query: '{ ledger { position } }' }])).status).toBe(400);
    const stored = await post({ extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } });
    expect(await stored.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_INPUT' } }] });
    const mutation = encodeURIComponent('mutation { retireHost(input: {}) { __typename } }');
    const viaGet = await fetch(`${server.url}/graphql?query=${mutation}`, {
      headers: { 'apollo-require-preflight': '1' },
    });
    expect(viaGet.status).toBeGreaterThanOrEqual(400);
  });

  test('a body over the limit is not read', async () => {
    const { status } = await server.ask(`{ ledger { position } } # ${'x'.repeat(2_000_000)}`);
    expect(status).toBe(413);
  });

  test('a fault of ours is masked, and logged under the id that the client is told', async () => {
    const views = server.server.app.get<Views>(VIEWS);
    const failing = jest.spyOn(views, 'fleet').mockImplementation(() => {
      throw new Error('secret path /var/lib/hopledger/views.db');
    });
    const { status, data, errors } = await server.ask('{ fleet { vms } }');
    failing.mockRestore();
    expect([status, data]).toEqual([200, null]);
    expect(JSON.stringify(errors)).not.toContain('secret');
    const extensions = errors?.[0]?.extensions;
    expect(extensions?.code).toBe('INTERNAL');
    const logged = server.log
      .filter((line) => line.includes('secret path'))
      .map((line) => JSON.parse(line) as object);
    expect(logged).toEqual([expect.objectContaining({ requestId: extensions?.['requestId'] })]);
  });
});

describe('the query page', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(() => server.close());

  test('is one HTML that loads nothing from elsewhere and runs its own scripts alone', async () => {
    const response = await fetch(`${server.url}/graphiql`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/html');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/script-src 'sha256-[^']+';/);
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toContain('http');
    const html = await response.text();
    expect(html).not.toMatch(/<(script|link|img|iframe)[^>]+(src|href)=["']https?:/);
    expect(html).toContain('"endpoint":"/graphql"');
    const again = await fetch(`${server.url}/graphiql`, {
      headers: { 'if-none-match': response.headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
    const plain = await fetch(`${server.url}/graphiql`, { headers: { 'accept-encoding': 'identity' } });
    expect((await plain.text()).length).toBe(html.length);
  });

  test('can read the schema', async () => {
    const { status, data, errors } = await server.ask(getIntrospectionQuery());
    expect([status, errors]).toEqual([200, undefined]);
    expect(data).toMatchObject({
      __schema: { types: expect.arrayContaining([expect.objectContaining({ name: 'Vm' })]) },
    });
  });
});
