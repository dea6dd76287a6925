import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestServer, tokensFile } from './graphql-harness.js';
import { Life } from './graphql-life.js';

describe('who may', () => {
  const made = tokensFile([
    { name: 'reader', role: 'reader' },
    { name: 'recorder', role: 'recorder' },
    { name: 'bound', role: 'recorder', host: 'hosta' },
    { name: 'operator', role: 'operator' },
  ]);
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ HOPLEDGER_AUTH_TOKENS_FILE: made.file });
  });
  afterAll(async () => {
    await server.close();
    made.remove();
  });

  const record = async (name: string, host: string): Promise<string> => {
    const life = new Life(server, randomUUID(), undefined, made.tokens[name]);
    const { data, errors } = await life.try('recordGuestReset', { host });
    return errors?.[0]?.extensions.code ?? data.recordGuestReset.__typename;
  };
  const retract = async (name: string): Promise<string> => {
    const life = new Life(server, randomUUID(), undefined, made.tokens[name]);
    const { data, errors } = await life.try('retractEvent', { eventId: randomUUID(), reason: 'why' });
    return errors?.[0]?.extensions.code ?? data.retractEvent.__typename;
  };

  test('without a token nothing is answered', async () => {
    const { status } = await server.ask('{ ledger { position } }');
    expect(status).toBe(401);
  });

  test('readers read, recorders record for their host, operators change', async () => {
    const token = made.tokens['reader'];
    expect(
      (await server.ask('{ ledger { position } }', {}, token === undefined ? {} : { token })).data.ledger
        .position,
    ).toMatch(/^\d*[1-9]\d*$/); // the revision of the catalogue
    expect(await record('reader', 'hosta')).toBe('FORBIDDEN');
    expect(await record('recorder', 'hosta')).toBe('Recorded');
    expect(await record('bound', 'hosta')).toBe('Recorded');
    expect(await record('bound', 'hostb')).toBe('FORBIDDEN');
    expect(await record('operator', 'hostb')).toBe('Recorded');
    expect(await retract('recorder')).toBe('FORBIDDEN');
    expect(await retract('operator')).toBe('UnknownVm');
  });

  test('a refusal names the role it needs', async () => {
    const life = new Life(server, randomUUID(), undefined, made.tokens['reader']);
    const { errors } = await life.try('recordGuestReset', { host: 'hosta' });
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'FORBIDDEN',
      needs: 'recorder',
      has: 'reader',
      requestId: expect.any(String),
    });
  });
});
