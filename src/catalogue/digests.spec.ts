import { describe, expect, it } from '@jest/globals';
import type { Catalogue } from '../domain/catalogue/catalogue.js';
import { diffCatalogues } from '../domain/catalogue/digests.js';
import { digestsOf } from './digests.js';
import { loadCatalogue } from './load.js';

const catalogue = loadCatalogue();
const digests = digestsOf(catalogue);
const [first, second] = catalogue.behaviours;
if (first === undefined || second === undefined) throw new Error('the bundled catalogue has behaviours');

const diffWith = (other: Partial<Catalogue>) =>
  diffCatalogues(digests, digestsOf({ ...catalogue, ...other }));

describe('what differs between two catalogues', () => {
  it('is nothing between equal ones, in whatever order their entries are', () => {
    const { behaviours, pins } = catalogue;
    expect(diffWith({ behaviours: behaviours.toReversed(), pins: pins.toReversed() })).toEqual({
      added: [],
      removed: [],
      changed: [],
      facts: [],
    });
  });

  it('is told behaviour by behaviour, with the parts that are another', () => {
    const { behaviours } = catalogue;
    const others = [
      { ...first, title: 'said better', rules: first.rules.slice(1) },
      ...behaviours.filter((one) => one !== first && one !== second),
      { ...second, id: 'a-new-one' },
    ];
    expect(diffWith({ behaviours: others })).toMatchObject({
      added: ['a-new-one'],
      removed: [second.id],
      changed: [{ id: first.id, parts: ['words', 'rules'] }],
    });
  });

  it('says which kinds of facts are others, and how many there are', () => {
    const { pins } = catalogue;
    expect(diffWith({ pins: pins.slice(1) }).facts).toEqual([
      { kind: 'pins', before: pins.length, after: pins.length - 1 },
    ]);
  });

  it('is everything when there was none before', () => {
    const diff = diffCatalogues(null, digests);
    expect(diff.added).toEqual(catalogue.behaviours.map(({ id }) => id));
    expect(diff.facts).toHaveLength(7);
  });

  it('sees every field of a behaviour', () => {
    for (const field of Object.keys(first) as (keyof typeof first)[]) {
      if (field === 'id') continue;
      const changed = { ...first, [field]: 'another' };
      const behaviours = [changed, ...catalogue.behaviours.slice(1)];
      expect([field, diffWith({ behaviours }).changed.length]).toEqual([field, 1]);
    }
  });
});
