import { describe, expect, it } from '@jest/globals';
import type { Catalogue } from '../domain/catalogue/catalogue.js';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUNDLED_CATALOGUE, loadCatalogue } from './load.js';
import { revisionOf } from './revision.js';

const bundled = loadCatalogue();

/** The bundled catalogue with one file edited. */
const revisionWith = (name: string, edit: (text: string) => string): string => {
  const directory = mkdtempSync(join(tmpdir(), 'catalogue-'));
  try {
    cpSync(BUNDLED_CATALOGUE, directory, { recursive: true });
    const file = join(directory, name);
    const text = readFileSync(file, 'utf8');
    expect(edit(text)).not.toBe(text);
    writeFileSync(file, edit(text));
    return loadCatalogue(directory).revision;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

describe('the revision of a catalogue', () => {
  it('is 16 hex digits, the same at every load', () => {
    expect(bundled.revision).toMatch(/^[0-9a-f]{16}$/);
    expect(loadCatalogue(BUNDLED_CATALOGUE).revision).toBe(bundled.revision);
  });

  it.each([
    [
      'comments',
      'behaviours/pcie-err-unc-mask.yaml',
      (text: string) => `# another\n\n${text.replace(/^ *#.*\n/gm, '')}`,
    ],
    [
      'quotes and layout',
      'behaviours/pcie-err-unc-mask.yaml',
      (text: string) => text.replace("values: ['on', 'off']", 'values:\n  - "on"\n  - "off"'),
    ],
    [
      'the order of keys',
      'behaviours/pcie-err-unc-mask.yaml',
      (text: string) => text.replace(/^(sticky: .*)\n(consequence: .*)$/m, '$2\n$1'),
    ],
    [
      'what a fact file says of itself',
      'pins.json',
      (text: string) => text.replace('Compat properties', 'Properties'),
    ],
    [
      'the order of releases',
      'releases.json',
      (text: string) => {
        const file = JSON.parse(text) as { releases: unknown[] };
        return JSON.stringify({ releases: file.releases.toReversed() });
      },
    ],
    [
      'the order of pins',
      'pins.json',
      (text: string) => {
        const file = JSON.parse(text) as { arrays: { pins: unknown[] }[] };
        return JSON.stringify({
          arrays: file.arrays.map((array) => ({ ...array, pins: array.pins.toReversed() })).toReversed(),
        });
      },
    ],
  ])('does not depend on %s', (_, name, edit) => {
    expect(revisionWith(name, edit)).toBe(bundled.revision);
  });

  it.each([
    [
      'a value',
      'behaviours/pcie-err-unc-mask.yaml',
      (text: string) => text.replace("value: 'off'", "value: 'on'"),
    ],
    [
      'a note',
      'behaviours/pcie-err-unc-mask.yaml',
      (text: string) => text.replace('5.2.0 and 7.2.22', '7.2.22'),
    ],
    ['a pin', 'pins.json', (text: string) => text.replace('"value": "off"', '"value": "on"')],
    [
      'a machine type',
      'machine-types.json',
      (text: string) => text.replace('"removedIn": "13.2"', '"removedIn": "13.1"'),
    ],
    ['a device type', 'device-types.json', (text: string) => text.replace('"e1000e"', '"e1000f"')],
    [
      'a knob',
      'knobs.json',
      (text: string) => text.replace('"lastRelease": "10.2.0"', '"lastRelease": "10.1.0"'),
    ],
    ['a release', 'releases.json', (text: string) => text.replace('2023-05-29', '2023-05-30')],
  ])('changes with %s', (_, name, edit) => {
    expect(revisionWith(name, edit)).not.toBe(bundled.revision);
  });

  it('changes with the order of rules, where the first match wins', () => {
    const swapped: Catalogue = {
      ...bundled,
      behaviours: bundled.behaviours.map((behaviour) => ({
        ...behaviour,
        rules: behaviour.rules.toReversed(),
      })),
    };
    expect(revisionOf(swapped)).not.toBe(bundled.revision);
  });
});
