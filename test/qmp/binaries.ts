import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { BuildFacts } from '../../src/domain/qemu/build-facts.js';
import { readBuildFacts, type ProbedBinary } from '../../src/intake/qmp/read-build-facts.js';

/** Real binaries whose answers are kept, see test/fixtures/qemu. */
export const BINARIES = ['5.2.0', '7.2.22', '8.0.0', '8.2.0', '10.0.2', '10.0.13', '11.1.3'] as const;
export type BinaryName = (typeof BINARIES)[number];

/** What a binary answered, as it came. A new object each time. */
export const answersOf = (name: BinaryName): Record<string, unknown> => {
  const bytes = gunzipSync(readFileSync(new URL(`../fixtures/qemu/${name}.json.gz`, import.meta.url)));
  return JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
};

const read = new Map<BinaryName, ProbedBinary>();

export const binaryOf = (name: BinaryName): ProbedBinary => {
  const found = read.get(name) ?? readBuildFacts(answersOf(name));
  read.set(name, found);
  return found;
};

export const factsOf = (name: BinaryName): BuildFacts => binaryOf(name).facts;
