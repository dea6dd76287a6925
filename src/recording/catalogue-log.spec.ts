import { describe, expect, it } from '@jest/globals';
import type { CatalogueDigests } from '../domain/catalogue/digests.js';
import { MemoryLedger } from '../ledger/memory/memory-ledger.js';
import { CatalogueLog } from './catalogue-log.js';
import { reportContext } from './report-context.js';

const context = reportContext({ actor: 'test', tool: 'test' });
const digests = (revision: string, ids: readonly string[]): CatalogueDigests => {
  const parts = {
    words: revision,
    selector: '',
    holding: '',
    rules: '',
    reference: '',
    knobs: '',
    acceptance: '',
    reading: '',
  };
  return {
    revision,
    behaviours: Object.fromEntries(ids.map((id) => [id, parts])),
    facts: { pins: { digest: revision, count: 1 } },
  };
};
const A = digests('aaaa', ['one']);
const B = digests('bbbb', ['one', 'two']);
const known = async (log: CatalogueLog) => (await log.revisions()).map(({ revision }) => revision);

describe('revisions of the catalogue', () => {
  it('are recorded when they change, with what changed', async () => {
    const log = new CatalogueLog(new MemoryLedger());
    expect(await log.record(A, context)).toMatchObject({ previous: null, diff: { added: ['one'] } });
    expect(await log.record(A, context)).toBeNull();
    expect(await log.record(B, context)).toMatchObject({
      previous: 'aaaa',
      diff: { added: ['two'], changed: [{ id: 'one', parts: ['words'] }], facts: [{ kind: 'pins' }] },
    });
    expect(await known(log)).toEqual(['aaaa', 'bbbb']);
  });

  it('are recorded again when an older one comes back', async () => {
    const log = new CatalogueLog(new MemoryLedger());
    for (const one of [A, B, A, A]) await log.record(one, context);
    expect(await known(log)).toEqual(['aaaa', 'bbbb', 'aaaa']);
  });

  it('are recorded once by replicas that start at the same time', async () => {
    const ledger = new MemoryLedger();
    const replicas = Array.from({ length: 8 }, () => new CatalogueLog(ledger));
    await Promise.all(replicas.map((log) => log.record(A, context)));
    await Promise.all(replicas.map((log) => log.record(B, context)));
    expect(await known(new CatalogueLog(ledger))).toEqual(['aaaa', 'bbbb']);
  });
});
