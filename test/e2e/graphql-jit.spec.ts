import { GraphQLSchemaHost } from '@nestjs/graphql';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execute, parse } from 'graphql';
import { ContextFactory } from '../../src/graphql/context-factory.js';
import { LOCAL } from '../../src/runtime/principal.js';
import { TestServer } from './graphql-harness.js';
import { GOOD, Life } from './graphql-life.js';

let server: TestServer;
let life: Life;
beforeAll(async () => {
  server = await TestServer.start();
  life = new Life(server);
  await life.launch();
  await life.hop('hosta', 'hostb', GOOD);
  await life.record('recordStateSaved', { host: 'hostb', savedState: 'kept', stopped: false });
});
afterAll(() => server.close());

/** What compiled queries are most likely to get wrong: fragments, directives, unions, defaults, nulls, broken promises. */
const QUERIES: readonly string[] = [
  `query ($u: UUID!) { vm(uuid: $u) { ...A ...B current { ...P } } } fragment A on Vm { uuid hops { ...H } } fragment B on Vm { hops { nodes { id } } } fragment H on HopConnection { nodes { outcome from { host } } } fragment P on VmProcess { host }`,
  'query ($u: UUID!, $yes: Boolean = true, $no: Boolean = false) { vm(uuid: $u) { uuid @skip(if: $yes) name @include(if: $yes) state @include(if: $no) ... @include(if: $no) { revision } } }',
  'query ($u: UUID!) { a: vm(uuid: $u) { x: name y: name } b: vm(uuid: "00000000-0000-4000-8000-000000000000") { name } }',
  'query ($u: UUID!) { assess(subject: { vm: $u }, destination: { build: { version: "8.2.0" } }) { __typename ... on Problem { code } ... on Assessment { verdict reasons { text evidence { grade } behaviour { id } } } } }',
  'query { assess(subject: { vm: "00000000-0000-4000-8000-000000000000" }, destination: { host: "x" }) { __typename ... on Problem { code } ... on UnknownVm { uuid } ... on Assessment { verdict } } }',
  'query ($u: UUID!, $f: CarriedFilter = { tainted: true }) { vm(uuid: $u) { carried(filter: $f, first: 1) { edges { cursor node { alias drift { observed } } } pageInfo { hasNextPage } } savedState(id: "none") { id } } }',
  'query ($u: UUID!) { vm(uuid: $u) { hops(after: "bm8=") { nodes { id } } name } behaviour(id: "pcie-err-unc-mask") { selector { when { kind name } } } }',
  'query ($u: UUID!) { vm(uuid: $u) { lineage { nodes { kind process { host configuration { cpu { mode } } } savedState { id } } } events(first: 2) { nodes { data report } } } }',
];

test.each(QUERIES.map((query) => [query]))('compiled, it answers as graphql-js does: %s', async (query) => {
  const variables = query.includes('$u') ? { u: life.uuid } : {};
  const { schema } = server.server.app.get(GraphQLSchemaHost);
  const contextValue = server.server.app.get(ContextFactory, { strict: false }).create(LOCAL, 'test');
  const byInterpreter = await execute({
    schema,
    document: parse(query),
    variableValues: variables,
    contextValue,
  });
  // Twice: the second one comes out of the cache.
  for (let i = 0; i < 2; i += 1) {
    const compiled = await server.ask(query, variables);
    expect(compiled.data).toEqual(JSON.parse(JSON.stringify(byInterpreter.data)));
    expect(compiled.errors?.map(({ message }) => message)).toEqual(
      byInterpreter.errors?.map(({ message }) => message),
    );
  }
});

test('the same document with several operations runs the one that is named', async () => {
  const query = 'query A { ledger { viewLag } } query B { catalogue { behaviourCount } }';
  const a = await server.ask(query, {}, { operationName: 'A' });
  const b = await server.ask(query, {}, { operationName: 'B' });
  expect([Object.keys(a.data), Object.keys(b.data)]).toEqual([['ledger'], ['catalogue']]);
  const { errors } = await server.ask(query, {}, { operationName: 'C' });
  expect(errors?.[0]?.extensions.code).toBe('BAD_INPUT');
});

test('more documents than the cache holds are all answered', async () => {
  for (let i = 0; i < 520; i += 40) {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => server.ask(`query Q${i + n} { ledger { viewLag } }`)),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
  }
});
