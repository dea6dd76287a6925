import type { EventMetadata, Recorded } from '../vm/envelope.js';
import type { VmEvent } from '../vm/events.js';

/** Events that nobody reported, as if they had been recorded at one instant: for questions that start with *what if*. */
export const supposed = (events: readonly VmEvent[], at: number, name = 'asked'): readonly Recorded[] =>
  events.map((data, index) => ({
    id: `${name}:${index}`,
    data,
    metadata: metadataAt(at),
    recordedAt: new Date(at).toISOString(),
    position: '',
    revision: -1n,
  }));

const metadataAt = (at: number): EventMetadata => ({
  schemaVersion: 1,
  occurredAt: new Date(at).toISOString(),
  clockSkewMs: null,
  actor: 'hopledger',
  tool: 'question',
  correlationId: '',
  causationId: null,
  report: null,
});
