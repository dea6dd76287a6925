import fc from 'fast-check';
import { ExportChain } from '../../src/audit/export-chain.js';
import type { NewEvent, Position, StoredEvent, StreamName } from '../../src/ledger/port.js';
import { toPosition } from '../../src/ledger/position.js';
import { eventId } from '../../src/recording/event-id.js';

/** JSON objects as ledgers may hold them: any text, awkward keys, numbers that have several spellings. */
const body = fc.dictionary(
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom('__proto__', '10', '9', 'é', '𐀀', ''),
  ),
  fc.jsonValue({ maxDepth: 3 }),
  { maxKeys: 4, noNullPrototype: true },
);

const draft = fc.record({
  stream: fc.integer({ min: 0, max: 4 }),
  type: fc.constantFrom('Launched', 'HopReported', 'MigrationFinished'),
  data: body,
  metadata: body,
});

/** The events of a ledger, in its order. `seed` makes ids that no other seed makes. */
export const logs = (seed: string, size: { minLength: number; maxLength: number }) =>
  fc.array(draft, size).map((drafts): StoredEvent[] => {
    const revisions = new Map<string, number>();
    return drafts.map(({ stream: index, type, data, metadata }, at) => {
      const stream = `vm-${index}` as StreamName;
      const revision = revisions.get(stream) ?? 0;
      revisions.set(stream, revision + 1);
      return {
        id: eventId(seed, String(at)),
        type,
        data,
        metadata,
        stream,
        revision: BigInt(revision),
        position: toPosition(at + 1),
        recordedAt: new Date(Date.UTC(2026, 0, 1) + at * 250).toISOString(),
      };
    });
  });

/** The events of one long log, without chance; `bytes` is how much each holds besides. */
export function* longLog(count: number, bytes = 200, streams = 50): Generator<StoredEvent, void> {
  for (let at = 0; at < count; at += 1) {
    const index = at % streams;
    yield {
      id: eventId('long', String(at)),
      type: 'Reported',
      data: { at, fill: 'x'.repeat(bytes) },
      metadata: { by: 'test' },
      stream: `vm-${index}` as StreamName,
      revision: BigInt(Math.floor(at / streams)),
      position: toPosition(at + 1),
      // Some share their time, as the events of one append do.
      recordedAt: new Date(Date.UTC(2026, 0, 1) + Math.floor(at / 3)).toISOString(),
    };
  }
}

/** The lines of an export of these events, without their line feeds. */
export const exportLines = (events: Iterable<StoredEvent>): string[] => {
  const chain = new ExportChain();
  const lines = [chain.header()];
  for (const event of events) lines.push(chain.event(event));
  lines.push(chain.end());
  return lines.map((line) => line.slice(0, -1));
};

export const asNewEvent = ({ id, type, data, metadata }: StoredEvent): NewEvent => ({
  id,
  type,
  data,
  metadata,
});

/** The log as another engine would number it. */
export const renumbered = (events: readonly StoredEvent[]): StoredEvent[] =>
  events.map((event, at) => ({ ...event, position: `C${String(at * 71).padStart(9, '0')}` as Position }));
