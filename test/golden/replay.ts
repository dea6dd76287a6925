import { readFileSync } from 'node:fs';
import type { DatedHostReport } from '../../src/domain/host/directory.js';
import type { HostEvent } from '../../src/domain/host/report.js';
import { deriveVm, knowing } from '../../src/domain/vm/derive.js';
import type { EventMetadata, Recorded } from '../../src/domain/vm/envelope.js';
import type { VmEvent } from '../../src/domain/vm/events.js';
import { instantOf } from '../../src/domain/vm/instant.js';
import { upcast } from '../../src/domain/vm/upcast.js';
import type { Vm } from '../../src/domain/vm/vm.js';
import { GOLDEN_CATALOGUE } from './golden-catalogue.js';

/** A line of a golden log: an event as the ledger stores it. */
export interface StoredLine {
  readonly stream: string;
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: EventMetadata;
  readonly recordedAt: string;
  readonly position: string;
  readonly revision: number;
}

export const linesOf = (file: string): readonly StoredLine[] =>
  readFileSync(new URL(file, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as StoredLine);

const recorded = <E>({ type, data, metadata, revision, ...line }: StoredLine): Recorded<E> => ({
  ...line,
  metadata,
  revision: BigInt(revision),
  // As the codec of the ledger does; what the program itself wrote is trusted to be of its shape.
  data: { type, ...upcast(type, metadata.schemaVersion, data) } as E,
});

/** The VM of a golden log, derived by this release. */
export const replay = (lines: readonly StoredLine[]): Vm => {
  const hosts = new Map<string, DatedHostReport[]>();
  for (const line of lines.filter(({ stream }) => stream.startsWith('host-'))) {
    const { data, metadata } = recorded<HostEvent>(line);
    if (data.type !== 'HostReported') continue;
    const reports = [...(hosts.get(data.host) ?? []), { at: instantOf(metadata), report: data }];
    hosts.set(data.host, reports.sort((a, b) => a.at - b.at));
  }
  const ofVm = lines.filter(({ stream }) => stream.startsWith('vm-'));
  const uuid = ofVm[0]?.stream.slice('vm-'.length) ?? '';
  return deriveVm(uuid, ofVm.map((line) => recorded<VmEvent>(line)), knowing(GOLDEN_CATALOGUE, hosts));
};
