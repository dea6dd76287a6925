import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { loadCatalogue } from '../../src/catalogue/load.js';
import { diagnose } from '../../src/domain/diagnose/diagnose.js';
import type { Finding } from '../../src/domain/diagnose/diagnosis.js';

/** One hop between two processes of one build that differ in one property (test/fixtures/diagnose/README.md). */
interface Refused {
  readonly property: string;
  readonly carried: string | null;
  readonly offered: string | null;
  readonly build: { readonly version: string };
  readonly error: readonly string[];
}

const catalogue = loadCatalogue();
const refused = gunzipSync(readFileSync(new URL('../fixtures/diagnose/properties.jsonl.gz', import.meta.url)))
  .toString('utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Refused)
  .map((one) => ({ ...one, diagnosis: diagnose(one.error.join('\n'), catalogue) }));

const reason = (findings: readonly Finding[]): Finding | undefined =>
  findings.find(({ severity }) => severity === 'refused');

/** Every property that a finding points to: by the catalogue, by what is known to show so, by a bit's name. */
const propertiesOf = ({ explanations, suspects, features }: Finding): readonly (string | null)[] => [
  ...explanations.flatMap(({ behaviour }) =>
    (catalogue.behaviours.find(({ id }) => id === behaviour)?.knobs ?? []).map(({ property }) => property),
  ),
  ...suspects.map(({ property }) => property),
  ...(features?.missing ?? []).map(({ property }) => property),
];

const nameOf = (property: string): string => property.slice(property.indexOf('.') + 1);

/** `on` and `true`, `off` and `false` are the same text of a boolean. */
const plain = (text: string | null): string | null =>
  text === 'true' ? 'on' : text === 'false' ? 'off' : text;

describe(`${refused.length} refusals for one property`, () => {
  it('have one reason each, and no line is left', () => {
    for (const { property, diagnosis } of refused) {
      expect({ property, left: diagnosis.notUnderstood }).toEqual({ property, left: [] });
      expect({
        property,
        reasons: diagnosis.findings.filter(({ severity }) => severity === 'refused').length,
      }).toEqual({ property, reasons: 1 });
    }
  });

  it('lead to the property, but where 11.1 does not print the feature', () => {
    const astray = refused.filter(({ property, diagnosis }) => {
      const finding = reason(diagnosis.findings);
      return finding === undefined || !propertiesOf(finding).includes(nameOf(property));
    });
    expect(astray.map(({ property, build }) => `${property} on ${build.version}`)).toEqual(
      astray.map(({ property }) => `${property} on 11.1.3`),
    );
    expect(new Set(astray.map(({ property }) => property))).toEqual(
      new Set(['virtio-device.queue_reset', 'virtio-mem.unplugged-inaccessible']),
    );
  });

  it('never have it the wrong way round: what a finding says of either end is what it had', () => {
    for (const { property, carried, offered, diagnosis } of refused) {
      const suspect = reason(diagnosis.findings)?.suspects.find((one) => one.property === nameOf(property));
      if (suspect === undefined) continue;
      const { incoming, here } = suspect;
      expect({ property, incoming: incoming ?? plain(carried), here: here ?? plain(offered) }).toEqual({
        property,
        incoming: plain(carried),
        here: plain(offered),
      });
    }
  });
});
