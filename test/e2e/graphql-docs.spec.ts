import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { onEventStoreDB } from './ledger-under-test.js';
import { TestServer } from './graphql-harness.js';

interface Example {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** The queries of the page in their order, each with the JSON block that follows it, if one does. */
const examples = (): readonly Example[] => {
  const page = readFileSync(new URL('../../docs/reference/graphql.md', import.meta.url), 'utf8');
  return [...page.matchAll(/```graphql\n([\s\S]*?)```(?:\s*```json\n([\s\S]*?)```)?/g)].map(
    ([, query, variables]) => ({
      query: query ?? '',
      variables: JSON.parse(variables ?? '{}') as Record<string, unknown>,
    }),
  );
};

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.close());

/** As the page shows it, which has SQLite's; EventStoreDB's have 20 digits, and gaps. */
const position = (shown: string): unknown => (onEventStoreDB ? expect.stringMatching(/^\d{20}$/) : shown);

it('every example of docs/reference/graphql.md answers as the page says', async () => {
  const answers: unknown[] = [];
  const written: string[] = [];
  /** With the positions that the first two writes have here, which the page calls 2 and 3. */
  const here = (query: string): string =>
    query.replace(/(?<=")0{15}([23])(?=")/g, (shown, nth) => written[Number(nth) - 2] ?? shown);
  for (const { query, variables } of examples()) {
    if (query.startsWith('subscription')) {
      for await (const { data, errors } of server.client().iterate({ query, variables })) {
        expect([query, errors]).toEqual([query, undefined]);
        answers.push(data);
        break;
      }
      continue;
    }
    const { data, errors } = await server.ask(here(query), variables);
    expect([query, errors]).toEqual([query, undefined]);
    answers.push(data);
    const [, position] = /"position":"(\d+)"/.exec(JSON.stringify(data)) ?? [];
    if (position !== undefined) written.push(position);
  }
  expect(answers).toEqual([
    {
      recordLaunch: {
        position: position('0000000000000002'),
        revision: '0',
        repeated: false,
        vm: { tainted: true },
      },
    },
    {
      reportHost: {
        position: position('0000000000000003'),
        host: { name: 'kvm-2', builds: [{ label: '8.2.0' }] },
      },
    },
    {
      vm: expect.objectContaining({
        name: 'erp-db-01',
        state: 'RUNNING',
        taints: { nodes: [expect.objectContaining({ value: 'on' }), expect.anything()] },
      }),
    },
    { assess: expect.objectContaining({ verdict: 'NEEDS_OVERRIDES' }) },
    {
      assessLaunch: {
        verdict: 'RISKY',
        warnings: expect.arrayContaining([expect.objectContaining({ kind: 'BORN_TAINTED' })]),
      },
    },
    expect.objectContaining({
      vms: { nodes: [expect.objectContaining({ name: 'erp-db-01' })], pageInfo: expect.anything() },
    }),
    {
      events: expect.objectContaining({
        nodes: [expect.objectContaining({ vm: '2e7c1f5a-8d4b-4c39-9a10-5b6c7d8e9f00' })],
      }),
    },
    { correctEvent: expect.objectContaining({ code: 'UNKNOWN_EVENT' }) },
    {
      vmChanged: expect.objectContaining({
        event: { type: 'VmLaunched' },
        vm: { state: 'RUNNING', tainted: true },
      }),
    },
    { events: expect.objectContaining({ type: 'VmLaunched', host: 'kvm-1' }) },
  ]);
});
