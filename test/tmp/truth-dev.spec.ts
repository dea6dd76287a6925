import { readFileSync, readdirSync } from 'node:fs';
import { parse } from 'yaml';
import { test, expect } from '@jest/globals';
import type { Catalogue } from '../../src/domain/catalogue/catalogue.js';
import { loadHistories, play } from '../truth/history-player.js';

const dir = new URL('../../src/catalogue/data/behaviours/', import.meta.url);
const mv = (m: any) => ({ from: m?.from ?? null, to: m?.to ?? null });
const catalogue: Catalogue = {
  revision: 'dev', machineTypes: new Map(), pins: [], releases: [],
  behaviours: readdirSync(dir).map((f) => {
    const b: any = parse(readFileSync(new URL(f, dir), 'utf8'));
    return { ...b,
      selector: b.selector.map((s: any) => ({ qomTypes: s.qomTypes, when: (s.when ?? []).map((w: any) => w === 'behind-pcie-port' ? { kind: w } : { kind: 'property', name: w.property, value: w.value }) })),
      rules: b.rules.map((r: any) => ({ releases: [], package: null, ...r, machineVersions: mv(r.machineVersions) })),
      reference: b.reference.map((r: any) => ({ ...r, machineVersions: mv(r.machineVersions) })),
      knobs: b.knobs.map((k: any) => ({ abstractTypes: [], ...k })),
      acceptance: b.acceptance.map((a: any) => ({ releases: [], documented: null, ...a })),
      latent: b.latent ?? null, observations: b.observations ?? [],
    };
  }),
} as any;
test('truth', () => {
  let n = 0; const bad: Record<string, number> = {}; const ex: string[] = [];
  for (const h of loadHistories()) {
    for (const c of play(h, catalogue)) {
      n++;
      if (c.predicted !== c.real) { const k = `${c.what.replace(/ of \w+/, '')} ${c.predicted}/${c.real}`; bad[k] = (bad[k] ?? 0) + 1; if (bad[k]! < 3) ex.push(`${h.id} step ${c.step} ${c.what}: predicted ${c.predicted}, real ${c.real}`); }
    }
  }
  console.log(n, bad, ex.join('\n'));
  expect(n).toBeGreaterThan(0);
});
