import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EndpointCommand } from '../domain/endpoint/decide.js';
import { HopledgerError } from '../errors.js';
import { UnknownOutcome } from '../ledger/errors.js';
import type { Ledger } from '../ledger/port.js';
import { metadataOf, reportContext } from '../recording/report-context.js';
import { Stand } from '../views/fixtures/stand.js';
import { ENDPOINT_STREAM, EndpointLog, type EndpointCause } from './endpoint-log.js';

const ANY = { types: null, vms: null, hosts: null, behaviours: null, labels: null };
const OWN = reportContext({ actor: 'test', tool: 'test' });

let stand: Stand;
beforeEach(() => {
  stand = new Stand();
});
afterEach(() => stand.close());

/** One that was made from other words before is refused. */
const cause = (id: string, words = 'the same'): EndpointCause => ({
  id,
  metadata: metadataOf(OWN, null, { words }),
  recordedBefore: ({ report }) => {
    if ((report as { words: string }).words !== words) throw new HopledgerError('IDEMPOTENCY_CONFLICT', '');
  },
});
const registering = (endpoint: string): EndpointCommand => ({
  type: 'register',
  endpoint,
  settings: {
    url: 'https://a.example.org/',
    description: null,
    filter: ANY,
    limits: { concurrency: 1, perSecond: 1 },
  },
  keyId: '0'.repeat(16),
  createdBy: 'test',
  most: 100,
});
const rotating = (endpoint: string): EndpointCommand => ({
  type: 'rotate',
  endpoint,
  keyId: '0'.repeat(16),
  previousUntil: '2026-11-22T00:00:00.000Z',
});
const written = async (): Promise<number> => {
  let count = 0;
  for await (const { stream } of stand.ledger.readStream(ENDPOINT_STREAM)) count += stream.length > 0 ? 1 : 0;
  return count;
};

/** Appends whose answer is lost, after they were done or before, in turn. */
const losing = (answers: readonly ('done' | 'not done' | 'answered')[]) => {
  const left = [...answers];
  const append: Ledger['append'] = async (stream, expected, events) => {
    const next = left.shift() ?? 'answered';
    if (next === 'not done') throw new UnknownOutcome(stream, new Error('lost'));
    const appended = await stand.ledger.append(stream, expected, events);
    if (next === 'done') throw new UnknownOutcome(stream, new Error('answer lost'));
    return appended;
  };
  return { append, readStream: stand.ledger.readStream.bind(stand.ledger) };
};

describe('an append of which the ledger cannot say what became of it', () => {
  it.each([[['done']], [['not done']], [['not done', 'done']]] as const)(
    'is settled by this very call, which is no repeat: %j',
    async (answers) => {
      const id = randomUUID();
      const log = new EndpointLog(losing(answers));
      const outcome = await log.execute(registering(id), cause(id));
      expect(outcome).toMatchObject({ repeated: false, endpoint: { id, secret: { generation: 0 } } });
      expect(await written()).toBe(1);
    },
  );

  it('rotates a secret once', async () => {
    const id = randomUUID();
    const log = new EndpointLog(losing(['answered', 'done', 'answered']));
    await log.execute(registering(id), cause(id));
    const { endpoint, repeated } = await log.execute(rotating(id), cause(randomUUID()));
    expect([endpoint?.secret.generation, repeated]).toEqual([1, false]);
  });

  it('is left to the caller when it stays so, who is told of a repeat then', async () => {
    const id = randomUUID();
    const log = new EndpointLog(losing(['not done', 'not done', 'not done']));
    await expect(log.execute(registering(id), cause(id))).rejects.toThrow(UnknownOutcome);
    expect(await log.execute(registering(id), cause(id))).toMatchObject({ repeated: false });
    expect(await log.execute(registering(id), cause(id))).toMatchObject({ repeated: true });
  });
});

describe('a repeat', () => {
  it('is known though many events lie between, and another input under its key is refused', async () => {
    const log = new EndpointLog(stand.ledger, 2);
    const ids = [1, 2, 3, 4].map(() => randomUUID());
    for (const id of ids) await log.execute(registering(id), cause(id));
    const [first = '', , , last = ''] = ids;
    for (const id of [first, last]) {
      expect(await log.execute(registering(id), cause(id))).toMatchObject({ repeated: true });
      await expect(log.execute(registering(id), cause(id, 'others'))).rejects.toMatchObject({
        code: 'IDEMPOTENCY_CONFLICT',
      });
    }
    expect(await written()).toBe(4);
  });
});
